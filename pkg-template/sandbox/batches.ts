import { parseFields } from "./body.js";
import { cancel, charge, check, nextId, schedule, send, type Text } from "./messages.js";
import { ApiError } from "./reply.js";
import type { Account, Answer, Handle, State } from "./state.js";

const MAX_BATCH = 5000;

export const sendBatch: Handle = ({ body }, account, state) => sendAll(toMany(body), account, state);

export const sendCollection: Handle = ({ body }, account, state) => {
  const messages = parseFields(body);
  return sendAll(all(messages).map(check), account, state);
};

export const scheduleBatch: Handle = ({ body }, account, state) => {
  const { id, status } = schedule(account, toMany(body), true, state);
  return { status: 201, body: { batchid: id, status } };
};

export const batch: Handle = ({ params: { batchid = "" } }, account) => {
  const messages = [...account.messages.values()].filter((message) => message.batchid === batchid);
  if (messages.length === 0) throw new ApiError(404, "There is no batch with this id");
  return { status: 200, body: messages };
};

export const cancelBatch: Handle = ({ params: { batchid = "" } }, account) => cancel(account, batchid, true);

function sendAll(texts: Text[], account: Account, state: State): Answer {
  charge(account, texts);
  const batchid = nextId(state);
  for (const text of texts) send(account, text, state, batchid);
  return { status: 201, body: { batchid, status: "SCHEDULED" } };
}

function toMany(body: Uint8Array): Text[] {
  const { destinations, ...fields } = parseFields(body);
  return all(destinations).map((destination) => check({ ...fields, destination }));
}

function all(list: unknown): unknown[] {
  if (!Array.isArray(list) || list.length === 0 || list.length > MAX_BATCH) {
    throw new ApiError(400, `A batch must have 1 to ${MAX_BATCH} messages`);
  }
  return list;
}
