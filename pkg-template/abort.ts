import { Refused } from "./input.js";

/** The one listener of a signal, and those who wait for it: from eleven listeners on, Node warns of a leak. */
interface Listener {
  waiting: Set<() => void>;
  all: () => void;
}

const listeners = new WeakMap<AbortSignal, Listener>();

/** Why a call was aborted, which may be anything. */
export class Aborted {
  declare readonly reason: unknown;

  constructor(reason: unknown) {
    this.reason = reason;
  }
}

/**
 * Does some work until a signal aborts. The work gets a promise that resolves then.
 *
 * @throws {Aborted} as a rejection; `Refused`, where the signal is none.
 */
export const abortable = async <T>(given: unknown, work: (cancelled: Promise<void>) => Promise<T>): Promise<T> => {
  const signal = given as AbortSignal;
  let isAborted = false;
  let cancel = () => {};
  const cancelled = new Promise<void>((resolve) => (cancel = resolve));
  const abort = () => {
    isAborted = true;
    cancel();
  };
  const fail = (): never => {
    throw new Aborted(reasonOf(signal));
  };
  listen(signal, abort);
  try {
    // So that an abort right after the call comes before the work.
    await undefined;
    return isAborted ? fail() : await Promise.race([cancelled.then(fail), work(cancelled)]);
  } finally {
    leave(signal, abort);
  }
};

const reasonOf = (signal: AbortSignal): unknown => {
  try {
    return signal.reason;
  } catch (thrown) {
    return thrown;
  }
};

const listen = (signal: AbortSignal, abort: () => void) => {
  try {
    if (signal.aborted) return abort();
    let listener = listeners.get(signal);
    if (!listener) {
      // It may abort while it is listened to.
      const waiting = new Set([abort]);
      listener = {
        waiting,
        all: () => {
          for (const abort of waiting) abort();
        },
      };
      signal.addEventListener("abort", listener.all);
      listeners.set(signal, listener);
    }
    listener.waiting.add(abort);
  } catch {
    throw new Refused("signal");
  }
};

const leave = (signal: AbortSignal, abort: () => void) => {
  const listener = listeners.get(signal);
  if (!listener?.waiting.delete(abort) || listener.waiting.size > 0) return;
  listeners.delete(signal);
  try {
    signal.removeEventListener("abort", listener.all);
  } catch {}
};
