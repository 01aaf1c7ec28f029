import type { Observe } from "./input.js";
import type { SmsWorksEvent, SmsWorksObserver } from "./types.js";

/** Makes the events that a caller's function is called with. */
export const observer =
  (observe: SmsWorksObserver): Observe =>
  (type, operation, attempt, ms, status, headers, error) => {
    const event =
      type === "failure"
        ? { type, operation, durationMs: ms, error }
        : type === "response"
          ? { type, operation, attempt, status, headers, durationMs: ms }
          : { type, operation, attempt, ...(type === "retry" && { delayMs: ms }) };
    try {
      observe(event as SmsWorksEvent);
    } catch (thrown) {
      throwAlone(thrown);
    }
  };

/** Throws what a caller's function has thrown, so that it is uncaught and fails no call. A test's fake timers may hold it back. */
export const throwAlone = (thrown: unknown): void =>
  queueMicrotask(() => {
    throw thrown;
  });
