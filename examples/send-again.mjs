// Sends a text that is to go out, but not twice. A send that failed is made again where it certainly did nothing; where nobody
// knows, the text is looked for by its tag.
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { SmsWorks, SmsWorksError } from "smsworks-wasm";

const { SMSWORKS_KEY: key, SMSWORKS_SECRET: secret, SMSWORKS_BASE_URL: baseUrl } = process.env;
const sms = new SmsWorks({ baseUrl, credentials: { key, secret } });

const ATTEMPTS = 5;
const HOUR_MS = 3_600_000;

/**
 * @param {import("smsworks-wasm").Message} message
 * @returns {Promise<string>} The id of the text.
 */
async function send(message) {
  const tag = randomUUID();
  for (let attempt = 1; ; attempt++) {
    try {
      return (await sms.messages.send({ ...message, tag })).messageid;
    } catch (error) {
      if (!(error instanceof SmsWorksError)) throw error;
      if (error.effect === "unknown") {
        const messageid = await find(message.destination, tag).catch(() => undefined);
        if (messageid) return messageid;
        // It may still go out: whether to send it again is for a person to say.
        throw error;
      }
      if (!error.retryable || attempt === ATTEMPTS) throw error;
      await wait(error.retryAfterMs ?? 1000 * 2 ** attempt);
    }
  }
}

/**
 * The id of the text with this tag, if one went out in the last hour.
 *
 * @param {import("smsworks-wasm").Id} destination
 * @param {string} tag
 */
async function find(destination, tag) {
  const from = new Date(Date.now() - HOUR_MS);
  const texts = await sms.messages.search({ destination, from });
  return texts.find((text) => text.tag === tag)?.messageid;
}

const id = await send({ sender: "YourCompany", destination: "447777777777", content: "Your parcel is here" });
console.log(`The text ${id} is on its way`);
