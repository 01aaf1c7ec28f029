import { parseFields } from "./body.js";
import { fieldsOf, isText } from "./guards.js";
import { ApiError } from "./reply.js";
import type { Account, Answer, Handle, State } from "./state.js";
import type { SandboxMessage } from "./types.js";

/** What comes along with a text: it is kept as it came, whatever it is. */
interface Carried {
  tag?: unknown;
  deliveryreporturl?: unknown;
  metadata?: unknown;
  responseemail?: unknown;
}

export type Stored = Omit<SandboxMessage, keyof Carried> & Carried;

interface New extends Pick<Stored, "batchid" | "sender" | "content" | "status" | "keyword" | "unread">, Carried {
  destination: string;
}

/** A text or a batch that waits for its time. */
export interface Scheduled {
  id: string;
  isBatch: boolean;
  at: number;
  status: "SCHEDULED" | "PROCESSED" | "CANCELLED";
  texts: Text[];
}

/** A text that can be sent. */
export interface Text {
  sender: string;
  destination: string;
  content: string;
  schedule: unknown;
  /** All that the request says of it. */
  fields: Record<string, unknown>;
}

const MAX_LENGTH = 1280;
const MAX_RESULTS = 1000;
/** How long a text is on its way, in milliseconds. */
const DELIVERY_MS = 1000;
/** Of the characters that texts are made of (3GPP TS 23.038), those that take one place, and those that take two. */
const GSM = /^[\n\r !-Z_a-z¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΔΦΓΛΩΠΨΣΘΞ^{}[~\]|€\\]*$/;
const GSM_TWO = /[\^{}[~\]|€\\]/g;
/** Numbers that belong to nobody: Ofcom keeps them for drama. */
const NOBODY = /^447700900\d{3}$/;

export const sendMessage: Handle = ({ body }, account, state) => {
  const text = check(parseFields(body));
  const used = charge(account, [text]);
  const { messageid, status } = send(account, text, state);
  return { status: 201, body: { messageid, status, credits: account.credits, creditsUsed: used, messageparts: used } };
};

export const scheduleMessage: Handle = ({ body }, account, state) => {
  const { id, status } = schedule(account, [check(parseFields(body))], false, state);
  return { status: 200, body: { messageid: id, status } };
};

export const search: Handle = ({ body }, account) => found(body, account, () => true);

export const inbox: Handle = ({ body }, account) =>
  found(body, account, ({ status, unread }) => status === "INCOMING" && unread === true);

export const failed: Handle = ({ body }, account) =>
  found(body, account, ({ status }) => ["UNDELIVERABLE", "REJECTED", "EXPIRED"].includes(status));

export const message: Handle = ({ params: { messageid = "" } }, account) => {
  const message = account.messages.get(messageid);
  if (!message) throw new ApiError(404, "There is no message with this id");
  const shown = { ...message };
  if (message.unread) message.unread = false;
  return { status: 200, body: shown };
};

export const deleteMessage: Handle = ({ params: { messageid = "" } }, account) => {
  if (!account.messages.delete(messageid)) throw new ApiError(400, "There is no message with this id");
  return { status: 200, body: { messageid, status: "DELETED" } };
};

export const scheduled: Handle = (_, account) => {
  const list = [...account.scheduled.values()].map(({ id, isBatch, at, status, texts }) => {
    // The texts of a batch differ in nothing but where they go.
    const { sender, content, destination } = { ...texts[0] };
    const to = isBatch ? { destinations: texts.map(({ destination }) => destination) } : { destination };
    return { id, batch: isBatch, status, message: { sender, content, ...to, schedule: new Date(at).toISOString() } };
  });
  return { status: 200, body: list };
};

export const cancelMessage: Handle = ({ params: { messageid = "" } }, account) => cancel(account, messageid, false);

export function cancel(account: Account, id: string, isBatch: boolean): Answer {
  const scheduled = account.scheduled.get(id);
  if (!scheduled || scheduled.isBatch !== isBatch) throw new ApiError(404, "Nothing is scheduled with this id");
  if (scheduled.status === "PROCESSED") throw new ApiError(400, "It was sent already");
  scheduled.status = "CANCELLED";
  return { status: 200, body: { messageid: id, ...(isBatch && { batchid: id }), status: "CANCELLED" } };
}

/** The text in the fields of a request. */
export function check(request: unknown): Text {
  const fields = fieldsOf(request);
  const { sender, destination, content, schedule } = fields;
  const number = String(destination ?? "").replace(/^(\+|00)/, "");
  if (!isText(sender)) throw new ApiError(400, "The message must have a 'sender'");
  if (!/^[1-9]\d{6,14}$/.test(number)) {
    throw new ApiError(400, "The message must have a 'destination': a number with the country's code");
  }
  if (!isText(content)) throw new ApiError(400, "The message must have a 'content'");
  if (content.length > MAX_LENGTH) throw new ApiError(400, `The 'content' may have ${MAX_LENGTH} characters`);
  return { sender, destination: number, content, schedule, fields };
}

