// What the tables of promises have in common.

export const CUSTOMERID = "customer-7f3a";
export const CREDENTIALS = { customerid: CUSTOMERID, key: "key-9c41", secret: "secret-e05b" };
export const TEXT = { sender: "Us", destination: "447777777777", content: "Hello" };
export const SENT = { messageid: "m-1", status: "SENT", credits: 1, creditsUsed: 1 };

/** A token as the API makes them, with this payload. */
export const tokenOf = (payload) => {
  const part = (value) => btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `JWT ${part({ alg: "HS256", typ: "JWT" })}.${part(payload)}.c2lnbmF0dXJl`;
};

/** A token that holds until 2100, since a Worker does not know the time before its first request. */
export const TOKEN = tokenOf({ key: "token-key-51d0", secret: "token-secret-88ab", exp: 4_102_444_800 });

/** A `Response` with JSON. */
export const json = (value, status = 200, headers = {}) =>
  new Response(JSON.stringify(value), { status, headers: { "Content-Type": "application/json", ...headers } });

/**
 * A `fetch` that logs in and hands every other request on; `requests` are the paths of all.
 *
 * @param {(path: string, init: RequestInit, count: number) => Response | Promise<Response>} answer
 */
export const serving = (answer, login = () => json({ token: TOKEN })) => {
  const fetch = async (input, init) => {
    const path = new URL(typeof input === "string" ? input : input.url).pathname.replace(/^\/v1/, "");
    fetch.requests.push(path);
    return path === "/auth/token"
      ? login(path, init, fetch.requests.length)
      : answer(path, init, fetch.requests.length);
  };
  fetch.requests = [];
  return fetch;
};

export const check = (what, actual, expected) => {
  if (!Object.is(actual, expected)) throw new Error(`${what}: ${show(actual)}, not ${show(expected)}`);
};

/** Whether the fields of an error are as expected. */
export const checkFields = (what, error, fields) => {
  for (const [name, value] of Object.entries(fields)) check(`${what}: ${name}`, error?.[name], value);
};

/** What a promise rejects with; an error where it resolves. */
export const rejection = async (what, promise) => {
  let answer;
  try {
    answer = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`${what}: it resolved with ${show(answer)}`);
};

export const show = (value) => {
  try {
    if (typeof value === "string") return JSON.stringify(value.slice(0, 4000));
    return String(value?.stack ?? (value instanceof Object ? JSON.stringify(value) : value)).slice(0, 4000);
  } catch {
    return typeof value;
  }
};
