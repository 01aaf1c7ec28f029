// @ts-check
import { parseFields } from "./body.js";
import { ApiError } from "./reply.js";

/**
 * @typedef {import("./operations.js").Handle} Handle
 * @typedef {import("./operations.js").Account} Account
 * @typedef {import("./operations.js").State} State
 *
 * @typedef {import("./index.d.ts").SandboxMessage} Stored
 *
 * A text or a batch that waits for its time.
 * @typedef {{ id: string, isBatch: boolean, at: number, status: "SCHEDULED" | "PROCESSED" | "CANCELLED", texts: Text[] }} Scheduled
 *
 * A text that can be sent.
 * @typedef {{ sender: string, destination: string, content: string, schedule?: string, fields: Record<string, any> }} Text
 */

const MAX_LENGTH = 1280;
const MAX_RESULTS = 1000;
/** How long a text is on its way, in milliseconds. */
const DELIVERY_MS = 1000;
/** Of the characters that texts are made of (3GPP TS 23.038), those that take one place, and those that take two. */
const GSM = /^[\n\r !-Z_a-z¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΔΦΓΛΩΠΨΣΘΞ^{}[~\]|€\\]*$/;
const GSM_TWO = /[\^{}[~\]|€\\]/g;
/** Numbers that belong to nobody: Ofcom keeps them for drama. */
const NOBODY = /^447700900\d{3}$/;

/** @type {Handle} */
export function sendMessage({ body }, account, state) {
  const text = check(parseFields(body));
  const used = charge(account, [text]);
  const { messageid, status } = send(account, text, state);
  return { status: 201, body: { messageid, status, credits: account.credits, creditsUsed: used, messageparts: used } };
}

/** @type {Handle} */
export function scheduleMessage({ body }, account, state) {
  const { id, status } = schedule(account, [check(parseFields(body))], false, state);
  return { status: 200, body: { messageid: id, status } };
}

/** @type {Handle} */
export const search = ({ body }, account) => found(body, account, () => true);

/** @type {Handle} */
export const inbox = ({ body }, account) =>
  found(body, account, ({ status, unread }) => status === "INCOMING" && unread === true);

/** @type {Handle} */
export const failed = ({ body }, account) =>
  found(body, account, ({ status }) => ["UNDELIVERABLE", "REJECTED", "EXPIRED"].includes(status));

/** @type {Handle} */
export function message({ params }, account) {
  const message = account.messages.get(params.messageid);
  if (!message) throw new ApiError(404, "There is no message with this id");
  const shown = { ...message };
  if (message.unread) message.unread = false;
  return { status: 200, body: shown };
}

/** @type {Handle} */
export function deleteMessage({ params: { messageid } }, account) {
  if (!account.messages.delete(messageid)) throw new ApiError(400, "There is no message with this id");
  return { status: 200, body: { messageid, status: "DELETED" } };
}

/** @type {Handle} */
export function scheduled(_, account) {
  const list = [...account.scheduled.values()].map(({ id, isBatch, at, status, texts }) => {
    const [{ sender, content, destination }] = texts;
    const to = isBatch ? { destinations: texts.map(({ destination }) => destination) } : { destination };
    return { id, batch: isBatch, status, message: { sender, content, ...to, schedule: new Date(at).toISOString() } };
  });
  return { status: 200, body: list };
}

/** @type {Handle} */
export const cancelMessage = ({ params }, account) => cancel(account, params.messageid, false);

/**
 * @param {Account} account
 * @param {string} id
 * @param {boolean} isBatch
 */
export function cancel(account, id, isBatch) {
  const scheduled = account.scheduled.get(id);
  if (!scheduled || scheduled.isBatch !== isBatch) throw new ApiError(404, "Nothing is scheduled with this id");
  if (scheduled.status === "PROCESSED") throw new ApiError(400, "It was sent already");
  scheduled.status = "CANCELLED";
  return { status: 200, body: { messageid: id, ...(isBatch && { batchid: id }), status: "CANCELLED" } };
}

/**
 * The text in the fields of a request.
 * @param {Record<string, any>} fields
 * @returns {Text}
 */
export function check(fields) {
  const { sender, destination, content, schedule } = Object(fields);
  const number = String(destination ?? "").replace(/^(\+|00)/, "");
  const rule = !isText(sender)
    ? "The message must have a 'sender'"
    : !/^[1-9]\d{6,14}$/.test(number)
      ? "The message must have a 'destination': a number with the country's code"
      : !isText(content)
        ? "The message must have a 'content'"
        : content.length > MAX_LENGTH
          ? `The 'content' may have ${MAX_LENGTH} characters`
          : undefined;
  if (rule) throw new ApiError(400, rule);
  return { sender, destination: number, content, schedule, fields };
}

/** @param {unknown} value */
const isText = (value) => typeof value === "string" && value !== "";

/**
 * The parts that a text goes out in, each of which takes a credit: 160 characters of the alphabet of texts or 70 others; and of
 * several, 153 or 67 each.
 * @param {string} content
 */
export function countParts(content) {
  const isPlain = GSM.test(content);
  const length = content.length + (isPlain ? (content.match(GSM_TWO)?.length ?? 0) : 0);
  const [one, each] = isPlain ? [160, 153] : [70, 67];
  return length <= one ? 1 : Math.ceil(length / each);
}

/**
 * Takes the credits for texts, of which it says how many.
 * @param {Account} account
 * @param {Text[]} texts
 */
