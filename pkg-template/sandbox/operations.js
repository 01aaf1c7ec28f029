// @ts-check
import { keySecret, login } from "./auth.js";
import { batch, cancelBatch, scheduleBatch, sendBatch, sendCollection } from "./batches.js";
import {
  cancelMessage,
  deleteMessage,
  failed,
  inbox,
  message,
  scheduled,
  scheduleMessage,
  search,
  sendMessage,
} from "./messages.js";
import { getOtp, sendOtp, verifyOtp } from "./otps.js";
import { balance, sampleError, whoami } from "./utils.js";

/**
 * @typedef {object} Account  a customer's
 * @property {string} customerid
 * @property {number} credits
 * @property {Map<string, import("./messages.js").Stored>} messages  by id, as are the others
 * @property {Map<string, import("./messages.js").Scheduled>} scheduled
 * @property {Map<string, import("./otps.js").Otp>} otps
 *
 * @typedef {object} State
 * @property {Map<string, Account>} accounts  by customer id
 * @property {Map<string, { customerid: string, secret: string }>} pairs  by key
 * @property {() => number} now
 * @property {number} tokenLifetimeSeconds
 * @property {number} lastId
 * @property {Uint8Array<ArrayBuffer>} [signingKey]  from the first token on
 *
 * @typedef {{ params: Record<string, string>, query: URLSearchParams, body: Uint8Array }} Input
 * @typedef {{ status: number, body: unknown }} Answer
 *
 * @typedef {(input: Input, state: State) => Answer | Promise<Answer>} Open  throws an `ApiError` to refuse, as the next one does
 * @typedef {(input: Input, account: Account, state: State) => Answer} Handle
 *
 * @typedef {{ operation: import("./index.d.ts").Operation, method: string, path: string[] }} Route
 * @typedef {Route & ({ open: Open } | { handle: Handle })} Operation
 */

/** @type {(route: string, open: Open, operation: import("./index.d.ts").Operation) => Operation} */
const open = (route, handle, operation) => ({ ...parse(route), operation, open: handle });

/** @type {(operation: import("./index.d.ts").Operation, handle: Handle) => Operation} */
const route = (operation, handle) => ({ ...parse(operation), operation, handle });

/** @param {string} route */
function parse(route) {
  const [method, path] = route.split(" ");
  return { method, path: path.split("/").slice(1) };
}

/** Where two fit a path, the first does it. @type {Operation[]} */
export const operations = [
  open("GET /auth/getApiKey", keySecret, "keySecret"),
  open("POST /auth/token", login, "login"),
  route("POST /message/send", sendMessage),
  route("POST /message/flash", sendMessage),
  route("POST /message/schedule", scheduleMessage),
  route("POST /messages", search),
  route("POST /messages/inbox", inbox),
  route("POST /messages/failed", failed),
  route("GET /messages/schedule", scheduled),
  route("DELETE /messages/schedule/{messageid}", cancelMessage),
  route("GET /messages/{messageid}", message),
  route("DELETE /messages/{messageid}", deleteMessage),
  route("POST /batch/send", sendBatch),
  route("POST /batch/any", sendCollection),
  route("POST /batch/schedule", scheduleBatch),
  route("GET /batch/{batchid}", batch),
  route("DELETE /batches/schedule/{batchid}", cancelBatch),
  route("POST /otp/send", sendOtp),
  route("POST /otp/verify", verifyOtp),
  route("GET /otp/{messageid}", getOtp),
  route("GET /credits/balance", balance),
  route("GET /utils/test", whoami),
  route("GET /utils/errors/{errorcode}", sampleError),
];

/**
 * The path parameters where the last segments of a path are those of an operation.
 * @param {Route} operation
 * @param {string} pathname
 * @returns {Record<string, string> | undefined}
 */
export function match({ path }, pathname) {
  const segments = pathname.split("/").slice(-path.length);
  /** @type {[string, string][]} */
  const params = [];
  const fits = path.every((part, index) => {
    const segment = segments[index];
    if (!part.startsWith("{")) return part === segment;
    params.push([part.slice(1, -1), decode(segment ?? "")]);
    return Boolean(segment);
  });
  return fits ? Object.fromEntries(params) : undefined;
}

/** @param {string} segment */
function decode(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
