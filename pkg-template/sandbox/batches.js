// @ts-check
import { parseFields } from "./body.js";
import { cancel, charge, check, nextId, schedule, send } from "./messages.js";
import { ApiError } from "./reply.js";

/**
 * @typedef {import("./operations.js").Handle} Handle
 * @typedef {import("./messages.js").Text} Text
 */

const MAX_BATCH = 5000;

/** @type {Handle} */
export const sendBatch = ({ body }, account, state) => sendAll(toMany(body), account, state);

/** @type {Handle} */
export function sendCollection({ body }, account, state) {
  const messages = parseFields(body);
  return sendAll(all(messages).map(check), account, state);
}

/** @type {Handle} */
export function scheduleBatch({ body }, account, state) {
  const { id, status } = schedule(account, toMany(body), true, state);
  return { status: 201, body: { batchid: id, status } };
}

/** @type {Handle} */
export function batch({ params: { batchid } }, account) {
  const messages = [...account.messages.values()].filter((message) => message.batchid === batchid);
  if (messages.length === 0) throw new ApiError(404, "There is no batch with this id");
  return { status: 200, body: messages };
}

/** @type {Handle} */
export const cancelBatch = ({ params }, account) => cancel(account, params.batchid, true);

/** @type {(texts: Text[], account: import("./operations.js").Account, state: import("./operations.js").State) => import("./operations.js").Answer} */
function sendAll(texts, account, state) {
  charge(account, texts);
  const batchid = nextId(state);
  for (const text of texts) send(account, text, state, batchid);
  return { status: 201, body: { batchid, status: "SCHEDULED" } };
}

/** @param {Uint8Array} body */
function toMany(body) {
  const { destinations, ...fields } = parseFields(body);
  return all(destinations).map((destination) => check({ ...fields, destination }));
}

/** @param {unknown} list @returns {any[]} */
function all(list) {
  if (!Array.isArray(list) || list.length === 0 || list.length > MAX_BATCH) {
    throw new ApiError(400, `A batch must have 1 to ${MAX_BATCH} messages`);
  }
  return list;
}
