/** Fields of every request's `RequestInit`, where the runtime knows them: some refuse a field that they do not know. */
const ALWAYS = [
  ["cache", "no-store"],
  ["credentials", "omit"],
  ["referrerPolicy", "no-referrer"],
];
// Throws where the runtime has no `Headers`, so that the core is not loaded: later, this would be a trap.
new Headers();
const known = globalThis.Request?.prototype ?? {};

/**
 * The `RequestInit` of a request. `others` are fields that the caller gave. It has no prototype: a field of `Object.prototype` would
 * be an option as well. The controller gets a field `repeats`, which says whether the runtime may repeat the request by itself.
 */
export const requestInit = (method, headers, body, controller, isSafe, others, signal = signalOf(controller)) => {
  const init = { __proto__: null, ...others, redirect: "manual", method, headers, signal };
  for (const [name, value] of ALWAYS) {
    if (name in known) init[name] = value;
    else delete init[name];
  }
  // Of their own accord, some runtimes repeat a request when its connection breaks. Deno does with a text and bytes and with no
  // body, and not with a Blob.
  if (globalThis.Deno && method !== "GET" && method !== "HEAD") {
    if (typeof body === "string") body = new Blob([body], { type: "text/plain;charset=UTF-8" });
    else if (body instanceof ArrayBuffer) body = new Blob([body]);
    // It has the request sent with chunked encoding, though with no chunks.
    else if (!isSafe) body ??= new Blob([]);
  }
  // Bun does with all but a POST where it used the connection before, and not where it closes the connection after the reply.
  if (globalThis.Bun && method !== "POST" && !isSafe) init.keepalive = false;
  attempt(() => (controller.repeats = globalThis.Bun ? isSafe && method !== "POST" : globalThis.Deno && !body));
  if (body === undefined) delete init.body;
  else init.body = body;
  return init;
};

/** Makes a request that was given to `SmsWorks.fetch`: `FetchRequest` in pkg-template. */
export const send = async (request, url, fetch, authorization, controller, isSafe) => {
  const { method, init } = request;
  const headers = new Headers(request.requestHeaders);
  for (let at = 0; at < request.headers?.length; at += 2) {
    if (!headers.has(request.headers[at])) headers.set(request.headers[at], request.headers[at + 1]);
  }
  headers.set("Authorization", authorization);
  const body = await request.body;
  const signal = either(signalOf(controller), request.signal);
  const response = await fetch(url, requestInit(method, headers, body, controller, isSafe, init, signal));
  attempt(() => signals.set(response, signal));
  return response;
};

/** The signal of each response, for as long as that is held: WebKit would collect it, and an abort would not end the body. */
const signals = new WeakMap();

/** A signal of both: where the caller's is one of the platform's, it also ends the reading of the reply. */
const either = (own, given) =>
  // The new signal has to hold the caller's: Node collects a timeout signal that nothing holds, and it would never fire.
  (given && attempt(() => Object.assign(AbortSignal.any([own, given]), { given }))) || own;

/** The controllers of the requests that are under way. */
const underWay = new Set();

export const newController = () =>
  attempt(() => {
    const controller = new AbortController();
    underWay.add(controller);
    return controller;
  });
const signalOf = (controller) => attempt(() => controller.signal);

/** Ends a request: aborts it, unless its reply was read to the end or is left to the caller. */
export const end = (controller, isOver) => {
  underWay.delete(controller);
  if (!isOver) attempt(() => controller.abort());
};

/** Aborts every request under way: after a trap, nothing else is left that could. */
export const abortAll = () => underWay.forEach((controller) => end(controller));

export const start = async (fetch, url, init) => fetch(url, init);

/** The headers of a reply as JSON, unless they cannot be read or are too long. Those of a caller's `fetch` may never end. */
export const headersJson = (headers) =>
  attempt(() => {
    const list = [];
    for (const header of headers) if (list.push(header) > LONGEST_TEXT) return;
    return bounded(JSON.stringify(list));
  });

/** Tells an observer, which gets no header that `Headers` does not take, such as one whose name had to be redacted. */
export const tell = (observe, json, ...event) => {
  const headers = new Headers();
  attempt(() => JSON.parse(json).map(([name, value]) => attempt(() => headers.append(name, value))));
  observe(...event, headers);
};

export const loginJson = (customerid, key, secret) => JSON.stringify({ __proto__: null, customerid, key, secret });

export const platformFetch = () => attempt(() => globalThis.fetch);

const attempt = (read) => {
  try {
    return read();
  } catch {}
};

