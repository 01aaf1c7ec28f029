// What a server may do to a call, and how the call then ends.
import { brotliCompressSync, gzipSync } from "node:zlib";
import { PAIR, TOKEN } from "./check.mjs";
import { CORS } from "./servers.mjs";

const MIB = 2 ** 20;

// How calls end: the code; then the effect, and whether it is retryable, of what may be done twice (login, a read), of what must
// not (keySecret, a send, a fetch that sends), and of a send whose login fails.
const ends = (code, twice, once, withLogin, more = {}) => {
  const fields = ([effect, retryable]) => ({ code, effect, retryable, ...more });
  return {
    ...{ login: fields(twice), read: fields(twice) },
    ...{ keySecret: fields(once), send: fields(once), fetch: fields(once) },
    sendWithLogin: fields(withLogin),
  };
};
/** Once there is a head, `fetch` gives its caller the reply, whatever it is. */
const responds = (status, outcome) => ({ ...outcome, fetch: { status } });

const UNSENT = ends("network", ["none", true], ["none", true], ["none", true]);
const BROKEN = ends("network", ["unknown", true], ["unknown", false], ["none", true]);
const BROKEN_LATER = responds(200, BROKEN);
/** One or another, as it happens. */
const either = (...outcomes) =>
  Object.fromEntries(Object.keys(BROKEN).map((name) => [name, outcomes.flatMap((outcome) => outcome[name])]));
/** The deadline is of the send, and not of its login. */
const late = ends("timeout", ["unknown", true], ["unknown", false], ["none", true]);
const LATE = { ...late, sendWithLogin: { ...late.sendWithLogin, operation: "POST /message/send" } };
const LATE_LATER = responds(200, LATE);
const REDIRECTED = ends("redirect", ["unknown", false], ["unknown", false], ["none", false]);
const ANSWERED = responds(200, { login: {}, read: {}, keySecret: {}, send: {}, sendWithLogin: {} });
const invalid = (status) =>
  responds(status, ends("invalid_response", ["unknown", false], ["unknown", false], ["none", false], { status }));
const INVALID = invalid(200);
/** Of the reply to the read, nothing is expected but that it is JSON, or empty. */
const misfit = (status) => ({ ...invalid(status), read: {} });
const MISFIT = misfit(200);
/** A status that is none. */
const NO_STATUS = ends("invalid_response", ["unknown", false], ["unknown", false], ["none", false]);
/** Whether the head arrives before the reset is for the platform to say. */
const RESET_LATER = { ...BROKEN, fetch: [BROKEN.fetch, { status: 200 }] };
const redirected = (status) => ends("redirect", ["unknown", false], ["unknown", false], ["none", false], { status });

const http = (status, twice, once, withLogin, more) =>
  responds(status, ends("http", twice, once, withLogin, { status, ...more }));
const refused = (status, more) => http(status, ["none", false], ["none", false], ["none", false], more);
const busy = (status, more) => http(status, ["none", true], ["none", true], ["none", true], more);
const failed = (status, more) => http(status, ["unknown", true], ["unknown", false], ["none", true], more);
const TOO_LONG = responds(
  400,
  ends("invalid_response", ["none", false], ["none", false], ["none", false], { status: 400 }),
);
const odd = (status) => http(status, ["unknown", false], ["unknown", false], ["none", false]);

// Where they end otherwise.
const ofDeno = { ...UNSENT, keySecret: BROKEN.keySecret, read: BROKEN.read };
/** A browser and workerd do not say that nothing was sent. Deno may have sent a GET before, and so may Bun one that is safe. */
const UNTOLD = { Deno: ofDeno, Bun: { ...UNSENT, read: BROKEN.read }, workerd: BROKEN, browsers: BROKEN };
/** Deno says so of whatever fails before the TLS handshake is over. */
const TOLD_BY_DENO = { Deno: ofDeno };
/** No browser can be told of the authority. */
const UNTRUSTED = { browsers: BROKEN };
/** A page learns that there was a redirect, and no more. */
const OPAQUE = { browsers: REDIRECTED };
/** What was unpacked before the fault is all there is. */
const UNNOTICED = { Node: INVALID, Node20: BROKEN_LATER, browsers: INVALID };

