// Instances of the compiled module, and the calls under way in each.

import type { Failure } from "../error.js";
import type { CoreInput } from "../input.js";
import { startTimer } from "../timer.js";
import { cleanse } from "./cause.js";
import glue from "./glue.js";

declare const DEFAULT_BASE_URL: string;

/** Makes a call. Rejects with the data of a failure. */
export type Core = <T>(input: CoreInput) => Promise<T>;

/** The core of a compiled module, with an instance that is replaced should it trap. */
export const createCore = (module: WebAssembly.Module): Core => {
  let instance = new Instance(module);
  return <T>(input: CoreInput) =>
    new Promise<T>((resolve, reject) => {
      const enter = contextHere();
      const { observe } = input;
      if (observe) input.observe = (...event) => enter(() => observe(...event));
      if (instance.isDead) instance = new Instance(module);
      const { calls, exports } = instance;
      calls.set(reject, input);
      const called = exports.call(
        input,
        input.ask,
        input.operation,
        input.subject ?? "",
        input.baseUrl ?? DEFAULT_BASE_URL,
        input.timeoutMs,
        input.retries,
        input.headers,
        !!input.allowInsecureHttp,
        fetchIn(enter, input.fetch),
        input.observe,
        input.session,
        input.since,
        input.cancelled,
        input.respond,
      );
      called.then?.(
        (value) => {
          calls.delete(reject);
          resolve(value);
        },
        (failure: Failure) => {
          calls.delete(reject);
          if (failure.code === "network" && !input.fetch) cleanse(failure.cause);
          reject(failure);
        },
      );
    });
};

/**
 * Runs functions in the context of the call (`AsyncLocalStorage`): the core goes on with all calls in that of one of them. A promise
 * goes on in the context of whoever waits for it.
 */
const contextHere = () => {
  const tasks: (() => void)[] = [];
  let wake = () => {};
  const run = async () => {
    for (;;) {
      await new Promise<void>((resolve) => (wake = resolve));
      for (const task of tasks.splice(0)) task();
    }
  };
  run();
  return (task: () => void): void => {
    tasks.push(task);
    wake();
  };
};

/** A `fetch` that is called in a context, by which others tell for whom a request is. */
const fetchIn = (enter: ReturnType<typeof contextHere>, given: CoreInput["fetch"]): CoreInput["fetch"] => {
  // What it throws is a rejection. It is looked up at each request, since a login may be made with what an earlier call was given.
  const start = async (...args: Parameters<typeof globalThis.fetch>) => (given ?? globalThis.fetch)(...args);
  try {
    if (typeof (given ?? globalThis.fetch) === "function") {
      return (...args) => new Promise((resolve) => enter(() => resolve(start(...args))));
    }
  } catch {}
  return undefined;
};

class Instance {
  /** What rejects each call under way, and what the core was given for it. */
  readonly calls = new Map<(failure: Failure) => void, CoreInput>();
  readonly exports: ReturnType<typeof glue>;
  isDead = false;
  readonly #timers = new Set<() => void>();
  #depth = 0;

  constructor(module: WebAssembly.Module) {
    this.exports = glue(
      (exports) => this.#guard(exports),
      (callback, ms) => this.#startTimer(callback, ms),
      (stop) => stop(),
      // By a promise, which no test's fake timers hold back.
      (task) => void Promise.resolve().then(task),
      module,
    );
  }

  #guard(exports: WebAssembly.Exports): WebAssembly.Exports {
    return Object.fromEntries(
      Object.entries(exports).map(([name, value]) => [
        name,
        typeof value === "function" ? (...args: unknown[]) => this.#enter(value, args) : value,
      ]),
    );
  }

  /**
   * Calls an export. A trap leaves the instance in an unknown state: it is not entered again, and its calls end here. What the
   * glue gets instead of a result has neither a `then` nor an error in it.
   */
  // biome-ignore lint/complexity/noBannedTypes: it is what TypeScript has for an export of WebAssembly.
  #enter(exported: Function, args: unknown[]): unknown {
    if (this.isDead) return [];
    this.#depth++;
    try {
      return exported(...args);
    } catch (error) {
      this.isDead = true;
      for (const [reject, input] of this.calls) reject(trapped(input));
      for (const stop of this.#timers) stop();
      this.exports.abortAll();
      if (this.#depth > 1) throw error;
      return [];
    } finally {
      this.#depth--;
    }
  }

  #startTimer(callback: () => void, ms: number): () => void {
    const stopTimer = startTimer(callback, ms);
    const stop = () => {
      this.#timers.delete(stop);
      stopTimer();
    };
    this.#timers.add(stop);
    return stop;
  }
}

const trapped = ({ operation, isSafe = false }: CoreInput): Failure => ({
  code: "internal",
  operation,
  message: `${operation} failed inside smsworks-wasm, and may have been carried out all the same; a report of it is welcome`,
  effect: "unknown",
  retryable: isSafe,
});
