// A server on 127.0.0.1 that stands in for the API where a test says what it answers.
import { createServer } from "node:http";

export const json = (value, status = 200, headers = {}) =>
  new Response(JSON.stringify(value), { status, headers: { "Content-Type": "application/json", ...headers } });

/** A token with these claims, of no valid signature. */
export const jwt = (claims) =>
  `JWT eyJhbGciOiJIUzI1NiJ9.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2lnbmF0dXJl`;

/**
 * @param {import("node:test").TestContext} t The server ends with it.
 * @param {{ login: string[], answers?: Record<string, unknown[]> }} given The tokens that the logins answer with, one after the
 * other, the last from there on; and of paths, what is answered first, before JSON of no content. Either may be what goes wrong:
 * "silence", "cut", "half" of a body, or "redirect".
 */
export async function serveApi(t, { login, answers = {} }) {
  const waiting = new Map();
  const api = {
    logins: 0,
    /** What was asked with a token. */
    requests: [],
    /** Takes this token only. Until then, any. */
    accept: (token) => (api.accepted = token),
    accepted: undefined,
    /** Waits until a path was asked for. */
    asked: (path) => new Promise((resolve) => waiting.set(path, resolve)),
    /** Does something once a request is there, and waits until its connection is closed. */
    closed: (act) => new Promise((resolve) => (api.onRequest = (response) => (response.once("close", resolve), act()))),
    onRequest: undefined,
  };
  const server = createServer({ keepAliveTimeout: 0 }, async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { url, method, headers } = request;
    api.onRequest?.(response);
    api.onRequest = undefined;
    waiting.get(url)?.();
    if (url === "/v1/auth/token") {
      const token = login[Math.min(api.logins++, login.length - 1)];
      return answer(response, token === "silence" ? token : { token });
    }
    api.requests.push({ method, url, body });
    if (api.accepted !== undefined && headers.authorization !== api.accepted)
      return answer(response, { message: "Unauthorized" }, 401);
    answer(response, answers[url]?.shift() ?? {});
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => new Promise((resolve) => (server.close(resolve), server.closeAllConnections())));
  return Object.assign(api, { baseUrl: `http://127.0.0.1:${server.address().port}/v1` });
}

function answer(response, what, status = 200) {
  if (what === "silence") return;
  if (what === "cut") return response.destroy();
  if (what === "redirect") return response.writeHead(307, { Location: "/v1/elsewhere" }).end();
  response.writeHead(status, { "Content-Type": "application/json" });
  if (what === "half") response.write("{");
  else response.end(JSON.stringify(what));
}