/** `LONGEST_TEXT` in rules/defaults.rs. */
const LONGEST_TEXT = 1048576;

export const parseUrl = (text, base, field) => attempt(() => new URL(text, base)[field]);

/** A text that is not too long for WebAssembly, whose memory all calls share; or any other value. */
const bounded = (value) => (typeof value === "string" && value.length > LONGEST_TEXT ? undefined : value);

/** A field of an object's own. */
export const own = (object, name, isUnbounded) =>
  attempt(() => {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    return isUnbounded ? value : bounded(value);
  });

// What `receive` resolves with has a `code`: eight times the status, plus the kind of the body; or, below eight, a fault.
// exchange.rs has the same numbers.
const JSON_BODY = 0;
const EMPTY = 1;
const OTHER = 2;
const TOO_LARGE = 3;
const UNREAD = 4;
const NO_RESPONSE = 0;
const NOT_CONNECTED = 1;
const BROKEN_OFF = 2;
const REDIRECT = 3;

/** Waits for the response that the promise `sent` brings, and reads its body, up to `longest` bytes; with 0, the body is left. */
export const receive = async (sent, longest, controller) => {
  let response;
  try {
    response = await sent;
  } catch (cause) {
    return { code: NOT_CONNECTED, cause };
  }
  const status = attempt(() => response.status);
  if (status === 0) return { code: attempt(() => response.type) === "opaqueredirect" ? REDIRECT : NOT_CONNECTED };
  if (!Number.isInteger(status) || status < 100 || status > 999) return { code: NO_RESPONSE };
  const reply = { code: status * 8 + UNREAD, status, response, headers: attempt(() => response.headers) };
  const isSuccess = status >= 200 && status < 300;
  if (!isSuccess) reply.retryAfter = attempt(() => bounded(response.headers.get("retry-after")));
  const isRedirect = status >= 300 && status < 400;
  if (isRedirect) {
    // It may repeat what is secret in the URL.
    reply.headers = attempt(() => new Headers(response.headers));
    attempt(() => reply.headers.delete("Location"));
  }
  if (!longest || isRedirect) return reply;
  let body = OTHER;
  try {
    body = await readBody(response, longest, signalOf(controller));
  } catch (cause) {
    // Where the status is a failure, it says enough.
    if (isSuccess) return { code: BROKEN_OFF, cause };
  }
  reply.code = status * 8 + (typeof body === "number" ? body : JSON_BODY);
  reply.json = body[0];
  return reply;
};

/**
 * Reads the body of a response, up to `max` bytes: resolves with an array that holds its JSON, or with the kind of the body, where it
 * has none. Whatever cannot be read rejects.
 */
const readBody = async (response, max, signal) => {
  const announced = attempt(() => Number(response.headers.get("content-length")));
  if (announced > max) return TOO_LARGE;
  const reader = attempt(() => response.body.getReader());
  if (!reader) {
    // What is not quite a `Response`, as tests and older libraries have it.
    const text = attempt(() => response.text());
    if (text !== undefined) return parse(await text);
    const json = attempt(() => response.json());
    return json === undefined ? OTHER : [await json];
  }
  // Broken UTF-8 is refused: a token with a replaced character would be a wrong token.
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let length = 0;
  for (let reads = 1; ; reads++) {
    const { done, value } = await reader.read();
    // WebKit takes a connection that ends before the body for the end of the body. A 204 has none, whatever it announces; and nothing
    // is up to 23 bytes once it is packed.
    const least = () => (attempt(() => response.headers.get("content-encoding")) ? 23 : 0);
    if (done && length === 0 && announced > least() && response.status !== 204) throw undefined;
    if (done) return parse(attempt(() => text + decoder.decode()));
    if (!(value.byteLength >= 0)) throw undefined;
    length += value.byteLength;
    const part = length > max || signal?.aborted ? undefined : attempt(() => decoder.decode(value, { stream: true }));
    if (part === undefined) {
      attempt(() => reader.cancel().catch(() => {}));
      return length > max || signal?.aborted ? TOO_LARGE : OTHER;
    }
    text += part;
    // A reader that gives chunk after chunk at once would keep the deadline's timer from its turn.
    if (reads % 256 === 0) await turn();
  }
};

/** Waits until others have had their turn: by a message, where there are some, since no test's fake timers hold it back. */
const turn = () =>
  new Promise((resolve) => {
    if (!globalThis.MessageChannel) return globalThis.setTimeout(resolve);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(port1.close());
    port2.postMessage(0);
  });

const parse = (text) => (text === "" ? EMPTY : (attempt(() => [JSON.parse(text)]) ?? OTHER));
