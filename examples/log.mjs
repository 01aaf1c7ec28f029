// A line of log for each request: what it was, how it ended, how long it took. A reply that was slow, a wait, a failure: all of it
// is in the log, and nothing secret.
import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { SmsWorks, SmsWorksError } from "smsworks-wasm";

const { SMSWORKS_KEY: key, SMSWORKS_SECRET: secret, SMSWORKS_BASE_URL: baseUrl } = process.env;

/** The id of what your program is doing: of the request that a server answers, say. @type {AsyncLocalStorage<string>} */
const work = new AsyncLocalStorage();

/** @param {import("smsworks-wasm").SmsWorksEvent} event */
function log(event) {
  const { type, operation } = event;
  // A login may be for many at once, and so is for none.
  const line = { id: operation === "login" ? undefined : work.getStore(), type, operation };
  if (type === "response") write("info", { ...line, attempt: event.attempt, status: event.status, ms: ms(event) });
  else if (type === "retry") write("warn", { ...line, attempt: event.attempt, waits: Math.round(event.delayMs) });
  else if (type === "failure") write("error", { ...line, ms: ms(event), ...reason(event.error) });
}

/** @param {{ durationMs: number }} event */
const ms = ({ durationMs }) => Math.round(durationMs);

/** @param {unknown} error Where the call was aborted, anything. */
const reason = (error) =>
  error instanceof SmsWorksError ? { code: error.code, effect: error.effect } : { code: "aborted" };

/** @param {string} level @param {object} fields */
const write = (level, fields) => console.log(JSON.stringify({ level, ...fields }));

const sms = new SmsWorks({ baseUrl, credentials: { key, secret }, headers: { "X-Client": "shop/1.0" }, observe: log });

/**
 * Sends a text. Its id goes along as a header, and into each line of the log.
 *
 * @param {string} destination
 */
const notify = (destination) => {
  const id = randomUUID();
  const message = { sender: "YourCompany", destination, content: "Your parcel is here" };
  return work.run(id, () => sms.messages.send(message, { headers: { "X-Request-Id": id } }));
};

const results = await Promise.allSettled(["447777777777", "447777777778"].map(notify));
process.exitCode = results.some(({ status }) => status === "rejected") ? 1 : 0;
