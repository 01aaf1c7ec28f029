/** Calls `settle(slot, generation, isFulfilled, value)` as soon as a value has settled. It may be a promise, or anything. */
export const settled = async (value, settle, slot, generation) => {
  let isFulfilled = true;
  let result;
  try {
    result = await value;
  } catch (thrown) {
    isFulfilled = false;
    result = thrown;
  }
  settle(slot, generation, isFulfilled, result);
};

/** The number that a global function gives, or 0: tests replace them, and an exception would be a trap. */
const told = (read) => {
  try {
    return +read() || 0;
  } catch {
    return 0;
  }
};

/** Milliseconds of a monotonic clock (High Resolution Time, 7). */
export const clockMs = () => told(() => performance.now());

/** Milliseconds since 1970. */
export const nowMs = () => told(() => Date.now());

/** From 0 to below 1. */
export const random = () => told(() => Math.random());

/** Calls `settle(slot, generation, true)` in so many milliseconds. */
export const passed = (ms, settle, slot, generation) => setTimeout(() => settle(slot, generation, true), ms);