/**
 * The parts that a text goes out in, each of which takes a credit: 160 characters of the alphabet of texts or 70
 * others; and of several, 153 or 67 each.
 */
export function countParts(content: string): number {
  const isPlain = GSM.test(content);
  const length = content.length + (isPlain ? (content.match(GSM_TWO)?.length ?? 0) : 0);
  const [one, each] = isPlain ? [160, 153] : [70, 67];
  return length <= one ? 1 : Math.ceil(length / each);
}

/** Takes the credits for texts, of which it says how many. */
export function charge(account: Account, texts: Text[]): number {
  const needed = texts.reduce((sum, { content }) => sum + countParts(content), 0);
  if (needed > account.credits) throw new ApiError(402);
  account.credits -= needed;
  return needed;
}

/** @param text  paid for */
export function send(account: Account, text: Text, state: State, batchid?: string): Stored {
  const { sender, destination, content, fields } = text;
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

export function store({ customerid, messages }: Account, state: State, message: New): Stored {
  const { destination, tag = "", ...rest } = message;
  const messageid = nextId(state);
  const time = new Date(state.now()).toISOString();
  const stored: Stored = {
    messageid,
    customerid,
    destination: Number(destination),
    tag,
    created: time,
    modified: time,
    schedule: time,
    ...rest,
  };
  messages.set(messageid, stored);
  return stored;
}

export const nextId = (state: State): string => String(++state.lastId);

export function schedule(account: Account, texts: Text[], isBatch: boolean, state: State): Scheduled {
  const at = Date.parse(String(texts[0]?.schedule ?? ""));
  if (Number.isNaN(at)) throw new ApiError(400, "The 'schedule' must be a date");
  const id = nextId(state);
  const scheduled: Scheduled = { id, isBatch, at, status: "SCHEDULED", texts };
  account.scheduled.set(id, scheduled);
  return scheduled;
}

/** Does what was due since: what is scheduled goes out, and what went out arrives. */
export function catchUp(state: State): void {
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

function sendScheduled(account: Account, scheduled: Scheduled, state: State): void {
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

/** A scheduled text keeps its id when it goes out. */
function rename({ messages }: Account, message: Stored, id: string): void {
  messages.delete(message.messageid);
  message.messageid = id;
  messages.set(id, message);
}

function deliver(message: Stored, now: number): void {
  const isNobody = NOBODY.test(String(message.destination));
  message.status = isNobody ? "UNDELIVERABLE" : "DELIVERED";
  message.modified = new Date(now).toISOString();
  if (isNobody) message.failurereason = { code: 1, details: "The number belongs to nobody", permanent: true };
}

function found(body: Uint8Array, { messages }: Account, isWanted: (message: Stored) => boolean): Answer {
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
  }: Record<string, unknown> = body.length ? parseFields(body) : {};
  const [earliest, latest] = [time(from, -Infinity), time(to, Infinity)];
  const wanted: [unknown, (message: Stored) => unknown][] = [
    [status, (message) => message.status],
    [credits, (message) => countParts(message.content)],
    [destination, (message) => message.destination],
    [sender, (message) => message.sender],
    [keyword, (message) => message.keyword],
    [unread, (message) => message.unread],
  ];
  const fits = (message: Stored) =>
    isWanted(message) &&
    wanted.every(([value, read]) => value === undefined || value === null || String(read(message)) === String(value)) &&
    Date.parse(message.created) >= earliest &&
    Date.parse(message.created) <= latest &&
    listOf(metadata).every((pair) => hasPair(message, pair));
  const first = Number(skip) || 0;
  const list = [...messages.values()]
    .filter(fits)
    .slice(first, first + Math.min(Number(limit) || MAX_RESULTS, MAX_RESULTS));
  return { status: 200, body: list };
}

function hasPair({ metadata }: Stored, pair: unknown): boolean {
  const { key, value } = fieldsOf(pair);
  return listOf(metadata).some((own) => fieldsOf(own).key === key && fieldsOf(own).value === value);
}

/** A list, or a list of what stands in its place. */
const listOf = (value: unknown): unknown[] => [value ?? []].flat();

function time(date: unknown, otherwise: number): number {
  if (date === undefined || date === null) return otherwise;
  const ms = Date.parse(String(date));
  if (Number.isNaN(ms)) throw new ApiError(400, "'from' and 'to' must be dates");
  return ms;
}
