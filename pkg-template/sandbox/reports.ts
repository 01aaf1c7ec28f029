import type { SandboxMessage, SandboxOptions } from "./types.js";

/** How long to wait for an answer to a report, in milliseconds. */
const PATIENCE_MS = 5000;
/** How often the clock is looked at while a report is to come: a test may put it forward. In milliseconds. */
const LOOK_MS = 1000;

export type Reports = ReturnType<typeof postReports>;

/**
 * Posts delivery reports, one after the other.
 *
 * @param look Makes the texts arrive that are due.
 */
export function postReports(where: NonNullable<SandboxOptions["deliveryReports"]>, look: () => void) {
  let waiting: { url: string; body: string }[] = [];
  let isPosting = false;
  let stopTimer = () => {};

  const postAll = async () => {
    isPosting = true;
    for (let next = waiting.shift(); next; next = waiting.shift()) await post(next.url, next.body);
    isPosting = false;
  };
  const isTaken = (url: string | undefined): url is string =>
    url !== undefined && where !== "none" && (where === "anywhere" || isLoopback(url));

  return {
    /** Whether a text with this URL is reported. */
    isTaken,

    /** Posts the report of a text, if it is to have one. */
    add(message: SandboxMessage) {
      if (!isTaken(message.deliveryreporturl)) return;
      waiting.push({ url: message.deliveryreporturl, body: JSON.stringify(message) });
      if (!isPosting) postAll();
    },

    /** Looks again in so many milliseconds, or sooner. This keeps no process alive. */
    lookIn(ms: number) {
      stopTimer();
      stopTimer = ms === Infinity ? () => {} : startTimer(look, Math.min(Math.max(ms, 1), LOOK_MS));
    },

    clear() {
      waiting = [];
      stopTimer();
    },
  };
}

/** Whatever comes of it: who receives it may fail, and there may be no `fetch`. */
async function post(url: string, body: string): Promise<void> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json; charset=utf-8" },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await response.body?.cancel();
  } catch {}
}

/** Names and addresses that do not leave the machine. `URL` has brought addresses into their one form. */
function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return /^((.*\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** Calls back later, unless what it returns is called first. Node, Bun and Deno do not wait for it. */
function startTimer(callback: () => void, ms: number): () => void {
  // Of the same clock as the timer: tests install and remove fake ones at any moment.
  const { clearTimeout, Deno } = globalThis as typeof globalThis & { Deno?: { unrefTimer(timer: unknown): void } };
  const timer = setTimeout(callback, ms);
  if (typeof timer === "object") timer.unref?.();
  else Deno?.unrefTimer(timer);
  return () => clearTimeout(timer);
}
