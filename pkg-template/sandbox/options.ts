import { fieldsOf, isObject, isText, isWhole, must } from "./guards.js";
import type { Pairs } from "./state.js";
import type { SandboxCustomer, SandboxOptions } from "./types.js";

const EXAMPLE_CUSTOMER = "0fca8c3c-6cbc-11e7-8154-a6006ad3dba0";
const CREDITS = 1000;
const OPTIONS = "customers, now, tokenLifetimeSeconds, credits and deliveryReports";
const REPORTS = ["loopback", "anywhere", "none"];
const LIFETIME_SECONDS = 788_400_000;

/** The type is a promise of the caller's, which JavaScript does not hold it to. */
export function checkOptions(options: SandboxOptions = {}) {
  must(isObject(options), "createSandbox takes an object of options");
  const {
    customers = [EXAMPLE_CUSTOMER],
    // Date is looked up at each call, so that a test may replace it.
    now = () => Date.now(),
    tokenLifetimeSeconds = LIFETIME_SECONDS,
    credits = CREDITS,
    deliveryReports = "loopback",
    ...rest
  } = options;
  must(Object.keys(rest).length === 0, `The options are ${OPTIONS}`);
  must(typeof now === "function", "now must be a function that returns milliseconds, as Date.now does");
  must(isWhole(tokenLifetimeSeconds), "tokenLifetimeSeconds must be a whole number of seconds, 0 or more");
  must(Number.isFinite(credits) && credits >= 0, "credits must be a number, 0 or more");
  must(REPORTS.includes(deliveryReports), "deliveryReports must be loopback, anywhere or none");
  must(Array.isArray(customers), "customers must be an array");

  const pairs: Pairs = new Map();
  const ids = customers.map((customer) => {
    if (isText(customer)) return customer;
    const { customerid, key, secret } = checkCustomer(customer);
    must(!pairs.has(key), "customers names the same key twice");
    pairs.set(key, { customerid, secret });
    return customerid;
  });
  return { customers: new Set(ids), pairs, now, tokenLifetimeSeconds, credits, deliveryReports };
}

function checkCustomer(customer: unknown): SandboxCustomer {
  const { customerid, key, secret } = fieldsOf(customer);
  must(
    isText(customerid) && isText(key) && isText(secret),
    "Each of customers must be an id, or {customerid, key, secret} with three strings that are not empty",
  );
  return { customerid, key, secret };
}
