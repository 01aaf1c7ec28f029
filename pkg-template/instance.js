// @ts-check
// The core: instances of the compiled module, and the calls under way in each.

import { fetched, filled } from "./carried.js";
import glue from "./glue.js";

/**
 * @param {WebAssembly.Module} module
 * @param {typeof import("./api.js").SmsWorksError} SmsWorksError
 */
export const createCore = (module, SmsWorksError) => {
  /** @type {ReturnType<typeof instantiate> | undefined} */
  let instance;
  return (/** @type {Parameters<ReturnType<typeof instantiate>["call"]>} */ ...call) => {
    if (!instance || instance.isDead()) instance = instantiate(module, SmsWorksError);
    return instance.call(...call);
  };
};

/** @typedef {{ each: Set<() => void>, all: () => void }} Listeners */

const SHOWN = ["message", "stack", "name", "code", "syscall", "address", "hostname"];

/**
 * Takes out of what the platform's fetch rejected with all that may repeat what was sent or received: Node puts the bytes of a
 * reply into it, Bun and Deno the URL.
 * @param {any} error
 */
const cleanse = (error, seen = new Set()) => {
  if (typeof error !== "object" || !error || seen.has(error)) return;
  seen.add(error);
  for (const name of names(error)) {
    try {
      const value = error[name];
      if (name === "cause" || name === "errors") {
        for (const inner of [value].flat()) cleanse(inner, seen);
      } else if (typeof value === "string" && SHOWN.includes(name)) {
        const shown = value.replace(/(customerid=)[^\s"'`)>&]*/g, "$1[redacted]");
        if (shown !== value) Object.defineProperty(error, name, { value: shown });
      } else if (typeof value !== "number") {
        Reflect.deleteProperty(error, name) || Reflect.set(error, name, undefined);
      }
    } catch {}
  }
};

const names = (/** @type {object} */ error) => {
  try {
    return Object.getOwnPropertyNames(error);
  } catch {
    return [];
  }
};

/** @param {WebAssembly.Module} module @param {typeof import("./api.js").SmsWorksError} SmsWorksError */
const instantiate = (module, SmsWorksError) => {
  /** The calls under way: how to end each, and what it is. @type {Map<(result: unknown) => void, string>} */
  const calls = new Map();
  /** The signals that calls listen to, each through one listener: Node warns of a leak from eleven. @type {Map<any, Listeners>} */
  const signals = new Map();
  /** The timers that run. @type {Set<unknown>} */
  const timers = new Set();
  let depth = 0;
  let isDead = false;

  // A trap leaves the instance in an unknown state. It is not entered again, and its calls end here. What its glue gets
  // instead of a result has neither a `then` nor an error in it.
  const enter =
    (/** @type {Function} */ exported) =>
    (/** @type {unknown[]} */ ...args) => {
      if (isDead) return [];
      depth++;
      try {
        return exported(...args);
      } catch (error) {
        isDead = true;
        for (const [resolve, operation] of calls) {
          const message = `${operation} failed inside smsworks-wasm; the next call starts afresh, and a report of this one is welcome`;
          resolve(() => new SmsWorksError(message, { code: "internal", operation, retryable: true }));
        }
        timers.forEach(stop);
        signals.forEach(leave);
        if (depth > 1) throw error;
        return [];
      } finally {
        depth--;
      }
    };
  const guard = (/** @type {WebAssembly.Exports} */ exports) =>
    Object.fromEntries(
      Object.entries(exports).map(([name, value]) => [name, typeof value === "function" ? enter(value) : value]),
    );

  const start = (/** @type {() => void} */ callback, /** @type {number} */ ms) => {
    const timer = setTimeout(callback, ms);
    timers.add(timer);
    return timer;
  };
  const stop = (/** @type {any} */ timer) => {
    clearTimeout(timer);
    timers.delete(timer);
  };

  const leave = (/** @type {Listeners} */ { all }, /** @type {any} */ signal) => {
    signals.delete(signal);
    try {
      signal.removeEventListener("abort", all);
    } catch {}
  };
  /** What a call uses in place of its signal. */
  const share = (/** @type {any} */ signal) => ({
    get aborted() {
      return signal.aborted;
    },
    get reason() {
      return signal.reason;
    },
    addEventListener(/** @type {string} */ _, /** @type {() => void} */ listener) {
      let listeners = signals.get(signal);
      if (!listeners) {
        const each = new Set();
        listeners = { each, all: () => each.forEach((/** @type {() => void} */ listener) => listener()) };
        signal.addEventListener("abort", listeners.all);
        signals.set(signal, listeners);
      }
      listeners.each.add(listener);
    },
    removeEventListener(/** @type {string} */ _, /** @type {() => void} */ listener) {
      const listeners = signals.get(signal);
      if (listeners?.each.delete(listener) && listeners.each.size === 0) leave(listeners, signal);
    },
  });

  const core = glue(guard, start, stop);
  core.initSync({ module });

  const fail = (
    /** @type {boolean} */ isPlatform,
    /** @type {string} */ code,
    /** @type {string} */ operation,
    /** @type {string} */ message,
    /** @type {number | undefined} */ status,
    /** @type {boolean} */ retryable,
    /** @type {number | undefined} */ retryAfterMs,
    /** @type {unknown} */ cause,
    /** @type {(string | number | boolean | undefined)[]} */ ...[apiMessage, errorCode, apiStatus, permanent]
  ) => {
    if (isPlatform && code === "network") cleanse(cause);
    const known = (/** @type {object} */ fields) =>
      Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
    const api =
      apiMessage === undefined ? undefined : known({ message: apiMessage, errorCode, status: apiStatus, permanent });
    const fields = known({ code, operation, status, api, retryable, retryAfterMs });
    return () => new SmsWorksError(message, fields, code === "network" || cause !== undefined ? { cause } : undefined);
  };

  return {
    isDead: () => isDead,
    /** Resolves with the answer or a function that makes the error; rejects with the reason of an abort. */
    call: (
      /** @type {string} */ operation,
      /** @type {any} */ argument,
      /** @type {any} */ options,
      /** @type {(response: object) => void} */ respond,
    ) =>
      new Promise((resolve, reject) => {
        calls.set(resolve, operation);
        const reply = (/** @type {number} */ status, /** @type {Headers} */ headers, /** @type {unknown} */ body) =>
          respond({ status, headers, body });
        const done = (/** @type {(value: any) => void} */ settle) => (/** @type {unknown} */ value) => {
          calls.delete(resolve);
          settle(value);
        };
        if (options?.signal) options.signal = share(options.signal);
        if (operation === "request") argument = filled(argument);
        if (operation === "fetch") argument = fetched(argument);
        core[operation](argument, options, { fail: fail.bind(null, !options?.fetch), reply }).then?.(
          done(resolve),
          done(reject),
        );
      }),
  };
};
