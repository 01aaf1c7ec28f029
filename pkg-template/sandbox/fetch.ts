import type { Answer } from "./answer.js";

/** A `fetch` that asks the sandbox, with no network in between. */
export function fetchFrom(answer: Answer): typeof fetch {
  return async (input, init) => {
    const signal = init?.signal === undefined && input instanceof Request ? input.signal : init?.signal;
    // Without the signal: a Request made with it would listen to it until it is collected.
    const request = new Request(input, { ...init, signal: null });
    if (signal?.aborted) throw signal.reason;
    return unlessAborted(signal, exchange(request, signal, answer));
  };
}

async function exchange(request: Request, signal: AbortSignal | null | undefined, answer: Answer): Promise<Response> {
  const { method, url, headers } = request;
  const body = new Uint8Array(await request.arrayBuffer());
  const outcome = await answer({ method, url, headers, body }, signal);
  if (outcome === "refused") {
    throw new TypeError("fetch failed", { cause: new Error("The sandbox refused the connection") });
  }
  const content = outcome.network && outcome.body ? firstHalf(outcome.body, outcome.network, signal) : outcome.body;
  return new Response(content, { status: outcome.status, headers: outcome.headers });
}

function firstHalf(body: Uint8Array<ArrayBuffer>, network: "cut" | "stall", signal?: AbortSignal | null) {
  let abort: () => void;
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
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

function unlessAborted<T>(signal: AbortSignal | null | undefined, work: Promise<T>): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
