// @ts-check
import { operations } from "./operations.js";
import { isObject, isWhole, must } from "./options.js";
import { errorReply } from "./reply.js";

const OPTIONS = ["operation", "times", "status", "body", "headers", "retryAfter", "delayMs", "network"];
const NETWORK = ["refuse", "cut", "stall"];
// A longer setTimeout fires at once.
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * @typedef {ReturnType<typeof checkFault>} Fault
 * @typedef {import("./reply.js").Reply} Reply
 */

/** The faults that were asked for, and which of them is next. */
export function faultQueue() {
  /** @type {{ fault: Fault, left: number }[]} */
  let counted = [];
  /** @type {Fault[]} */
  let standing = [];

  return {
    clear() {
      counted = [];
      standing = [];
    },

    /** @param {import("./index.d.ts").Fault} requested */
    add(requested) {
      const fault = checkFault(requested);
      const { times = Infinity } = requested;
      if (times === Infinity) standing.push(fault);
      else counted.push({ fault, left: times });
    },

    /** @param {string} [operation] */
    take(operation) {
      /** @param {Fault} fault */
      const concerns = (fault) => fault.operation === undefined || fault.operation === operation;

      const next = counted.find(({ fault }) => concerns(fault));
      if (!next) return standing.findLast(concerns);
      next.left -= 1;
      if (next.left === 0) counted = counted.filter((entry) => entry !== next);
      return next.fault;
    },
  };
}

/**
 * The reply of a server that does not do what it is asked; none where the fault lets it be done.
 * @param {Fault} fault
 * @returns {Reply | undefined}
 */
export function replyInstead({ status }) {
  if (status === undefined || status < 300) return undefined;
  return status < 400 ? { status, headers: new Headers(), body: "" } : errorReply(status);
}

/**
 * @param {Fault} fault
 * @param {Reply} reply
 * @returns {Reply}
 */
export function applyFault(fault, reply) {
  const headers = new Headers(reply.headers);
  fault.headers.forEach((value, name) => headers.set(name, value));
  return { status: fault.status ?? reply.status, headers, body: fault.body ?? reply.body };
}

/** @param {import("./index.d.ts").Fault} fault */
function checkFault(fault) {
  must(isObject(fault), "fail takes a fault, which is an object, or null");
  const { operation, times = Infinity, status, body, headers, retryAfter, delayMs = 0, network } = fault;

  const known = Object.keys(fault).every((name) => OPTIONS.includes(name));
  must(known, `A fault has no options but ${OPTIONS.join(", ")}`);

  const names = operations.map((each) => each.operation);
  must(operation === undefined || names.includes(operation), `operation must be one of ${names.join(", ")}`);
  must(times === Infinity || (isWhole(times) && times > 0), "times must be a whole number from 1, or Infinity");
  must(
    status === undefined || (isWhole(status) && status >= 200 && status <= 599),
    "status must be a whole number from 200 to 599",
  );
  must(
    retryAfter === undefined || typeof retryAfter === "string" || isWhole(retryAfter),
    "retryAfter must be a whole number of seconds, or a string",
  );
  must(
    typeof delayMs === "number" && delayMs >= 0 && delayMs <= MAX_DELAY_MS,
    `delayMs must be a number of milliseconds from 0 to ${MAX_DELAY_MS}`,
  );
  must(network === undefined || NETWORK.includes(network), `network must be one of ${NETWORK.join(", ")}`);

  return { operation, status, delayMs, network, ...content(body, headers, retryAfter) };
}

/**
 * @param {string | object} [body]
 * @param {Record<string, string>} [headers]
 * @param {number | string} [retryAfter]
 */
function content(body, headers, retryAfter) {
  let text;
  if (body !== undefined) {
    try {
      text = typeof body === "string" ? body : JSON.stringify(Object(body) === body ? body : undefined);
    } catch {}
    must(text !== undefined, "body must be a string, or an object that JSON can hold");
  }
  const all = new Headers();
  if (text !== undefined) {
    all.set("Content-Type", typeof body === "string" ? "text/plain; charset=utf-8" : "application/json; charset=utf-8");
  }
  try {
    if (retryAfter !== undefined) all.set("Retry-After", String(retryAfter));
    new Headers(headers).forEach((value, name) => all.set(name, value));
  } catch {
    must(false, "headers must be an object of valid header names and values, and retryAfter a valid header value");
  }
  return { body: text, headers: all };
}
