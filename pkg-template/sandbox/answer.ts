import { accountOf } from "./access.js";
import { applyFault, type FaultQueue, replyInstead } from "./faults.js";
import { catchUp } from "./messages.js";
import { match, type Operation, operations } from "./operations.js";
import { ApiError, errorReply, finish, jsonReply, preflightReply, type Reply, type Sent } from "./reply.js";
import type { State } from "./state.js";
import type { ReceivedRequest } from "./types.js";

const REDACTED = ["authorization", "cookie", "proxy-authorization"];

/** A request as fetch and the server hand it in: it has arrived whole. */
export interface Call {
  method: string;
  url: string;
  headers: Headers;
  body: Uint8Array;
}

/** What fetch and the server do with an answer: send nothing, the first half of it, or all. */
export type Outcome = "refused" | (Sent & { network?: "cut" | "stall" });

export type Answer = (call: Call, signal?: AbortSignal | null) => Promise<Outcome>;

export function answerFrom(state: State, faults: FaultQueue, record: (received: ReceivedRequest) => void): Answer {
  return async (call, signal) => {
    if (signal?.aborted) throw signal.reason;
    if (call.method === "OPTIONS") return finish(preflightReply(), call.method);

    const url = new URL(call.url);
    const samePath = operations.filter((operation) => match(operation, url.pathname));
    const operation = samePath.find(({ method }) => method === call.method);
    const name = operation?.operation;
    // The path without its query, which holds keySecret's customer id.
    record({ operation: name, method: call.method, path: url.pathname, headers: shown(call.headers), at: state.now() });

    const fault = faults.take(name);
    if (fault?.delayMs) await delay(fault.delayMs, signal);
    if (fault?.network === "refuse") return "refused";

    const perform = () => (operation ? run(operation, call, url, state) : unroutable(samePath));
    if (!fault) return finish(perform(), call.method);
    const reply = applyFault(fault, replyInstead(fault) ?? perform());
    return { ...finish(reply, call.method), network: fault.network };
  };
}

function run(operation: Operation, call: Call, url: URL, state: State): Reply {
  try {
    const input = { params: match(operation, url.pathname) ?? {}, query: url.searchParams, body: call.body };
    if ("open" in operation) {
      const { status, body } = operation.open(input, state);
      return jsonReply(status, body);
    }
    const account = accountOf(call.headers, state);
    catchUp(state);
    const { status, body } = operation.handle(input, account, state);
    catchUp(state);
    return jsonReply(status, body);
  } catch (error) {
    if (error instanceof ApiError) return errorReply(error.status, error.message);
    throw error;
  }
}

function unroutable(samePath: Operation[]): Reply {
  if (samePath.length === 0) return errorReply(404);
  const allowed = [...samePath.map(({ method }) => method), "OPTIONS"];
  return errorReply(405, undefined, { Allow: allowed.join(", ") });
}

function shown(headers: Headers): Record<string, string> {
  const received = Object.fromEntries(headers);
  for (const name of REDACTED) if (name in received) received[name] = "[redacted]";
  return received;
}

function delay(ms: number, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", abort, { once: true });
  });
}