// What servers do.
const reset = (peer) => peer.reset();
const close = (peer) => peer.end();
const stay = () => {};
const given = (value, request) => (typeof value === "function" ? value(request) : value);

/** Writes this, and then does that. */
const sends = (bytes, then) => async (peer, request) => {
  await peer.write(given(bytes, request));
  await then(peer);
};
/** A head with these lines. Of a body without a type, Firefox waits for the first bytes before it tells of the head. */
const head = (first, ...lines) => {
  const cors = Object.entries(CORS).map(([name, value]) => `${name}: ${value}`);
  const type = lines.some((line) => line.startsWith("Content-Type")) ? [] : ["Content-Type: application/json"];
  return `${[first, "Connection: close", ...cors, ...type, ...lines].join("\r\n")}\r\n\r\n`;
};
const OK = "HTTP/1.1 200 OK";
const CHUNKED = head(OK, "Transfer-Encoding: chunked");
const chunk = (text) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const answerOf = ({ answer }) => answer;
const echoOf = ({ echo }) => echo;
const half = (request) => request.answer.slice(0, request.answer.length / 2);

/** Answers with a body of the right length. A line may be a function of the request. */
const says =
  (first, lines = [], body = answerOf) =>
  async (peer, request) => {
    const bytes = Buffer.from(given(body, request));
    const all = [`Content-Length: ${bytes.length}`, ...lines].map((line) => given(line, request));
    await peer.write(Buffer.from(head(given(first, request), ...all), "latin1"));
    peer.end(bytes);
  };
/** What the API may say: all of a login, and of a send not the text. */
const told = ({ head, body, target }) => ({ message: `You sent ${head} ${target.endsWith("/token") ? body : ""}` });
const json = (status, value = told, ...lines) =>
  says(`HTTP/1.1 ${status} Said`, lines, (request) => JSON.stringify(given(value, request)));
const html = (status, ...lines) =>
  says(`HTTP/1.1 ${status} Said`, ["Content-Type: text/html", ...lines], ({ echo }) => `<html>${echo}</html>`);
const withBody = (body, ...lines) => says(OK, lines, body);
const oneLine = (text) => text.replaceAll(/[\r\n]+/g, " ");
const latin1 = (text) => Buffer.from(text, "latin1");

const pours = (first, chunk) => async (peer) => {
  await peer.write(first);
  await peer.pour(Buffer.from(chunk), Number.POSITIVE_INFINITY);
};
const drips = (first, bytes) => async (peer) => {
  await peer.write(first);
  await peer.drip(bytes);
};
const dripsAll = async (peer, { answer }) => {
  for (const byte of latin1(head(OK, `Content-Length: ${answer.length}`) + answer)) await peer.write(Buffer.of(byte));
  peer.end();
};
/** JSON of an object with the fields of every answer, and more. */
const filled = (more) => `{"token":"${TOKEN}","key":"k","secret":"s","messageid":"m-1","credits":7,${more}}`;
const nested = (depth) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

// Where and when they do it, unless it is over plain HTTP and once the request is there.
const onAccept = (script) => ({ when: "accepted", script });
const onHead = (script) => ({ when: "begun", script });
const overTls = (certificate, script = says(OK), tls = {}) => ({ certificate, script, tls });
const inPlaceOfTls = (script, when = "accepted") => ({ scheme: "https", when, script });

/**
 * @typedef {object} Fault
 * @property {(peer: object, request?: object) => void} script
 * @property {"accepted" | "begun"} [when]
 * @property {string} [certificate]
 */

/** Places that may make a GET again by themselves: Deno where a connection breaks, Firefox too, up to 10 times, and Chromium at a 425. */
export const REPEAT_GETS = ["Deno", "Firefox", "Chromium"];

