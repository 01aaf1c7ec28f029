/** Calls back in so many milliseconds, unless what it returns is called first. */
export const startTimer = (callback: () => void, ms: number): (() => void) => {
  // Of the same clock as the timer: tests install and remove fake ones at any moment.
  const { clearTimeout } = globalThis;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    timer = setTimeout(callback, ms);
  } catch {}
  return () => {
    try {
      clearTimeout(timer);
    } catch {}
  };
};

/** Milliseconds, by a clock that a test may have replaced. */
export const clock = (): number => {
  try {
    return performance.now();
  } catch {
    return 0;
  }
};