export function charge(account, texts) {
  const needed = texts.reduce((sum, { content }) => sum + countParts(content), 0);
  if (needed > account.credits) throw new ApiError(402);
  account.credits -= needed;
  return needed;
}

/**
 * @param {Account} account
 * @param {Text} text  paid for
 * @param {State} state
 * @param {string} [batchid]
 */
export function send(account, { sender, destination, content, fields }, state, batchid) {
  const { tag, deliveryreporturl, metadata, responseemail } = fields;
  return store(account, state, {
    batchid,
    sender,
    destination,
    content,
    status: "SENT",
    tag,
    deliveryreporturl,
    metadata,
    responseemail,
  });
}

/**
 * @param {Account} account
 * @param {State} state
 * @param {Record<string, any> & Pick<Stored, "sender" | "content" | "status"> & { destination: string }} message
 */
export function store({ customerid, messages }, state, { destination, tag = "", ...message }) {
  const messageid = nextId(state);
  const time = new Date(state.now()).toISOString();
  /** @type {Stored} */
  const stored = {
    messageid,
    customerid,
    destination: Number(destination),
    tag,
    created: time,
    modified: time,
    schedule: time,
    ...message,
  };
  messages.set(messageid, stored);
  return stored;
}

/** @param {State} state */
export const nextId = (state) => String(++state.lastId);

/**
 * @param {Account} account
 * @param {Text[]} texts
 * @param {boolean} isBatch
 * @param {State} state
 * @returns {Scheduled}
 */
export function schedule(account, texts, isBatch, state) {
  const at = Date.parse(texts[0]?.schedule ?? "");
  if (Number.isNaN(at)) throw new ApiError(400, "The 'schedule' must be a date");
  const id = nextId(state);
  /** @type {Scheduled} */
  const scheduled = { id, isBatch, at, status: "SCHEDULED", texts };
  account.scheduled.set(id, scheduled);
  return scheduled;
}

/**
 * Does what was due since: what is scheduled goes out, and what went out arrives.
 * @param {State} state
 */
export function catchUp(state) {
  const now = state.now();
  for (const account of state.accounts.values()) {
    for (const scheduled of account.scheduled.values()) {
      if (scheduled.status === "SCHEDULED" && scheduled.at <= now) sendScheduled(account, scheduled, state);
    }
    for (const message of account.messages.values()) {
      if (message.status === "SENT" && now - Date.parse(message.created) >= DELIVERY_MS) deliver(message, now);
    }
  }
}

/** @type {(account: Account, scheduled: Scheduled, state: State) => void} */
function sendScheduled(account, scheduled, state) {
  const { id, isBatch, texts } = scheduled;
  scheduled.status = "PROCESSED";
  for (const text of texts) {
    const message = send(account, text, state, isBatch ? id : undefined);
    message.schedule = new Date(scheduled.at).toISOString();
    if (!isBatch) rename(account, message, id);
    try {
      charge(account, [text]);
    } catch {
      message.status = "REJECTED";
      message.failurereason = { code: 402, details: "There were not enough credits", permanent: false };
    }
  }
}

/** A scheduled text keeps its id when it goes out. @type {(account: Account, message: Stored, id: string) => void} */
function rename({ messages }, message, id) {
  messages.delete(message.messageid);
  message.messageid = id;
  messages.set(id, message);
}

/** @type {(message: Stored, now: number) => void} */
function deliver(message, now) {
  const isNobody = NOBODY.test(String(message.destination));
  message.status = isNobody ? "UNDELIVERABLE" : "DELIVERED";
  message.modified = new Date(now).toISOString();
  if (isNobody) message.failurereason = { code: 1, details: "The number belongs to nobody", permanent: true };
}

/**
 * @param {Uint8Array} body
 * @param {Account} account
 * @param {(message: Stored) => boolean} isWanted
 */
function found(body, { messages }, isWanted) {
  const {
    status,
    credits,
    destination,
    sender,
    keyword,
    from,
    to,
    unread,
    limit = MAX_RESULTS,
    skip = 0,
    metadata,
  } = body.length ? parseFields(body) : {};
  const [earliest, latest] = [time(from, -Infinity), time(to, Infinity)];
  /** @type {[unknown, (message: Stored) => unknown][]} */
  const wanted = [
    [status, (message) => message.status],
    [credits, (message) => countParts(message.content)],
    [destination, (message) => message.destination],
    [sender, (message) => message.sender],
    [keyword, (message) => message.keyword],
    [unread, (message) => message.unread],
  ];
  const fits = (/** @type {Stored} */ message) =>
    isWanted(message) &&
    wanted.every(([value, read]) => value === undefined || value === null || String(read(message)) === String(value)) &&
    Date.parse(message.created) >= earliest &&
    Date.parse(message.created) <= latest &&
    [metadata ?? []].flat().every((pair) => hasPair(message, pair));
  const first = Number(skip) || 0;
  const list = [...messages.values()]
    .filter(fits)
    .slice(first, first + Math.min(Number(limit) || MAX_RESULTS, MAX_RESULTS));
  return { status: 200, body: list };
}

/** @type {(message: Stored, pair: any) => boolean} */
const hasPair = ({ metadata }, pair) =>
  [metadata ?? []].flat().some((own) => own?.key === pair?.key && own?.value === pair?.value);

/** @type {(date: unknown, otherwise: number) => number} */
function time(date, otherwise) {
  if (date === undefined || date === null) return otherwise;
  const ms = Date.parse(String(date));
  if (Number.isNaN(ms)) throw new ApiError(400, "'from' and 'to' must be dates");
  return ms;
}
