// Nothing keeps the process alive after the last call has settled. Each program has a deadline that is longer than it may live.
import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { run } from "./child.mjs";
import { head, hostileServer, json, reply, reset, silence } from "./hostile-server.mjs";

const LIMIT = { timeout: 20_000 };
const success = json(200, { token: "JWT a.b.c" });
const halfABody = async (peer) => {
  await peer.write(head(200, { "Content-Length": 99 }));
  await peer.write('{"token":');
};

/** Rows of how a call ends, what the server does, the call's options and the code or the reason that it ends with. */
const ENDINGS = [
  ["succeeded", success, "{}", "undefined"],
  [
    "succeeded by keeping the connection",
    (peer) => peer.write('HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n{"token":"JWT a.b.c"}'),
    "{}",
    "undefined",
  ],
  ["failed", json(400, { message: "No" }), "{}", "http"],
  ["failed after retries", json(503, { message: "No" }, { "Retry-After": 0 }), "{}", "http"],
  ["failed by a Retry-After of a day", json(503, { message: "No" }, { "Retry-After": 86_400 }), "{}", "http"],
  ["failed by a reset", reset, "{ retries: 0 }", "network"],
  [
    "failed by a redirect",
    async (peer) => {
      await peer.write(head(307, { Location: "/", "Content-Length": 99 }));
    },
    "{}",
    "redirect",
  ],
  [
    "failed by a body that is too large",
    (peer) => {
      peer.write(head(200, { "Content-Length": 2 ** 28 }));
    },
    "{}",
    "invalid_response",
  ],
  [
    "failed by a body that goes on",
    async (peer) => {
      await peer.write(head(200));
      await peer.pour(Buffer.alloc(65_536), 2 ** 28);
    },
    "{}",
    "invalid_response",
  ],
  ["failed by its arguments", success, "{ retries: -1 }", "invalid_argument"],
  ["timed out before the headers", silence, "{ timeoutMs: 100 }", "timeout"],
  ["timed out in the body", halfABody, "{ timeoutMs: 100 }", "timeout"],
  [
    "timed out after a retry",
    (peer, { target }) => reply(503, "", { "Retry-After": 0 })(peer, target),
    "{ timeoutMs: 100, retries: 1e9 }",
    "(timeout|http)",
  ],
  ["was aborted before it began", silence, "{ signal: AbortSignal.abort('why') }", "why"],
  ["was aborted before the headers", silence, "{ signal: AbortSignal.timeout(100) }", "TimeoutError"],
  ["was aborted in the body", halfABody, "{ signal: AbortSignal.timeout(100) }", "TimeoutError"],
  [
    "was aborted while it waited to try again",
    json(503, { message: "No" }, { "Retry-After": 50 }),
    "{ signal: AbortSignal.timeout(100) }",
    "TimeoutError",
  ],
];

describe("a program ends by itself once its call has", { concurrency: 4 }, () => {
  for (const [ending, script, options, outcome] of ENDINGS) {
    test(ending, LIMIT, async (t) => {
      const server = await hostileServer(t, script);
      const { exit, stdout, stderr } = await run(
        `
        import { getEventListeners } from "node:events";
        import { AuthApi } from "smsworks-wasm";
        const options = { signal: new AbortController().signal, ...${options} };
        const api = new AuthApi({ baseUrl: process.env.BASE_URL });
        const reason = await api.login({ key: "k", secret: "s" }, options).then(() => {}, (reason) => reason);
        const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
        console.log(typeof reason?.code === "string" ? reason.code : reason?.name ?? reason, {
          timers, listeners: getEventListeners(options.signal, "abort").length,
        });
      `,
        { env: { BASE_URL: server.baseUrl } },
      );
      assert.deepEqual({ exit, stderr }, { exit: 0, stderr: "" });
      assert.match(stdout, new RegExp(`^${outcome} \\{ timers: 0, listeners: 0 \\}\n$`));
    });
  }

  test("though its fetch never settles", LIMIT, async () => {
    const { exit, stdout } = await run(`
      import { AuthApi } from "smsworks-wasm";
      const api = new AuthApi({ fetch: () => new Promise(() => {}), timeoutMs: 100 });
      api.login({ key: "k", secret: "s" }).catch(({ code }) => console.log(code));
    `);
    assert.deepEqual({ exit, stdout }, { exit: 0, stdout: "timeout\n" });
  });

  test("and not before: a call that waits to try again keeps it alive", LIMIT, async () => {
    const { exit, stdout } = await run(`
      import { AuthApi } from "smsworks-wasm";
      const answers = [new Response("", { status: 503, headers: { "Retry-After": "1" } }), Response.json({ token: "JWT a.b.c" })];
      const api = new AuthApi({ fetch: async () => answers.shift() });
      api.login({ key: "k", secret: "s" }).then(({ token }) => console.log(token));
    `);
    assert.deepEqual({ exit, stdout }, { exit: 0, stdout: "JWT a.b.c\n" });
  });

  test("also where it only imported the package", LIMIT, async () => {
    assert.deepEqual(await run('import "smsworks-wasm";'), { exit: 0, stdout: "", stderr: "" });
  });
});
