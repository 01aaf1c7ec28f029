// @ts-check

/**
 * A `fetch` that asks the sandbox, with no network in between.
 * @param {import("./answer.js").Answer} answer
 * @returns {typeof fetch}
 */
export function fetchFrom(answer) {
  return async (input, init) => {
    const signal = init?.signal === undefined && input instanceof Request ? input.signal : init?.signal;
    // Without the signal: a Request made with it would listen to it until it is collected.
    const request = new Request(input, { ...init, signal: null });
    if (signal?.aborted) throw signal.reason;
    return unlessAborted(signal, exchange(request, signal, answer));
  };
}

/**
 * @param {Request} request
 * @param {AbortSignal | null | undefined} signal
 * @param {import("./answer.js").Answer} answer
 */
async function exchange(request, signal, answer) {
  const { method, url, headers } = request;
  const body = new Uint8Array(await request.arrayBuffer());
  const outcome = await answer({ method, url, headers, body }, signal);
  if (outcome === "refused") {
    throw new TypeError("fetch failed", { cause: new Error("The sandbox refused the connection") });
  }
  const content = outcome.network && outcome.body ? firstHalf(outcome.body, outcome.network, signal) : outcome.body;
  return new Response(content, { status: outcome.status, headers: outcome.headers });
}

/**
 * @param {Uint8Array<ArrayBuffer>} body
 * @param {"cut" | "stall"} network
 * @param {AbortSignal | null} [signal]
 */
function firstHalf(body, network, signal) {
  /** @type {() => void} */
  let abort;
  return new ReadableStream({
    start(controller) {
      controller.enqueue(body.slice(0, body.length / 2));
      abort = () => controller.error(signal?.reason);
      signal?.addEventListener("abort", abort, { once: true });
    },
    pull(controller) {
      if (network === "stall") return;
      signal?.removeEventListener("abort", abort);
      controller.error(new TypeError("terminated", { cause: new Error("The sandbox cut the connection") }));
    },
    cancel() {
      signal?.removeEventListener("abort", abort);
    },
  });
}

/**
 * @template T
 * @param {AbortSignal | null | undefined} signal
 * @param {Promise<T>} work
 * @returns {Promise<T>}
 */
function unlessAborted(signal, work) {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