// biome-ignore format: a row is a line
/** What the server does; how; how the calls end; and the places where they end otherwise. */
export const FAULTS = [
  // No connection.
  ["refuses the connection", { isRefused: true }, UNSENT, UNTOLD],
  ["has a name that is not known", { scheme: "https", host: "no-such-host.invalid" }, UNSENT, UNTOLD],
  ["resets the connection at once", onAccept(reset), either(UNSENT, BROKEN), { Node20: either(UNSENT, BROKEN, LATE) }],
  ["closes the connection at once", onAccept(close), BROKEN, { Node20: either(BROKEN, LATE) }],
  ["takes the connection and reads nothing", onAccept(stay), LATE],
  ["speaks first, in another protocol", onAccept(sends("SSH-2.0-OpenSSH_9.2p1\r\n", close)), BROKEN],
  ["speaks first, and stays", onAccept(sends("220 mail.example ESMTP\r\n", stay)), BROKEN, { WebKit: LATE }],

  // TLS.
  ["has a good certificate", overTls("good"), ANSWERED, UNTRUSTED],
  ["has a certificate signed by itself", overTls("selfSigned"), UNSENT, UNTOLD],
  ["has a certificate of an unknown authority", overTls("ofAnotherAuthority"), UNSENT, UNTOLD],
  ["has an expired certificate", overTls("expired"), UNSENT, UNTOLD],
  ["has a certificate that does not hold yet", overTls("early"), UNSENT, UNTOLD],
  ["has the certificate of another host", overTls("ofAnotherHost"), UNSENT, UNTOLD],
  ["wants a certificate of the client", overTls("good", stay, { requestCert: true, rejectUnauthorized: true }), BROKEN, { WebKit: LATE }],
  ["knows old TLS alone", overTls("good", stay, { minVersion: "TLSv1", maxVersion: "TLSv1.1" }), BROKEN, TOLD_BY_DENO],
  ["answers 500 over TLS", overTls("good", html(500)), failed(500), UNTRUSTED],
  ["resets a TLS connection after the request", overTls("good", reset), BROKEN],
  ["closes a TLS connection after the request", overTls("good", close), BROKEN],
  ["is silent after a TLS handshake", overTls("good", stay), LATE, UNTRUSTED],
  ["begins the TLS handshake late", { ...overTls("good"), delayMs: 300 }, ANSWERED, UNTRUSTED],
  ["never begins the TLS handshake", inPlaceOfTls(stay), LATE],
  ["resets the connection before the TLS handshake", inPlaceOfTls(reset), either(UNSENT, BROKEN)],
  ["closes the connection before the TLS handshake", inPlaceOfTls(close), BROKEN, TOLD_BY_DENO],
  ["speaks HTTP where TLS belongs", inPlaceOfTls(sends(`${head("HTTP/1.1 400 Bad Request")}<html>`, close)), BROKEN, TOLD_BY_DENO],
  ["begins a TLS handshake and stops", inPlaceOfTls(sends(Buffer.of(22, 3, 3, 0, 99, 2), stay)), LATE],
  ["sends a TLS alert for a handshake", inPlaceOfTls(sends(Buffer.of(21, 3, 3, 0, 2, 2, 40), close)), BROKEN, TOLD_BY_DENO],
  ["speaks TLS where HTTP belongs", { ...overTls("good"), scheme: "http" }, BROKEN],

  // No reply.
  ["resets the connection after the head of the request", onHead(reset), BROKEN],
  ["closes the connection after the head of the request", onHead(close), BROKEN],
  ["resets the connection after the request", reset, BROKEN],
  ["closes the connection after the request", close, BROKEN],
  ["never answers", stay, LATE],
  ["resets in the middle of the status line", sends("HTTP/1.1 20", reset), BROKEN],
  ["closes in the middle of the status line", sends("HTTP/1.1 20", close), BROKEN],
  ["is silent in the middle of the status line", sends("HTTP/1.1 20", stay), LATE],
  ["resets in the middle of the headers", sends(`${OK}\r\nContent-Le`, reset), BROKEN],
  ["closes in the middle of the headers", sends(`${OK}\r\nContent-Le`, close), BROKEN],
  ["is silent in the middle of the headers", sends(`${OK}\r\nContent-Le`, stay), LATE],
  ["drips headers that never end", drips(`${OK}\r\nX-Long: `, "x"), LATE],

  // Half a reply.
  ["resets between the head and the body", sends(head(OK, "Content-Length: 99"), reset), RESET_LATER],
  ["closes between the head and the body", sends(head(OK, "Content-Length: 99"), close), BROKEN_LATER, { Firefox: BROKEN }],
  ["is silent after the head", sends(head(OK, "Content-Length: 99"), stay), LATE_LATER, { Firefox: LATE }],
  ["is silent after a head of no length", sends(head(OK), stay), LATE_LATER, { Firefox: LATE }],
  ["resets in the middle of the body", sends((request) => head(OK, "Content-Length: 999") + half(request), reset), RESET_LATER],
  ["announces more than it sends, and closes", sends(({ answer }) => head(OK, "Content-Length: 999") + answer, close), BROKEN_LATER, { WebKit: ANSWERED }],
  ["announces more than it sends, and stays", sends(({ answer }) => head(OK, "Content-Length: 999") + answer, stay), LATE_LATER],
  ["announces less than it sends", sends(({ answer }) => head(OK, "Content-Length: 9") + answer, close), INVALID],
  ["resets in the middle of a chunk", sends((request) => `${CHUNKED}ff\r\n${half(request)}`, reset), RESET_LATER, { Node20: { ...INVALID, fetch: RESET_LATER.fetch } }],
  ["closes in the middle of a chunk", sends((request) => `${CHUNKED}ff\r\n${half(request)}`, close), BROKEN_LATER, { Node20: INVALID }],
  ["is silent in the middle of a chunk", sends((request) => `${CHUNKED}ff\r\n${half(request)}`, stay), LATE_LATER],
  ["closes before the last chunk", sends(({ answer }) => CHUNKED + chunk(answer), close), BROKEN_LATER, { Node20: ANSWERED, WebKit: ANSWERED }],
  ["drips a body that never ends", drips(head(OK), " "), LATE_LATER],
  ["drips chunks that never end", drips(CHUNKED, chunk(" ")), LATE_LATER],
  ["drips all of a reply, byte by byte", dripsAll, ANSWERED],
  ["is silent after the head of a failure", sends(head("HTTP/1.1 500 Said", "Content-Length: 99"), stay), responds(500, LATE), { Firefox: LATE }],
  ["closes in the middle of the body of a failure", sends(({ echo }) => head("HTTP/1.1 500 Said", "Content-Length: 9999") + echo, close), failed(500)],

  // No HTTP.
  ["answers as HTTP/0.9", (peer, { answer }) => peer.end(answer), BROKEN],
  ["says back what it was sent", (peer, { echo }) => peer.end(echo), BROKEN],
  ["answers with bytes of no protocol", sends(Buffer.from(Array.from({ length: 512 }, (_, at) => (at * 89) % 256)), close), BROKEN],
  ["answers with NULs", sends(Buffer.alloc(512), close), BROKEN],
  ["answers in HTTP/2", sends(Buffer.of(0, 0, 0, 4, 0, 0, 0, 0, 0), close), BROKEN],

  // Odd status lines.
  ["has a status line without a status", says("HTTP/1.1"), BROKEN, { Chromium: ANSWERED, Firefox: ANSWERED }],
  ["has a status of letters", says("HTTP/1.1 abc OK"), BROKEN, { Chromium: ANSWERED }],
  ["has a status of two digits", says("HTTP/1.1 20 OK"), BROKEN, { Chromium: NO_STATUS, Firefox: NO_STATUS }],
  ["has a status of four digits", says("HTTP/1.1 2000 OK"), BROKEN, { Chromium: NO_STATUS }],
  ["has the status 000", says("HTTP/1.1 000 OK"), BROKEN],
  ["has a negative status", says("HTTP/1.1 -200 OK"), BROKEN, { Chromium: ANSWERED }],
  ["has an unknown version", says("HTTP/9.9 200 OK"), BROKEN, { Chromium: ANSWERED }],
  ["has a reason that says back the request", says(({ echo }) => `HTTP/1.1 400 ${oneLine(echo)}`), refused(400)],
  ["has no reason", says("HTTP/1.1 200"), ANSWERED],
  ["answers as HTTP/1.0, without a length", sends(({ answer }) => `HTTP/1.0 200 OK\r\nAccess-Control-Allow-Origin: *\r\n\r\n${answer}`, close), ANSWERED],
  ["answers 600", json(600), odd(600)],
  ["answers 999", json(999), odd(999)],
  ["answers 100 alone", sends("HTTP/1.1 100 Continue\r\n\r\n", close), BROKEN],
  ["answers 100 alone, and stays", sends("HTTP/1.1 100 Continue\r\n\r\n", stay), LATE, { Node: BROKEN }],
  ["answers 102 and then", sends(({ answer }) => `HTTP/1.1 102 Processing\r\n\r\n${head(OK)}${answer}`, close), ANSWERED],
  ["answers 103 and then", sends(({ answer }) => `HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${head(OK)}${answer}`, close), ANSWERED],
  ["answers 101", says("HTTP/1.1 101 Switching Protocols", ["Upgrade: websocket"]), BROKEN, { Deno: odd(101), workerd: odd(101), Firefox: odd(101) }],
  ["answers 204 with a body", says("HTTP/1.1 204 Said"), misfit(204)],
  ["answers 205", says("HTTP/1.1 205 Said", [], ""), misfit(205)],
  ["answers 304", sends(head("HTTP/1.1 304 Said"), close), odd(304)],

  // Odd headers.
  ["has a header of 64 KiB", says(OK, [`X-Long: ${"x".repeat(65_536)}`]), ANSWERED, { Node: BROKEN, WebKit: BROKEN }],
  ["has a header of 4 MiB", says(OK, [`X-Long: ${"x".repeat(4 * MIB)}`]), BROKEN],
  ["has 5000 headers", says(OK, Array.from({ length: 5000 }, (_, at) => `X-${at}: ${at}`)), BROKEN, { workerd: ANSWERED, Chromium: ANSWERED, Firefox: ANSWERED }],
  ["has headers that never end", pours(`${OK}\r\n`, "X-Many: many\r\n".repeat(1000)), BROKEN],
  ["has a header that says back the request", json(400, undefined, ({ echo }) => `X-Echo: ${oneLine(echo)}`), refused(400)],
  ["sets a cookie of what it was sent", json(400, undefined, ({ echo }) => `Set-Cookie: a=${oneLine(echo)}`), refused(400)],
  ["has a NUL in a header", says(OK, ["X-Odd: a\0b"]), BROKEN],
  ["has a lone CR in a header", says(OK, ["X-Odd: a\rX-Other: b"]), BROKEN, { browsers: ANSWERED }],
  ["has a lone LF in a header", says(OK, ["X-Odd: a\nX-Other: b"]), ANSWERED, { Node: BROKEN }],
  ["has a header without a colon", says(OK, ["X-Odd"]), BROKEN, { browsers: ANSWERED }],
  ["has a header without a name", says(OK, [": x"]), BROKEN, { Node22: ANSWERED, browsers: ANSWERED }],
  ["has a space in a header's name", says(OK, ["X Odd: x"]), BROKEN, { Node22: ANSWERED, browsers: ANSWERED }],
  ["has a folded header", says(OK, ["X-Odd: a\r\n b"]), ANSWERED, { Node: BROKEN, Node20: ANSWERED, Node22: ANSWERED, Bun: BROKEN, Deno: BROKEN, workerd: BROKEN }],
  ["has letters in a header that are not ASCII", says(OK, ["X-Odd: \xe9\xff"]), ANSWERED],
  ["has two lengths that differ", says(OK, ["Content-Length: 9"]), BROKEN, { WebKit: INVALID }],
  ["has the same length twice", says(OK, [({ answer }) => `Content-Length: ${answer.length}`]), ANSWERED, { Node: BROKEN }],
  ["has a length and chunks", sends(({ answer }) => `${head(OK, "Content-Length: 9", "Transfer-Encoding: chunked")}${chunk(answer)}0\r\n\r\n`, close), ANSWERED, { Node: BROKEN }],
  ["has a negative length", sends(({ answer }) => head(OK, "Content-Length: -9") + answer, close), BROKEN, { Chromium: ANSWERED, Firefox: ANSWERED, WebKit: MISFIT }],
  ["has a length of letters", sends(({ answer }) => head(OK, "Content-Length: many") + answer, close), BROKEN, { Chromium: ANSWERED, Firefox: ANSWERED }],
  ["has a length of 30 digits", sends(({ answer }) => head(OK, `Content-Length: ${"9".repeat(30)}`) + answer, close), BROKEN, { browsers: INVALID }],
  ["has an unknown transfer encoding", sends(({ answer }) => head(OK, "Transfer-Encoding: rot13") + answer, close), ANSWERED, { Bun: BROKEN, WebKit: BROKEN }],
  ["leads elsewhere by Refresh and Alt-Svc", says(OK, [({ elsewhere }) => `Refresh: 0; url=${elsewhere}`, ({ elsewhere }) => `Alt-Svc: http/1.1="${elsewhere.slice(7)}"`]), ANSWERED],
  ["does not let a page read its replies", async (peer, { answer }) => peer.end(`${OK}\r\nConnection: close\r\n\r\n${answer}`), ANSWERED, UNTRUSTED],
  ["answers twice", sends(({ answer }) => `${head(OK, `Content-Length: ${answer.length}`)}${answer}${head(OK)}{"token":7}`, close), ANSWERED],

  // Odd chunks.
  ["has a chunk of a size of letters", sends(({ answer }) => `${CHUNKED}many\r\n${answer}\r\n0\r\n\r\n`, close), BROKEN_LATER, { Firefox: BROKEN, WebKit: MISFIT }],
  ["has a chunk of a negative size", sends(({ answer }) => `${CHUNKED}-9\r\n${answer}\r\n0\r\n\r\n`, close), BROKEN_LATER, { Firefox: BROKEN, WebKit: MISFIT }],
  ["has a chunk of a size of 40 digits", sends(({ answer }) => `${CHUNKED}${"f".repeat(40)}\r\n${answer}\r\n0\r\n\r\n`, close), BROKEN_LATER, { Firefox: BROKEN, WebKit: MISFIT }],
  ["has a chunk that is longer than its size", sends(({ answer }) => `${CHUNKED}9\r\n${answer}\r\n0\r\n\r\n`, close), BROKEN_LATER, { Firefox: BROKEN, WebKit: either(BROKEN_LATER, INVALID) }],
  ["announces chunks and says back what it was sent", sends(({ echo }) => CHUNKED + echo, close), BROKEN_LATER, { Firefox: BROKEN, WebKit: MISFIT }],
  ["has chunks with extensions, and trailers", sends(({ answer, echo }) => `${CHUNKED}${answer.length.toString(16)};x=y\r\n${answer}\r\n0\r\nX-Trailer: ${oneLine(echo)}\r\n\r\n`, close), ANSWERED],
  ["answers in chunks of a byte", sends(({ answer }) => `${CHUNKED}${[...answer].map(chunk).join("")}0\r\n\r\n`, close), ANSWERED],

  // Odd encodings.
  ["announces gzip and sends none", withBody(answerOf, "Content-Encoding: gzip"), BROKEN_LATER, { WebKit: ANSWERED }],
  ["cuts gzip short", withBody(({ answer }) => gzipSync(answer).subarray(0, -12), "Content-Encoding: gzip"), BROKEN_LATER, UNNOTICED],
  ["breaks gzip in the middle", withBody(({ answer }) => gzipSync(answer).fill(0x55, 12, 20), "Content-Encoding: gzip"), BROKEN_LATER, { browsers: either(BROKEN_LATER, INVALID) }],
  ["closes between a head that announces gzip and the body", sends(head(OK, "Content-Length: 99", "Content-Encoding: gzip"), close), BROKEN_LATER],
  ["answers in gzip", withBody(({ answer }) => gzipSync(answer), "Content-Encoding: gzip"), ANSWERED],
  ["answers with nothing, in gzip", withBody(gzipSync(""), "Content-Encoding: gzip"), MISFIT],
  ["answers in gzip that inflates to 65 MiB", withBody(gzipSync(Buffer.alloc(65 * MIB, " ")), "Content-Encoding: gzip"), { ...INVALID, read: undefined, send: undefined }],
  ["announces Brotli and sends none", withBody(answerOf, "Content-Encoding: br"), BROKEN_LATER],
  ["cuts Brotli short", withBody(({ answer }) => brotliCompressSync(answer).subarray(0, -4), "Content-Encoding: br"), BROKEN_LATER, UNNOTICED],
  ["has an unknown content encoding", withBody(answerOf, "Content-Encoding: rot13"), ANSWERED],
  ["says that it answers with HTML", withBody(answerOf, "Content-Type: text/html"), ANSWERED],
  ["says that it answers in UTF-16", withBody(answerOf, "Content-Type: application/json; charset=utf-16"), ANSWERED],
  ["has a content type that is none", withBody(answerOf, "Content-Type: \xff;;="), ANSWERED],
  ["begins with a byte order mark", withBody(({ answer }) => `\ufeff${answer}`), ANSWERED],
  ["answers in broken UTF-8", withBody(({ answer }) => latin1(answer.replace('"', '"\xff'))), INVALID],
  ["ends in the middle of a character", withBody(({ answer }) => latin1(`${answer}\xc3`)), INVALID],
  ["answers in UTF-16", withBody(({ answer }) => Buffer.from(`\ufeff${answer}`, "utf16le")), INVALID],

  // Odd bodies.
  ["answers with nothing", withBody(""), MISFIT],
  ["answers with blanks", withBody(" \r\n"), INVALID],
  ["answers with HTML", html(200), INVALID],
  ["answers with half of the JSON", withBody(half), INVALID],
  ["answers with JSON and more", withBody(({ answer, echo }) => answer + echo), INVALID],
  ["answers with what JSON is not", withBody("{'token': NaN}"), INVALID],
  ["answers null", json(200, null), MISFIT],
  ["answers a text", json(200, echoOf), MISFIT],
  ["answers a number", json(200, 7), MISFIT],
  ["answers true", json(200, true), MISFIT],
  ["answers a list", json(200, []), MISFIT],
  ["answers an empty object", json(200, {}), MISFIT],
  ["answers another model", json(200, { tokens: [TOKEN], ...{ Key: PAIR.key } }), MISFIT],
  ["answers numbers where texts belong", json(200, { token: 7, key: 7, secret: 7, messageid: [7] }), MISFIT],
  ["answers objects where texts belong", json(200, { token: {}, key: {}, secret: {}, messageid: {} }), MISFIT],
  ["answers empty texts", json(200, { token: "", key: "", secret: "", messageid: "" }), MISFIT],
  ["answers fields of a prototype", withBody('{"__proto__":{"token":"t","key":"k","secret":"s","messageid":"m"}}'), MISFIT],
  ["answers fields twice, and strange ones", withBody(filled('"key":"k","__proto__":{},"constructor":7,"toJSON":7,"then":7')), ANSWERED],
  ["answers JSON of 2000 levels", withBody(filled(`"x":${nested(2000)}`)), ANSWERED],
  ["answers JSON of 100,000 levels", withBody(nested(100_000)), MISFIT],
  ["answers 2 MiB of JSON", withBody(filled(`"x":"${"x".repeat(2 * MIB)}"`)), { ...INVALID, read: {}, send: {} }],
  ["announces a terabyte", sends(`${head(OK, `Content-Length: ${2 ** 40}`)}[`, stay), INVALID],
  ["pours a body without an end", pours(head(OK), " ".repeat(65_536)), { ...INVALID, read: undefined, send: undefined }],
  ["pours a failure without an end", pours(head("HTTP/1.1 500 Said"), " ".repeat(65_536)), { ...invalid(500), read: undefined, send: undefined }],

  // Redirects.
  ...[301, 302, 303, 307, 308].map((status) => [`leads elsewhere by a ${status}`, json(status, undefined, ({ elsewhere, target, echo }) => `Location: ${elsewhere}${target}#${encodeURIComponent(echo)}`), redirected(status), OPAQUE]),
  ["leads to itself", json(307, undefined, ({ target }) => `Location: ${target}`), redirected(307), OPAQUE],
  ["leads nowhere", html(307), redirected(307), OPAQUE],
  ["leads to what is no URL", html(308, "Location: http://["), redirected(308), { ...OPAQUE, Chromium: BROKEN }],
  ["leads to a script", html(302, "Location: javascript:alert(1)"), redirected(302), OPAQUE],
  ["leads elsewhere, and never ends its body", sends(head("HTTP/1.1 307 Said", "Location: /", "Content-Length: 99"), stay), redirected(307), { ...OPAQUE, Firefox: LATE, WebKit: LATE }],
  ["leads elsewhere by a 300", html(300, "Location: /"), odd(300)],

  // Refusals.
  ...[400, 401, 402, 403, 404, 405, 409, 410, 413, 418, 422, 431, 451, 499].map((status) => [`answers ${status} with JSON`, json(status), refused(status)]),
  ...[400, 401, 403, 404].map((status) => [`answers ${status} with HTML`, html(status), refused(status)]),
  ...[408, 425, 429].map((status) => [`answers ${status} with JSON`, json(status), busy(status)]),
  ["answers 400 with nothing", says("HTTP/1.1 400 Said", [], ""), refused(400)],
  ["answers 400 with broken UTF-8", says("HTTP/1.1 400 Said", [], ({ echo }) => latin1(`\xff${echo}`)), refused(400)],
  ["answers 400 with deep JSON", says("HTTP/1.1 400 Said", [], `{"message":${nested(100_000)}}`), refused(400)],
  ["answers 400 with a message of 2 MiB", says("HTTP/1.1 400 Said", [], (request) => JSON.stringify({ message: told(request).message.repeat(9) + "x".repeat(2 * MIB) })), { ...TOO_LONG, send: refused(400).send, read: refused(400).read }],
  ["answers 400 with a message of many lines", json(400, (request) => ({ message: `a\u2028b\r\nc\0${told(request).message}`, errorCode: "7", status: told(request).message, permanent: "yes" })), refused(400)],
  ...[500, 501, 502, 503, 504, 511, 520, 599].map((status) => [`answers ${status} with HTML`, html(status), failed(status)]),
  ...[500, 503].map((status) => [`answers ${status} with JSON`, json(status), failed(status)]),
  ["answers 500 with the model of a success", says("HTTP/1.1 500 Said"), failed(500)],

  // Retry-After.
  ["answers 503 for 7 seconds", html(503, "Retry-After: 7"), busy(503, { retryAfterMs: 7000 })],
  ["answers 503 for no time", html(503, "Retry-After: 0"), busy(503, { retryAfterMs: 0 })],
  ["answers 503 until a time that has passed", html(503, "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT"), busy(503, { retryAfterMs: 0 })],
  ["answers 503 until a time that is to come", html(503, "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT"), busy(503, { retryAfterMs: null })],
  ["answers 503 for ever", html(503, `Retry-After: ${"9".repeat(400)}`), busy(503, { retryAfterMs: Number.MAX_VALUE })],
  ...["soon", "-1", "1.5", ""].map((after) => [`answers 503 for "${after}"`, html(503, `Retry-After: ${after}`), failed(503)]),
  ["answers 503 for two times", html(503, "Retry-After: 7", "Retry-After: 8"), failed(503)],
  ["answers 503 for what it was sent", html(503, ({ echo }) => `Retry-After: ${oneLine(echo)}`), failed(503)],
  ["answers 500 for 7 seconds", html(500, "Retry-After: 7"), failed(500, { retryAfterMs: 7000 })],
  ["answers 429 for 7 seconds", json(429, undefined, "Retry-After: 7"), busy(429, { retryAfterMs: 7000 })],
  ["answers 429 for a day", json(429, undefined, "Retry-After: 86400"), busy(429, { retryAfterMs: 86_400_000 })],
];
