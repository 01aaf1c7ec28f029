/** Calls `settle(place, turn, isFulfilled, value)` as soon as a value has settled. It may be a promise, or anything. */
export const settled = async (value, settle, place, turn) => {
  let isFulfilled = true;
  let result;
  try {
    result = await value;
  } catch (thrown) {
    isFulfilled = false;
    result = thrown;
  }
  settle(place, turn, isFulfilled, result);
};

/** Calls `settle(place, turn, true)` in so many milliseconds. */
export const passed = (ms, settle, place, turn) => setTimeout(() => settle(place, turn, true), ms);
