import type { Core } from "./core/instance.js";
import type { Failure } from "./error.js";
import type { CoreInput } from "./input.js";
import { clock, startTimer } from "./timer.js";

declare const DEFAULT_TIMEOUT_MS: number;
declare const LONGEST_TIMEOUT_MS: number;

let load: () => Core | Promise<Core>;
let core: Core | Promise<Core> | undefined;

/** @param loader gives the core, or a promise of it */
export const loadWith = (loader: typeof load): void => {
  load = loader;
};

/** The core, or a promise of it while it loads, which a call waits for no longer than its deadline allows. */
export const getCore = (input: CoreInput): Core | Promise<Core> => {
  try {
    core ??= load();
  } catch (cause) {
    throw notLoaded(input.operation, cause);
  }
  return typeof core === "function" ? core : inTime(core, input);
};

const inTime = (loading: Promise<Core>, input: CoreInput): Promise<Core> =>
  new Promise((resolve, reject) => {
    input.since = clock();
    const { operation, timeoutMs = DEFAULT_TIMEOUT_MS } = input;
    // A value that cannot be used is left for the core to refuse.
    const ms = timeoutMs > 0 ? Math.min(timeoutMs, LONGEST_TIMEOUT_MS) : DEFAULT_TIMEOUT_MS;
    const stopTimer = startTimer(() => reject(late(operation, ms)), ms);
    loading.then(
      (loaded) => {
        stopTimer();
        core = loaded;
        resolve(loaded);
      },
      (cause) => {
        stopTimer();
        // The next call tries again.
        if (core === loading) core = undefined;
        reject(notLoaded(operation, cause));
      },
    );
  });

const failure = (operation: string, code: Failure["code"], why: string): Failure => ({
  code,
  operation,
  message: `${operation} failed: ${why}`,
  // Nothing was sent.
  effect: "none",
  retryable: true,
});

const notLoaded = (operation: string, cause: unknown): Failure => {
  // Another global may be missing as well, such as TextDecoder in Jest's own jsdom.
  const lacks = typeof WebAssembly !== "object" ? "no WebAssembly" : cause instanceof ReferenceError && cause.message;
  const why = !lacks
    ? "the WebAssembly core could not be loaded; check that its file can be reached, that the Content-Security-Policy allows 'wasm-unsafe-eval' and that a service worker imports 'smsworks-wasm/eager', then try again"
    : `the core needs another runtime (${lacks})`;
  return { ...failure(operation, "internal", why), retryable: !lacks, cause };
};

const late = (operation: string, ms: number): Failure =>
  failure(
    operation,
    "timeout",
    `the WebAssembly core was not there within ${ms} ms; try again, or allow more time with 'timeoutMs'`,
  );
