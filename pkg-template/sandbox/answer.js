// @ts-check

import { accountOf } from "./access.js";
import { applyFault, replyInstead } from "./faults.js";
import { catchUp } from "./messages.js";
import { match, operations } from "./operations.js";
import { ApiError, errorReply, finish, jsonReply, preflightReply } from "./reply.js";

const REDACTED = ["authorization", "cookie", "proxy-authorization"];

/**
 * A request as fetch and the server hand it in: it has arrived whole.
 * @typedef {{ method: string, url: string, headers: Headers, body: Uint8Array }} Call
 *
 * What they make of the answer: nothing, the first half of it, or all.
 * @typedef {import("./reply.js").Sent & { network?: "cut" | "stall" }} Delivery
 * @typedef {"refused" | Delivery} Outcome
 *
 * @typedef {(call: Call, signal?: AbortSignal | null) => Promise<Outcome>} Answer
 */

/**
 * @param {import("./operations.js").State} state
 * @param {ReturnType<typeof import("./faults.js").faultQueue>} faults
 * @param {(received: import("./index.d.ts").ReceivedRequest) => void} record
 * @returns {Answer}
 */
export function answerFrom(state, faults, record) {
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
    if (!fault) return finish(await perform(), call.method);
    const reply = applyFault(fault, replyInstead(fault) ?? (await perform()));
    return { ...finish(reply, call.method), network: fault.network };
  };
}

/**
 * @param {import("./operations.js").Operation} operation
 * @param {Call} call
 * @param {URL} url
 * @param {import("./operations.js").State} state
 */
async function run(operation, call, url, state) {
  try {
    const input = { params: match(operation, url.pathname) ?? {}, query: url.searchParams, body: call.body };
    if ("open" in operation) {
      const { status, body } = await operation.open(input, state);
      return jsonReply(status, body);
    }
    const account = await accountOf(call.headers, state);
    catchUp(state);
    const { status, body } = operation.handle(input, account, state);
    return jsonReply(status, body);
  } catch (error) {
    if (error instanceof ApiError) return errorReply(error.status, error.message);
    throw error;
  }
}

/** @param {import("./operations.js").Operation[]} samePath */
function unroutable(samePath) {
  if (samePath.length === 0) return errorReply(404);
  const allowed = [...samePath.map(({ method }) => method), "OPTIONS"];
  return errorReply(405, undefined, { Allow: allowed.join(", ") });
}

/** @param {Headers} headers */
function shown(headers) {
  const received = Object.fromEntries(headers);
  for (const name of REDACTED) if (name in received) received[name] = "[redacted]";
  return received;
}

/**
 * @param {number} ms
 * @param {AbortSignal | null} [signal]
 * @returns {Promise<void>}
 */
function delay(ms, signal) {
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
