// @ts-check
// What an application calls. All of it that decides something is in the core, which is loaded on the first call.

/** A failed call. Its fields are described in index.d.ts. */
export class SmsWorksError extends Error {
  /** @param {string} message @param {object} fields @param {ErrorOptions} [options] */
  constructor(message, fields, options) {
    super(message, options);
    Object.assign(this, fields);
  }
}
Object.defineProperty(SmsWorksError.prototype, "name", { value: "SmsWorksError", configurable: true, writable: true });

const CREDENTIALS = ["customerid", "key", "secret"];
const CALL_OPTIONS = ["timeoutMs", "retries", "signal"];
const CLIENT_OPTIONS = ["timeoutMs", "retries", "baseUrl", "fetch", "allowInsecureHttp"];

/**
 * A copy of these fields, so that what changes later changes nothing. What cannot be read is a symbol, which the core refuses
 * by name.
 * @param {any} value @param {string[]} names
 */
const pick = (value, names) => {
  if (typeof value !== "object" || !value) return value;
  /** @type {Record<string, unknown> | false} */
  let copy = false;
  try {
    if (Array.isArray(value)) return copy;
    copy = {};
    for (const name of names) {
      copy[name] = UNREADABLE;
      copy[name] = value[name];
      if (copy[name] === undefined) delete copy[name];
    }
  } catch {}
  return copy;
};
const UNREADABLE = Symbol();

export class Login {
  /** @param {Record<string, string>} [fields] */
  constructor(fields) {
    Object.assign(this, pick(fields, CREDENTIALS));
  }
}

/** @type {() => Promise<any>} */
let load;
/** @type {Promise<any> | undefined} */
let loading;

/** @param {() => Promise<any>} loader fetches the core, once */
export const loadWith = (loader) => {
  load = loader;
};

/**
 * @param {string} operation @param {unknown} argument @param {() => unknown} client @param {unknown} options
 * @param {(response: object) => void} respond
 */
const call = async (operation, argument, client, options, respond = () => {}) => {
  const given = [client(), pick(options, CALL_OPTIONS)];
  const unusable = given.find((options) => options != null && typeof options !== "object");
  let ending;
  try {
    const core = await (loading ??= load().then((module) => module.start(SmsWorksError)));
    ending = core(operation, argument, unusable ?? Object.assign({}, ...given), respond);
  } catch (cause) {
    loading = undefined;
    const message = `${operation} failed: the WebAssembly core could not be loaded; check that its file can be reached, then try again`;
    throw new SmsWorksError(message, { code: "internal", operation, retryable: true }, { cause });
  }
  const result = await ending;
  // The error is made here, so that its stack leads to the caller and not through WebAssembly.
  if (typeof result === "function") throw result();
  return result;
};

/** @param {string} operation @param {unknown} argument @param {() => unknown} client @param {unknown} options */
const callOrCallBack = (operation, argument, client, options) => {
  if (typeof options !== "function") return call(operation, argument, client, options);
  /** @type {unknown} */
  let response;
  // In a microtask of its own, so that what the callback throws is uncaught and not a failed call.
  const settle = (/** @type {unknown[]} */ ...results) => queueMicrotask(() => options(...results, response));
  call(operation, argument, client, undefined, (reply) => (response = reply)).then(
    (data) => settle(null, data),
    (error) => settle(error, undefined),
  );
};

export class AuthApi {
  #options;

  /** @param {unknown} [options] */
  constructor(options) {
    this.#options = pick(options, CLIENT_OPTIONS);
  }

  /** @param {unknown} customerid @param {unknown} [options] */
  keySecret(customerid, options) {
    return callOrCallBack("keySecret", customerid, () => this.#options, options);
  }

  /** @param {unknown} credentials @param {unknown} [options] */
  login(credentials, options) {
    return callOrCallBack("login", pick(credentials, CREDENTIALS), () => this.#options, options);
  }
}

/** @param {unknown} customerid @param {unknown} [options] */
export const keySecret = (customerid, options) => new AuthApi(options).keySecret(customerid, options);

/** @param {unknown} credentials @param {unknown} [options] */
export const login = (credentials, options) => new AuthApi(options).login(credentials, options);
