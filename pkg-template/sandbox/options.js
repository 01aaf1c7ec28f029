// @ts-check

const EXAMPLE_CUSTOMER = "0fca8c3c-6cbc-11e7-8154-a6006ad3dba0";
const CREDITS = 1000;
const LIFETIME_SECONDS = 788_400_000;

/**
 * Throws unless a rule holds. The message states the rule and never the value, which may be a secret.
 * @param {boolean} holds
 * @param {string} rule
 */
export function must(holds, rule) {
  if (!holds) throw new TypeError(rule);
}

/** @type {(value: unknown) => boolean} */
export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** @type {(value: unknown) => boolean} */
export const isWhole = (value) => Number.isSafeInteger(value) && Number(value) >= 0;

/** @type {(value: unknown) => boolean} */
const isText = (value) => typeof value === "string" && value !== "";

/** @param {import("./index.d.ts").SandboxOptions} [options] */
export function checkOptions(options = {}) {
  must(isObject(options), "createSandbox takes an object of options");
  const {
    customers = [EXAMPLE_CUSTOMER],
    // Date is looked up at each call, so that a test may replace it.
    now = () => Date.now(),
    tokenLifetimeSeconds = LIFETIME_SECONDS,
    credits = CREDITS,
    ...rest
  } = options;
  must(Object.keys(rest).length === 0, "The options are customers, now, tokenLifetimeSeconds and credits");
  must(typeof now === "function", "now must be a function that returns milliseconds, as Date.now does");
  must(isWhole(tokenLifetimeSeconds), "tokenLifetimeSeconds must be a whole number of seconds, 0 or more");
  must(typeof credits === "number" && credits >= 0, "credits must be a number, 0 or more");
  must(Array.isArray(customers), "customers must be an array");

  /** @type {Map<string, { customerid: string, secret: string }>} */
  const pairs = new Map();
  const ids = customers.map((customer) => {
    if (isText(customer)) return String(customer);
    const { customerid, key, secret } = Object(customer);
    must(
      [customerid, key, secret].every(isText),
      "Each of customers must be an id, or {customerid, key, secret} with three strings that are not empty",
    );
    must(!pairs.has(key), "customers names the same key twice");
    pairs.set(key, { customerid, secret });
    return customerid;
  });
  return { customers: new Set(ids), pairs, now, tokenLifetimeSeconds, credits };
}
