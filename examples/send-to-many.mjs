// Sends one text to any number of people, each once, whatever happens in between:
//
//   node send-to-many.mjs numbers.txt
//
// The file has a number in each line. What is done is in another, `numbers.txt.sent`. Where the program was stopped, or failed, run
// it again (but never two at a time): it goes on where it was.
//
// Of each batch, the record says that it is going out before it does, and that it was taken once it was. A program that is killed
// between the two leaves a batch of which nobody knows. It is looked for, by the tag of the whole and its numbers: if one of its
// texts is there, the API took the batch; if none is, it did not, and the batch is sent again. The API does not say how soon a
// search finds a text, nor how long a request may be on its way. So that is decided five minutes after the batch went out: choose
// longer where a text that comes twice does more harm than one that comes late.
import { randomUUID } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { SmsWorks, SmsWorksError } from "smsworks-wasm";

const { SMSWORKS_KEY: key, SMSWORKS_SECRET: secret, SMSWORKS_BASE_URL: baseUrl } = process.env;
const { SETTLE_SECONDS: settleSeconds = "300" } = process.env;
const sms = new SmsWorks({ baseUrl, credentials: { key, secret } });

const MESSAGE = { sender: "YourCompany", content: "We are closed on Monday" };
/** As many as `sendAll` puts into one. */
const BATCH = 5000;
const HOUR_MS = 3_600_000;

/**
 * A line of the record: the tag of the whole, in the first; the numbers of a batch that goes out; how that ended, with its id or,
 * where it was not taken, with `null`.
 *
 * @typedef {{ tag: string }} Begun
 * @typedef {{ sending: string[], at: number }} Sending
 * @typedef {{ batchid: string | null }} Ended
 */

const [file] = process.argv.slice(2);
if (!file) {
  console.error("Send to whom? node send-to-many.mjs numbers.txt");
  process.exit(2);
}
const numbers = await readNumbers(file);
const record = await openRecord(`${file}.sent`);

let { tag, done, doubtful } = record;
if (!tag) {
  tag = randomUUID();
  await record.add({ tag });
}
if (doubtful) {
  const batchid = await findBatch(tag, doubtful);
  await record.add({ batchid });
  if (batchid) for (const number of doubtful.sending) done.add(number);
  console.log(`The batch that was under way was ${batchid ? "taken" : "not taken"}`);
}
if (done.size > 0) console.log(`${done.size} have it already`);

try {
  for await (const { batchid, destinations } of sms.batches.sendAll({ ...MESSAGE, tag }, planned())) {
    await record.add({ batchid });
    for (const number of destinations) done.add(String(number));
    console.log(`${done.size} of ${numbers.size}: batch ${batchid}`);
  }
} catch (error) {
  // Of one that was refused, such as for want of credits, there is nothing to look for.
  if (error instanceof SmsWorksError && error.effect === "none") await record.add({ batchid: null });
  throw error;
}
console.log(`All ${numbers.size} have it`);

/** The numbers that are left. Those of a batch are in the record before `sendAll` gets the first of them. */
async function* planned() {
  const left = [...numbers].filter((number) => !done.has(number));
  for (let at = 0; at < left.length; at += BATCH) {
    const sending = left.slice(at, at + BATCH);
    await record.add({ sending, at: Date.now() });
    yield* sending;
  }
}

/**
 * The id of a batch, if the API took it.
 *
 * @param {string} tag
 * @param {Sending} batch
 */
async function findBatch(tag, { sending, at }) {
  const known = new Set(sending);
  const find = async () => {
    // The API's clock may differ from the one here.
    const query = { from: new Date(at - HOUR_MS), to: new Date(Date.now() + HOUR_MS) };
    for await (const text of sms.messages.all(query)) {
      if (text.tag === tag && known.has(String(text.destination).replace(/\D/g, "")))
        return text.batchid ?? text.messageid;
    }
    return null;
  };
  const settleMs = Number(settleSeconds) * 1000;
  const leftMs = Math.min(at + settleMs - Date.now(), settleMs);
  const batchid = await find();
  if (batchid !== null || leftMs <= 0) return batchid;
  console.log(`Nobody knows of the batch that was under way: to be decided in ${Math.ceil(leftMs / 1000)} s`);
  await wait(leftMs);
  return find();
}

/**
 * The numbers in a file, each once and in one spelling. The API would refuse a whole batch for one that is wrong.
 *
 * @param {string} file
 */
async function readNumbers(file) {
  const numbers = new Set();
  for (const [index, line] of (await readFile(file, "utf8")).split("\n").entries()) {
    const number = line.replace(/[\s+()-]/g, "");
    if (number && !/^[1-9]\d{6,14}$/.test(number)) {
      throw new Error(`Line ${index + 1} is no telephone number with its country's code, such as 447777777777`);
    }
    if (number) numbers.add(number);
  }
  return /** @type {Set<string>} */ (numbers);
}

/**
 * Opens the record, and reads how far it is.
 *
 * @param {string} file
 */
async function openRecord(file) {
  // To read, and to add to its end.
  const handle = await open(file, "a+", 0o600);
  const text = await handle.readFile("utf8");
  // A line that was not finished says nothing, and what it was to say was not done yet.
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  await handle.truncate(Buffer.byteLength(whole));

  let tag = "";
  let doubtful = /** @type {Sending | undefined} */ (undefined);
  const done = /** @type {Set<string>} */ (new Set());
  for (const line of whole.split("\n").filter(Boolean)) {
    const entry = /** @type {Partial<Begun & Sending & Ended>} */ (JSON.parse(line));
    if (entry.tag) tag = entry.tag;
    if (entry.sending) doubtful = { sending: entry.sending, at: entry.at ?? 0 };
    if (entry.batchid !== undefined) {
      if (entry.batchid) for (const number of doubtful?.sending ?? []) done.add(number);
      doubtful = undefined;
    }
  }
  return {
    tag,
    done,
    doubtful,
    /** Adds a line, and waits until it is on the disk. @param {Begun | Sending | Ended} entry */
    async add(entry) {
      await handle.appendFile(`${JSON.stringify(entry)}\n`);
      await handle.datasync();
    },
  };
}
