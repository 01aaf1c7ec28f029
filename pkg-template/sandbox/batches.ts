import { type Fields, list, object, parse, parseFields, textOrNumber } from "./fields.js";
import { cancel, charge, check, checkNumber, checkShared, nextId, schedule, send, type Text } from "./messages.js";
import { ApiError } from "./reply.js";
import type { Account, Answer, Handle, State } from "./state.js";

const MAX_BATCH = 5000;

export const sendBatch: Handle = ({ body }, account, state) => sendAll(toMany(parseFields(body)), account, state);

export const sendCollection: Handle = ({ body }, account, state) => {
  const messages = all(parse(body));
  return sendAll(
    messages.map((message) => check(object(message, "Each of the messages"))),
    account,
    state,
  );
};

export const scheduleBatch: Handle = ({ body }, account, state) => {
  const fields = parseFields(body);
  const { id, status } = schedule(account, fields, toMany(fields), true, state);
  return { status: 201, body: { batchid: id, status } };
};

export const batch: Handle = ({ params: { batchid = "" } }, account) => {
  const messages = [...account.messages.values()].map(({ shown }) => shown).filter((text) => text.batchid === batchid);
  if (messages.length === 0) throw new ApiError(404, "There is no batch with this id");
  return { status: 200, body: messages };
};

export const cancelBatch: Handle = ({ params: { batchid = "" } }, account) => cancel(account, batchid, true);

function sendAll(texts: Text[], account: Account, state: State): Answer {
  charge(account, texts);
  const batchid = nextId(state);
  for (const text of texts) send(account, text, state, { batchid });
  return { status: 201, body: { batchid, status: "SCHEDULED" } };
}

function toMany(fields: Fields): Text[] {
  const shared = checkShared(fields);
  const destinations = all(list(fields, "destinations"));
  return destinations.map((destination) => ({
    ...shared,
    destination: checkNumber(textOrNumber({ destination }, "destination")),
  }));
}

function all(list: unknown): unknown[] {
  if (Array.isArray(list) && list.length > 0 && list.length <= MAX_BATCH) return list;
  throw new ApiError(400, `A batch must be a list of 1 to ${MAX_BATCH}`);
}
