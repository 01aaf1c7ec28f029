// Makes the calls that meet the faults, wherever JavaScript runs. It uses only what every runtime has.
import { findLeaks } from "../calls.mjs";

// Each has characters that change when they are encoded.
const CUSTOMERID = "customer/7f3a é+b";
const CREDENTIALS = { customerid: CUSTOMERID, key: "key/9c41 ü+d", secret: "secret/e05b ß+f" };
export const PAIR = { key: "newkey/2d8e", secret: "newsecret/6a7f" };
const TEXT = { sender: "Us", destination: "447712345678", content: "content/51c9 ö+g" };
const CLAIMS = { key: "token-key-51d0", secret: "token-secret-88ab", exp: 4_102_444_800 };
export const TOKEN = `JWT ${btoa('{"alg":"HS256","typ":"JWT"}')}.${btoa(JSON.stringify(CLAIMS)).replaceAll("=", "")}.c2lnbmF0dXJlLTcz`;

/** What may be shown nowhere, however it is written. */
export const SECRETS = [
  ...Object.values(CREDENTIALS),
  ...Object.values(PAIR),
  ...TOKEN.slice("JWT ".length).split("."),
  CLAIMS.key,
  CLAIMS.secret,
  TEXT.destination,
  TEXT.content,
].flatMap(formsOf);

/** The operations, each as a call of a client of this package, and the name that its errors have. */
const OPERATIONS = {
  keySecret: ["keySecret", ({ AuthApi }, options) => new AuthApi(options).keySecret(CUSTOMERID)],
  login: ["login", ({ AuthApi }, options) => new AuthApi(options).login(CREDENTIALS)],
  send: ["POST /message/send", ({ SmsWorks }, options) => withToken(SmsWorks, options).messages.send(TEXT)],
  read: [
    "GET /credits/balance",
    ({ SmsWorks }, options) => withToken(SmsWorks, options).request("GET /credits/balance"),
  ],
  fetch: [
    "fetch",
    ({ SmsWorks }, options) =>
      withToken(SmsWorks, options).fetch("/message/send", { method: "POST", body: JSON.stringify(TEXT) }),
  ],
  sendWithLogin: [
    "login",
    ({ SmsWorks }, options) => new SmsWorks({ ...options, credentials: CREDENTIALS }).messages.send(TEXT),
  ],
};

const withToken = (SmsWorks, options) => new SmsWorks({ ...options, token: TOKEN });

/** How long a call that did not settle within its own deadline is waited for. */
const PATIENCE_MS = 15_000;
/** A deadline that a call meets only where the fault is that it has to wait. */
const SHORT_MS = 1000;
const LONG_MS = 30_000;

/**
 * Has every call meet its fault.
 *
 * @param {typeof import("smsworks-wasm")} api The package, as the project under test imports it.
 * @param {object} given
 * @param {{ fault: string, operation: string, baseUrl: string, ends: object[] }[]} given.cells `ends` are the ways in which the call
 * may end: the fields of its error, or of the `Response`, or none where it succeeds; null is some number above 0.
 * @param {number} given.atOnce How many calls to make at a time.
 * @returns {Promise<string[]>} What did not hold.
 */
export async function checkFaults(api, { cells, atOnce }) {
  const broken = [];
  const printed = listenToConsole();
  // The core is there before the first deadline begins.
  await api.segments("");
  globalThis.performance?.setResourceTimingBufferSize?.(1e6);
  const left = cells.values();
  const work = async () => {
    for (const cell of left) {
      for (const problem of await check(api, cell)) broken.push(`${cell.operation}, ${cell.fault}: ${problem}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  if (printed.length > 0) broken.push(`printed: ${printed}`);
  for (const [place, texts] of Object.entries(await whatIsKept())) {
    for (const leak of findLeaks(texts, SECRETS)) broken.push(`${place}: ${leak}`);
  }
  return broken;
}

async function check(api, { operation, fault, baseUrl, ends }) {
  const [name, call] = OPERATIONS[operation];
  const timeoutMs = ends.some(({ code }) => code === "timeout") ? SHORT_MS : LONG_MS;
  const outcome = await inTime(timeoutMs, () => call(api, { baseUrl, timeoutMs, retries: 0 }));
  if (typeof outcome === "string") return [outcome];
  const { value, error } = outcome;
  if (value instanceof Response) value.body?.cancel().catch(() => {});
  const fields = error ?? (value instanceof Response ? { status: value.status } : {});
  const problems = [];
  const defaults = { operation: name, status: undefined, retryAfterMs: undefined };
  const holds = (expected) =>
    Boolean(error) === "code" in expected &&
    Object.entries(error ? { ...defaults, ...expected } : expected).every(([field, value]) =>
      value === null ? fields[field] > 0 : Object.is(fields[field], value),
    );
  if (!ends.some(holds)) {
    const { code, operation, effect, retryable, status, retryAfterMs } = fields;
    const shown = JSON.stringify({ code, operation, effect, retryable, status, retryAfterMs });
    problems.push(`${shown}, not ${ends.map((end) => JSON.stringify(end)).join(" or ")}: ${error?.message}`);
  }
  if (error) {
    if (!(error instanceof api.SmsWorksError)) problems.push(`it is no SmsWorksError: ${error}`);
    if (error.message.includes("\n")) problems.push(`its message has several lines: ${error.message}`);
    if (!error.retryable && error.message.includes("try again")) problems.push(`its advice is wrong: ${error.message}`);
    problems.push(...findLeaks(error, SECRETS));
  }
  return problems;
}

/** What came of a call; a text where it did not settle. */
async function inTime(timeoutMs, call) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, timeoutMs + PATIENCE_MS, `it did not settle within ${timeoutMs} ms`);
  });
  const settled = call().then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
  const outcome = await Promise.race([settled, late]);
  clearTimeout(timer);
  return outcome;
}

/** What is printed from now on, which is to be nothing. */
function listenToConsole() {
  const printed = [];
  for (const name of ["debug", "dir", "error", "info", "log", "table", "trace", "warn"]) {
    console[name] = (...texts) => printed.push(texts.map(String).join(" "));
  }
  return printed;
}

/** What a page keeps, and what a runtime remembers of requests beside their URLs: a customer id is in one by the API's design. */
async function whatIsKept() {
  const { document, performance } = globalThis;
  const entries = performance?.getEntries?.() ?? [];
  const kept = { performance: entries.map((entry) => JSON.stringify(entry).replace(/(?<=\?customerid=)[^"&]+/g, "")) };
  if (!document) return kept;
  return {
    ...kept,
    cookies: [document.cookie],
    localStorage: Object.entries(localStorage).flat(),
    sessionStorage: Object.entries(sessionStorage).flat(),
    indexedDB: (await indexedDB.databases()).map(({ name }) => name),
    caches: await caches.keys(),
    page: [location.href, document.referrer, document.documentElement.outerHTML],
  };
}

/** A text as it may be written: as it is, in a URL, in JSON, and in bytes. */
function formsOf(text) {
  const bytes = new TextEncoder().encode(text);
  const latin1 = String.fromCharCode(...bytes);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const base64 = btoa(latin1).replace(/=+$/, "");
  const form = new URLSearchParams({ text }).toString().slice("text=".length);
  return [...new Set([text, encodeURIComponent(text), form, latin1, base64, hex])];
}
