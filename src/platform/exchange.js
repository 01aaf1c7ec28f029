/** What every request says. A runtime that lacks one of the last three refuses to be told it. */
const always = {};
for (const [name, value] of [
  ["cache", "no-store"],
  ["credentials", "omit"],
  ["referrerPolicy", "no-referrer"],
]) {
  if (name in (globalThis.Request?.prototype ?? {})) always[name] = value;
}

/** The `RequestInit` of a request. */
export const requestInit = (method, headers, body, signal) => {
  const init = { redirect: "manual", method, headers, signal, ...always };
  if (body !== undefined) init.body = body;
  return init;
};

export const platformFetch = () => attempt(() => globalThis.fetch);

const attempt = (read) => {
  try {
    return read();
  } catch {}
};

// What `readBody` resolves with where there is no JSON.
const EMPTY = 0;
const OTHER = 1;
const TOO_LARGE = 2;

/**
 * Reads the body of a response, up to `max` bytes: resolves with an array that holds its JSON, or says why there is none.
 * Whatever cannot be read rejects.
 */
export const readBody = async (response, max, signal) => {
  if (attempt(() => response.headers.get("content-length") > max)) return TOO_LARGE;
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
    if (done) return parse(attempt(() => text + decoder.decode()));
    if (!(value.byteLength >= 0)) throw undefined;
    length += value.byteLength;
    const part = length > max || signal.aborted ? undefined : attempt(() => decoder.decode(value, { stream: true }));
    if (part === undefined) {
      attempt(() => reader.cancel().catch(() => {}));
      return length > max || signal.aborted ? TOO_LARGE : OTHER;
    }
    text += part;
    // A reader that gives chunk after chunk at once would keep the deadline's timer from its turn.
    if (reads % 256 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
};

const parse = (text) => (text === "" ? EMPTY : (attempt(() => [JSON.parse(text)]) ?? OTHER));
