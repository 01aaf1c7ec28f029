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
const SESSION_OPTIONS = ["credentials", "token", "tokenStore", "refreshMarginMs"];
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

/** @type {(error: typeof SmsWorksError) => any} */
let load;
/** The core, or while it loads the promise of it. @type {any} */
let core;

/** @param {(error: typeof SmsWorksError) => any} loader gives the core, or a promise of it */
export const loadWith = (loader) => {
  load = loader;
};

const start = () => {
  core = load(SmsWorksError);
  core.then?.(
    (/** @type {any} */ loaded) => (core = loaded),
    () => (core = undefined),
  );
  return core;
};

/**
 * The core once it is loaded; or, where the call has to end before that, what takes its place. An option that cannot be used is
 * left for the core to refuse.
 * @param {any} loading @param {string} operation @param {any} options
 */
const inTime = (loading, operation, options) =>
  new Promise((resolve, reject) => {
    const { signal, timeoutMs } = options;
    options.since = performance.now();
    const settle = (/** @type {(value: any) => void} */ end) => (/** @type {any} */ value) => {
      clearTimeout(timer);
      try {
        signal.removeEventListener("abort", abort);
      } catch {}
      end(value);
    };
    const use = settle(resolve);
    const abort = () => use(() => Promise.reject(signal.reason));
    const ms = typeof timeoutMs === "number" && timeoutMs > 0 ? Math.min(timeoutMs, 2 ** 31 - 1) : 60000;
    const message = `${operation} failed: the WebAssembly core was not there within ${ms} ms; try again, or allow more time with 'timeoutMs'`;
    const timer = setTimeout(
      () => use(() => () => new SmsWorksError(message, { code: "timeout", operation, retryable: true })),
      ms,
    );
    try {
      if (signal.aborted) return abort();
      signal.addEventListener("abort", abort);
    } catch {}
    loading.then(use, settle(reject));
  });

/**
 * @param {string} operation @param {unknown} argument @param {() => unknown} client @param {unknown} options
 * @param {(response: object) => void} respond
 */
const call = async (operation, argument, client, options, respond = () => {}) => {
  const given = [client(), pick(options, CALL_OPTIONS)];
  const unusable = given.find((options) => options != null && typeof options !== "object");
  const all = unusable ?? Object.assign({}, ...given);
  let ending;
  try {
    const now = core ?? start();
    ending = (now.then ? await inTime(now, operation, all) : now)(operation, argument, all, respond);
  } catch (cause) {
    const message = `${operation} failed: the WebAssembly core could not be loaded; check that its file can be reached and that the Content-Security-Policy allows 'wasm-unsafe-eval', then try again`;
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

/** @param {unknown} value */
const toJson = (value) => {
  try {
    return JSON.stringify(value);
  } catch {
    return UNREADABLE;
  }
};

export class SmsWorks {
  #client;
  #session;

  /** @param {any} options */
  constructor(options) {
    this.#client = pick(options, CLIENT_OPTIONS);
    const { credentials, token, ...rest } = pick(options, SESSION_OPTIONS) || {};
    this.#session = {
      ...rest,
      client: this.#client || {},
      credentials: pick(credentials, CREDENTIALS),
      state: { given: token },
    };

    let baseUrl;
    try {
      // Without what may be a password: the core refuses it, but only in a call.
      const { origin, pathname } = new URL(this.#client?.baseUrl ?? "https://api.thesmsworks.co.uk/v1");
      baseUrl = origin + pathname;
    } catch {}
    // What shows of a client where it is printed.
    Object.defineProperty(this, "baseUrl", { value: baseUrl, enumerable: true });
    Object.defineProperty(this, "auth", { value: new AuthApi(options) });
    // It is handed on without its client.
    Object.defineProperty(this, "fetch", { value: this.fetch.bind(this), writable: true, configurable: true });
  }

  /** @param {string} operation @param {unknown} argument @param {unknown} options */
  #call(operation, argument, options) {
    const client = this.#client ?? {};
    return call(
      operation,
      argument,
      () => (client && typeof client === "object" ? { ...client, session: this.#session } : client),
      options,
    );
  }

  /** @param {unknown} [options] */
  token(options) {
    return this.#call("token", undefined, options);
  }

  /** @param {unknown} [options] */
  authorization(options) {
    return this.#call("authorization", undefined, options);
  }

  /** @param {any} input @param {any} [init] */
  fetch(input, init) {
    /** @type {[any, any, any?]} */
    let given = [UNREADABLE, {}];
    try {
      given = [input.href ?? input, { ...init }, init?.signal ?? input.signal];
    } catch {}
    return this.#call("fetch", given, { signal: given[2] });
  }

  /** @param {unknown} route @param {any} [input] */
  request(route, input) {
    const { params, query, body } = pick(input, ["params", "query", "body"]) ?? {};
    return this.#call("request", [route, toJson(params), toJson(query), toJson(body)], input);
  }

  async forget() {
    this.#session.state.isForgotten = true;
    this.#session = { ...this.#session, state: {} };
    try {
      await this.#session.tokenStore?.set(null);
    } catch (cause) {
      const message = "forget failed: the given 'tokenStore' failed, as 'cause' says";
      throw new SmsWorksError(message, { code: "invalid_argument", operation: "forget", retryable: true }, { cause });
    }
  }
}

/** @param {unknown} customerid @param {unknown} [options] */
export const keySecret = (customerid, options) => new AuthApi(options).keySecret(customerid, options);

/** @param {unknown} credentials @param {unknown} [options] */
export const login = (credentials, options) => new AuthApi(options).login(credentials, options);
