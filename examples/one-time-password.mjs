// A server where people log in with their telephone:
//
//   POST /code   {"phone": "447777777777"}   texts a code to it
//   POST /login  {"passcode": "123456"}      takes the code that they typed
//   GET /me                                  says who is logged in
//
// What it knows is in its memory; several servers would share it in a database. Set a limit for each network address in front of
// it, too: every code costs credits.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { SmsWorks, SmsWorksError } from "smsworks-wasm";

const { SMSWORKS_KEY: key, SMSWORKS_SECRET: secret, SMSWORKS_BASE_URL: baseUrl, PORT: port = "8080" } = process.env;
const sms = new SmsWorks({ baseUrl, credentials: { key, secret } });

const VALIDITY_SECONDS = 300;
const GUESSES = 5;
const CODES_AN_HOUR = 5;

/** @typedef {{ phone: string, messageid: string, guesses: number }} Code */
/** @typedef {{ status: number, body: object, id?: string }} Answer With the id for the visitor's cookie, where it is a new one. */

/**
 * The codes that were sent, by the id in the visitor's cookie. The messageid and the phone stay here: a browser that could name
 * them would name those of its own phone, and log in as somebody else.
 *
 * @type {Map<string, Code>}
 */
const codes = new Map();

/** The phones of those who are logged in, by the id in their cookie. @type {Map<string, string>} */
const users = new Map();

/** How many codes went to a phone in this hour. @type {Map<string, number>} */
const sent = new Map();

/** @type {Record<string, (id: string, fields: any) => Promise<Answer>>} */
const handlers = {
  "POST /code": async (id, { phone }) => {
    // One spelling of a number: with the country's code, and digits alone.
    if (typeof phone !== "string" || !/^[1-9]\d{9,14}$/.test(phone)) return answer(400, "This is no telephone number");
    const count = (sent.get(phone) ?? 0) + 1;
    if (count > CODES_AN_HOUR) return answer(429, "Too many codes went to this number: try again in an hour");
    if (count === 1) setTimeout(() => sent.delete(phone), 3_600_000).unref();
    sent.set(phone, count);

    const { messageid } = await sms.otp.send({
      sender: "YourCompany",
      destination: phone,
      template: "Your code is {{passcode}}",
      validity: VALIDITY_SECONDS,
    });
    codes.delete(id);
    // Never the id that the browser came with: somebody else may have put it there, and know it.
    const fresh = randomUUID();
    codes.set(fresh, { phone, messageid, guesses: 0 });
    setTimeout(() => codes.delete(fresh), VALIDITY_SECONDS * 1000).unref();
    return { ...answer(200, "The code is on its way"), id: fresh };
  },

  "POST /login": async (id, { passcode }) => {
    const code = codes.get(id);
    if (!code) return answer(400, "Ask for a code first");
    if (typeof passcode !== "string" || !/^\d{6}$/.test(passcode)) return answer(400, "A code has six digits");
    // Counted before anything is waited for, so that guesses at the same time count as well.
    code.guesses++;
    if (code.guesses > GUESSES) return answer(429, "Too many guesses: ask for another code");
    if (!(await isRight(code, passcode))) return answer(403, "This is not the code");

    codes.delete(id);
    const fresh = randomUUID();
    users.set(fresh, code.phone);
    return { status: 200, body: { phone: code.phone }, id: fresh };
  },

  "GET /me": async (id) => {
    const phone = users.get(id);
    return phone ? { status: 200, body: { phone } } : answer(401, "Log in first");
  },
};

/**
 * Whether this is the code that went to this phone.
 *
 * @param {Code} code
 * @param {string} passcode
 */
async function isRight({ phone, messageid }, passcode) {
  try {
    const { status, destination } = await sms.otp.verify({ messageid, passcode });
    return status === "VERIFIED" && String(destination) === phone;
  } catch (error) {
    if (error instanceof SmsWorksError && error.status === 404) return false;
    throw error;
  }
}

/**
 * @param {number} status
 * @param {string} message
 * @returns {Answer}
 */
const answer = (status, message) => ({ status, body: { message } });

/** @param {import("node:http").IncomingMessage} request */
async function readFields(request) {
  let text = "";
  request.setEncoding("utf8");
  for await (const chunk of request) {
    text += chunk;
    if (text.length > 1000) return {};
  }
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

const server = createServer(async (request, response) => {
  const id = /(?:^|; )id=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1] ?? "";
  const handler = handlers[`${request.method} ${request.url}`];
  try {
    const {
      status,
      body,
      id: fresh,
    } = handler ? await handler(id, await readFields(request)) : answer(404, "There is nothing here");
    // Browsers keep a Secure cookie that came by https, and most of them one of localhost.
    if (fresh) response.setHeader("Set-Cookie", `id=${fresh}; HttpOnly; Secure; SameSite=Strict; Path=/`);
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  } catch (error) {
    console.error(error);
    response.writeHead(500, { "Content-Type": "application/json" }).end('{"message":"This did not work"}');
  }
});
server.listen(Number(port), "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object") console.log(`http://localhost:${address?.port}`);
});
