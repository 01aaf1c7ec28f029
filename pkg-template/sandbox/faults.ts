import { isObject, isWhole, must } from "./guards.js";
import { operations } from "./operations.js";
import { errorReply, type Reply } from "./reply.js";
import type { Fault, Operation } from "./types.js";

const OPTIONS = ["operation", "times", "status", "body", "headers", "retryAfter", "delayMs", "network"];
const NETWORK = ["refuse", "cut", "stall"];
// A longer setTimeout fires at once.
const MAX_DELAY_MS = 2 ** 31 - 1;

/** A fault that is valid, with the answer's content as it goes out. */
type Checked = Pick<Fault, "operation" | "status" | "delayMs" | "network"> & Content;

interface Content {
  body: string | undefined;
  headers: Headers;
}

export type FaultQueue = ReturnType<typeof faultQueue>;

/** The faults that were asked for, and which of them is next. */
export function faultQueue() {
  let counted: { fault: Checked; left: number }[] = [];
  let standing: Checked[] = [];

  return {
    clear() {
      counted = [];
      standing = [];
    },

    add(requested: Fault) {
      const fault = checkFault(requested);
      const { times = Infinity } = requested;
      if (times === Infinity) standing.push(fault);
      else counted.push({ fault, left: times });
    },

    take(operation?: Operation) {
      const concerns = (fault: Checked) => fault.operation === undefined || fault.operation === operation;

      const next = counted.find(({ fault }) => concerns(fault));
      if (!next) return standing.findLast(concerns);
      next.left -= 1;
      if (next.left === 0) counted = counted.filter((entry) => entry !== next);
      return next.fault;
    },
  };
}

/** The reply of a server that does not do what it is asked; none where the fault lets it be done. */
export function replyInstead({ status }: Checked): Reply | undefined {
  if (status === undefined || status < 300) return undefined;
  return status < 400 ? { status, headers: new Headers(), body: "" } : errorReply(status);
}

export function applyFault(fault: Checked, reply: Reply): Reply {
  const headers = new Headers(reply.headers);
  fault.headers.forEach((value, name) => headers.set(name, value));
  return { status: fault.status ?? reply.status, headers, body: fault.body ?? reply.body };
}

/** The type is a promise of the caller's, which JavaScript does not hold it to. */
function checkFault(fault: Fault): Checked {
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

  return { operation, status, delayMs, network, ...content({ body, headers, retryAfter }) };
}

function content({ body, headers, retryAfter }: Pick<Fault, "body" | "headers" | "retryAfter">): Content {
  let text: string | undefined;
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
