import type { Observe, Observer } from "./input.js";
import type { SmsWorksEvent, SmsWorksObserver } from "./types.js";

let calls = 0;

/** Makes events of what happens in a call, and calls a caller's function with them. */
export const observer = (observe: SmsWorksObserver): Observer => {
  const call = ++calls;
  const tell: Observe = (type, operation, attempt, ms, status, headers, error) => {
    const own =
      type === "failure"
        ? { durationMs: ms, error }
        : type === "response"
          ? { attempt, status, headers, durationMs: ms }
          : { attempt, ...(type === "retry" && { delayMs: ms }) };
    try {
      observe({ type, call, operation, ...own } as SmsWorksEvent);
    } catch (thrown) {
      throwAlone(thrown);
    }
  };
  return Object.assign(tell, { next: () => observer(observe) });
};

/** Throws what a caller's function has thrown, so that it is uncaught and fails no call. Faked microtasks may hold it back. */
export const throwAlone = (thrown: unknown): void =>
  queueMicrotask(() => {
    throw thrown;
  });
