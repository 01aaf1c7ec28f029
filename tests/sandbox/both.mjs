import test from "node:test";
import { createSandbox } from "smsworks-wasm/sandbox";

export const CUSTOMER = "0fca8c3c-6cbc-11e7-8154-a6006ad3dba0";
export const PAIR = { customerid: "customer-1", key: "key-1", secret: "secret-1" };

/**
 * Tests a promise twice: through `sandbox.fetch`, and through a real socket.
 * `run` gets the sandbox, its options as given, and ways to ask it.
 */
export function both(promise, run, options) {
  test(`${promise} (fetch)`, (t) => {
    const sandbox = createSandbox(options);
    return run({ t, sandbox, ...asking(sandbox.fetch, "https://api.thesmsworks.co.uk/v1") });
  });
  test(`${promise} (socket)`, async (t) => {
    const sandbox = createSandbox(options);
    const server = await sandbox.listen();
    t.after(() => server.close());
    await run({ t, sandbox, ...asking(fetch, server.url) });
  });
}

/** A text that the API takes, a date that is still to come, and a sandbox before that. */
export const MESSAGE = { sender: "Us", destination: "447777777777", content: "Hello" };
export const LATER = "2030-01-01T00:00:00.000Z";
export const NOW = Date.parse("2029-12-31T23:00:00.000Z");
export const OPTIONS = { customers: [PAIR], now: () => NOW, credits: 10 };

/** As `both`, with a login first: `call` makes a request with the token, and resolves with the status and the JSON. */
export function authorized(promise, run, options = OPTIONS) {
  const logsIn = async ({ ask, login, ...given }) => {
    const { token } = await (await login(PAIR)).json();
    const call = async (route, body, headers) => {
      const [method, path] = route.split(" ");
      const json = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
      const response = await ask(path, { method, body: json, headers: { Authorization: token, ...headers } });
      return { status: response.status, body: await response.json() };
    };
    await run({ ask, login, token, call, ...given });
  };
  both(promise, logsIn, options);
}

export function asking(fetch, baseUrl) {
  const ask = (path, init) => fetch(baseUrl + path, init);
  return {
    ask,
    keySecret: (customerid = CUSTOMER, init) =>
      ask(`/auth/getApiKey?customerid=${encodeURIComponent(customerid)}`, init),
    login: (credentials, init) => ask("/auth/token", { method: "POST", body: JSON.stringify(credentials), ...init }),
  };
}

export function decode(token) {
  const [header, payload, signature] = token.replace(/^JWT /, "").split(".");
  const json = (part) => JSON.parse(Buffer.from(part, "base64url").toString());
  return { header: json(header), payload: json(payload), signature: Buffer.from(signature, "base64url") };
}
