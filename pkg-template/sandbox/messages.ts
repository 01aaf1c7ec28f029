import {
  date,
  type Fields,
  flag,
  list,
  number,
  object,
  parseFields,
  refusal,
  text,
  textOrNumber,
  whole,
} from "./fields.js";
import { ApiError } from "./reply.js";
import type { Account, Answer, Handle, State } from "./state.js";
import type { SandboxMessage } from "./types.js";

/** A text in an account, as the API shows it and with what is only searched by. */
export interface Stored {
  shown: SandboxMessage;
  /** The credits that it took. */
  credits: number;
  /** Of received texts. */
  isUnread?: boolean;
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
export interface Text extends Pick<SandboxMessage, "sender" | "content" | "tag" | "deliveryreporturl" | "metadata"> {
  destination: string;
}

/** A text that was sent, and has not arrived yet. */
export interface Underway {
  account: Account;
  message: SandboxMessage;
}

type Pairs = SandboxMessage["metadata"];
type FailureReason = NonNullable<SandboxMessage["failurereason"]>;

/** In UTF-16 units, in which texts are counted. */
export const MAX_LENGTH = 1280;
const MAX_TAG = 280;
/** In minutes. */
const MAX_VALIDITY = 2880;
const MAX_RESULTS = 1000;
/** Those of the descriptions of versions 1.9 and 1.2. */
const STATUSES = [
  "SENT",
  "DELIVERED",
  "EXPIRED",
  "UNDELIVERABLE",
  "REJECTED",
  "INCOMING",
  "DELETED",
  "ACCEPTED",
  "UNKNOWN",
];
/** How long a text is on its way, in milliseconds. */
const DELIVERY_MS = 1000;
/** The GSM alphabet (3GPP TS 23.038, 6.2.1), and its characters that take two septets. */
const GSM = /^[\n\f\r !-Z_a-z¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΔΦΓΛΩΠΨΣΘΞ^{}[~\]|€\\]*$/;
const GSM_TWO = /[\f^{}[~\]|€\\]/;
/** How a text ends, by the number that it went to: Ofcom keeps these for drama, and they belong to nobody. Other texts arrive. */
const FAILURES: { numbers: RegExp; status: SandboxMessage["status"]; failurereason: FailureReason }[] = [
  {
    numbers: /^447700900\d{3}$/,
    status: "UNDELIVERABLE",
    failurereason: { code: 1, details: "The number belongs to nobody", permanent: true },
  },
  {
    numbers: /^441632960\d{3}$/,
    status: "EXPIRED",
    failurereason: { code: 2, details: "The phone could not be reached in time", permanent: false },
  },
  {
    numbers: /^449098790\d{3}$/,
    status: "REJECTED",
    failurereason: { code: 3, details: "The network refused the text", permanent: true },
  },
];

export const sendMessage: Handle = ({ body }, account, state) => {
  const text = check(parseFields(body));
  const used = charge(account, [text]);
  const { messageid, status } = send(account, text, state).shown;
  return { status: 201, body: { messageid, status, credits: account.credits, creditsUsed: used, messageparts: used } };
};

export const scheduleMessage: Handle = ({ body }, account, state) => {
  const fields = parseFields(body);
  const { id, status } = schedule(account, fields, [check(fields)], false, state);
  return { status: 200, body: { messageid: id, status } };
};

export const search: Handle = ({ body }, account) => found(body, account, () => true);

export const inbox: Handle = ({ body }, account) => found(body, account, ({ isUnread }) => isUnread === true);

export const failed: Handle = ({ body }, account) =>
  found(body, account, ({ shown }) => ["UNDELIVERABLE", "REJECTED", "EXPIRED"].includes(shown.status));

export const message: Handle = ({ params: { messageid = "" } }, account) => {
  const message = account.messages.get(messageid);
  if (!message) throw new ApiError(404, "There is no message with this id");
  if (message.isUnread) message.isUnread = false;
  return { status: 200, body: message.shown };
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
  return { status: 200, body: { messageid: id, status: "CANCELLED" } };
}

/** The text in the fields of a `Message`. */
export function check(fields: Fields): Text {
  const destination = checkNumber(textOrNumber(fields, "destination"));
  const emails = list(fields, "responseemail") ?? [];
  if (!emails.every((email) => typeof email === "string")) throw refusal("responseemail", "a list of strings");
  return { ...checkShared(fields), destination, metadata: pairs(fields) };
}

/** What a `Message` and a `BatchMessage` have in common. */
export function checkShared(fields: Fields): Omit<Text, "destination"> {
  const sender = checkSender(text(fields, "sender"));
  const content = checkContent(text(fields, "content"));
  const tag = text(fields, "tag") ?? "";
  if (tag.length > MAX_TAG) throw refusal("tag", `of at most ${MAX_TAG} characters`);
  const deliveryreporturl = text(fields, "deliveryreporturl") || undefined;
  if (deliveryreporturl && !isWeb(deliveryreporturl)) throw refusal("deliveryreporturl", "an http or https URL");
  // Nothing is made of these, but what is wrong is refused. What sends at once has no use for a schedule.
  text(fields, "schedule");
  whole(fields, "ttl");
  whole(fields, "validity", 1, MAX_VALIDITY);
  flag(fields, "ai");
  return { sender, content, tag, deliveryreporturl };
}

export function checkSender(sender = ""): string {
  if (/^([a-z\d]{1,11}|\d{1,15})$/i.test(sender)) return sender;
  throw refusal("sender", "of up to 11 letters and digits, or of up to 15 digits, without spaces");
}

/** Its digits, with the country's code. */
export function checkNumber(given = ""): string {
  const number = withCountry(given);
  if (/^[1-9]\d{6,14}$/.test(number)) return number;
  throw new ApiError(400, "A 'destination' must be a telephone number of 7 to 15 digits");
}

/** A number that begins with one zero is a British one, since the API says of those how they are spelled in full. */
const withCountry = (number: string): string => number.replace(/^(\+|00?)/, (zeros) => (zeros === "0" ? "44" : ""));

export function checkContent(content = ""): string {
  if (content.length > 0 && content.length <= MAX_LENGTH) return content;
  throw refusal("content", `a text of 1 to ${MAX_LENGTH} characters`);
}

function isWeb(url: string): boolean {
  try {
    return /^https?:$/.test(new URL(url).protocol);
  } catch {
    return false;
  }
}

function pairs(fields: Fields): Pairs {
  return list(fields, "metadata")?.map((pair) => {
    const given = object(pair, "Each of 'metadata'");
    return { key: text(given, "key"), value: text(given, "value") };
  });
}

/**
 * The parts that a text goes out in, each of which takes a credit. It is the rule of src/rules/segments.rs, again since the sandbox
 * has no WebAssembly; tests/segments holds the two together.
 */
export function countParts(content: string): number {
  const isGsm = GSM.test(content);
  const [alone, each] = isGsm ? [160, 153] : [70, 67];
  let [units, parts, remaining] = [0, 1, each];
  for (const char of content) {
    const needed = isGsm && GSM_TWO.test(char) ? 2 : char.length;
    if (needed > remaining) {
      parts++;
      remaining = each;
    }
    remaining -= needed;
    units += needed;
  }
  return units <= alone ? 1 : parts;
}

/** Takes the credits for texts, of which it says how many. */
export function charge(account: Account, texts: Text[]): number {
  const needed = texts.reduce((sum, { content }) => sum + countParts(content), 0);
  if (needed > account.credits) throw new ApiError(402);
  account.credits -= needed;
  return needed;
}

/** @param text  paid for */
export function send(account: Account, text: Text, state: State, ids?: Ids): Stored {
  const stored = store(account, state, { ...text, ...ids, status: "SENT" }, countParts(text.content));
  state.underway.push({ account, message: stored.shown });
  return stored;
}

/** @throws `TypeError`, since a test calls this and not the API. */
export function receive(fields: Fields, account: Account, state: State): SandboxMessage {
  try {
    const from = text(fields, "sender") ?? "";
    const sender = /^[+0]/.test(from) ? checkNumber(from) : checkSender(from);
    const destination = checkNumber(textOrNumber(fields, "destination"));
    const [content, keyword] = [checkContent(text(fields, "content")), text(fields, "keyword")];
    const incoming: New = { sender, destination, content, keyword, tag: "", status: "INCOMING" };
    const stored = store(account, state, incoming, 0);
    stored.isUnread = true;
    return stored.shown;
  } catch (error) {
    throw error instanceof ApiError ? new TypeError(error.message) : error;
  }
}

type Ids = Partial<Pick<SandboxMessage, "messageid" | "batchid">>;
type New = Text & Ids & Pick<SandboxMessage, "status" | "keyword">;

function store({ customerid, messages }: Account, state: State, text: New, credits: number): Stored {
  const messageid = text.messageid ?? nextId(state);
  const time = new Date(state.now()).toISOString();
  const dates = { created: time, modified: time, schedule: time };
  const stored = {
    shown: { ...text, messageid, customerid, destination: Number(text.destination), ...dates },
    credits,
  };
  messages.set(messageid, stored);
  return stored;
}

export const nextId = (state: State): string => String(++state.lastId);

export function schedule(
  account: Account,
  fields: Fields,
  texts: Text[],
  isBatch: boolean,
  state: State,
): Pick<Scheduled, "id" | "status"> {
  const at = date(fields, "schedule");
  if (at === undefined || at < state.now()) throw refusal("schedule", "a date in the future");
  const id = nextId(state);
  const scheduled: Scheduled = { id, isBatch, at, status: "SCHEDULED", texts };
  account.scheduled.set(id, scheduled);
  return scheduled;
}

/** Does what has become due: what is scheduled goes out, and what went out arrives. */
export function catchUp(state: State): void {
  const now = state.now();
  for (const account of state.accounts.values()) {
    for (const scheduled of account.scheduled.values()) {
      if (scheduled.status === "SCHEDULED" && scheduled.at <= now) sendScheduled(account, scheduled, state);
    }
  }
  const { underway } = state;
  state.underway = [];
  for (const { account, message } of underway) {
    if (message.status !== "SENT" || !account.messages.has(message.messageid)) continue;
    if (arrivalOf(message) <= now) arrive(message, now, state);
    else state.underway.push({ account, message });
  }
  state.reports.lookIn(nextReport(state) - now);
}

const arrivalOf = ({ created }: SandboxMessage): number => Date.parse(created) + DELIVERY_MS;

/** When the next text arrives, or goes out, that has a URL for its report; in milliseconds since 1970. */
function nextReport({ accounts, underway, reports }: State): number {
  let next = Infinity;
  for (const { message } of underway) {
    if (reports.isTaken(message.deliveryreporturl)) next = Math.min(next, arrivalOf(message));
  }
  for (const { scheduled } of accounts.values()) {
    for (const { at, status, texts } of scheduled.values()) {
      if (status === "SCHEDULED" && reports.isTaken(texts[0]?.deliveryreporturl)) next = Math.min(next, at);
    }
  }
  return next;
}

function sendScheduled(account: Account, scheduled: Scheduled, state: State): void {
  const { id, isBatch, texts } = scheduled;
  scheduled.status = "PROCESSED";
  for (const text of texts) {
    // One that is alone keeps its id when it goes out.
    const stored = send(account, text, state, isBatch ? { batchid: id } : { messageid: id });
    stored.shown.schedule = new Date(scheduled.at).toISOString();
    try {
      charge(account, [text]);
    } catch {
      stored.credits = 0;
      const failurereason = { code: 402, details: "There were not enough credits", permanent: false };
      Object.assign(stored.shown, { status: "REJECTED", failurereason });
      state.reports.add(stored.shown);
    }
  }
}

function arrive(message: SandboxMessage, now: number, state: State): void {
  const failure = FAILURES.find(({ numbers }) => numbers.test(String(message.destination)));
  message.status = failure?.status ?? "DELIVERED";
  message.modified = new Date(now).toISOString();
  if (failure) message.failurereason = { ...failure.failurereason };
  state.reports.add(message);
}

function found(body: Uint8Array, { messages }: Account, isWanted: (message: Stored) => boolean): Answer {
  const query = parseFields(body);
  const status = text(query, "status");
  if (status !== undefined && !STATUSES.includes(status)) throw refusal("status", `one of ${STATUSES.join(", ")}`);
  const destination = textOrNumber(query, "destination");
  const wanted: [unknown, (message: Stored) => unknown][] = [
    [status, ({ shown }) => shown.status],
    [number(query, "credits"), ({ credits }) => credits],
    [destination && withCountry(destination), ({ shown }) => String(shown.destination)],
    [text(query, "sender"), ({ shown }) => shown.sender],
    [text(query, "keyword"), ({ shown }) => shown.keyword],
    [flag(query, "unread"), ({ isUnread }) => isUnread],
  ];
  const [from = -Infinity, to = Infinity] = [date(query, "from"), date(query, "to")];
  const metadata = pairs(query) ?? [];
  const [limit = MAX_RESULTS, skip = 0] = [whole(query, "limit"), whole(query, "skip")];

  const fits = (message: Stored) =>
    isWanted(message) &&
    wanted.every(([value, read]) => value === undefined || read(message) === value) &&
    Date.parse(message.shown.created) >= from &&
    Date.parse(message.shown.created) <= to &&
    metadata.every((pair) => hasPair(message.shown.metadata, pair));
  const page = [...messages.values()].filter(fits).slice(skip, skip + Math.min(limit, MAX_RESULTS));
  return { status: 200, body: page.map(({ shown }) => shown) };
}

function hasPair(metadata: Pairs, { key, value }: NonNullable<Pairs>[number]): boolean {
  return metadata?.some((own) => own.key === key && own.value === value) ?? false;
}
