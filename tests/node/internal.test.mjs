// A core that does not load.
import assert from "node:assert/strict";
import test from "node:test";
import { run } from "./child.mjs";

const LIMIT = { timeout: 20_000 };

const TELL = `
  const tell = (outcomes) => console.log(JSON.stringify(outcomes.map(({ value, reason }) =>
    value ?? [reason.name, reason.code, reason.operation, reason.retryable, reason.message])));
`;

test(
  "a core that cannot be loaded fails the calls that waited with internal, and the next call loads it",
  LIMIT,
  async () => {
    const { exit, stdout, stderr } = await run(`
    import { AuthApi } from "smsworks-wasm";
    ${TELL}
    let failures = 0;
    const broken = new Proxy(WebAssembly.Module, { construct() { failures++; throw new WebAssembly.CompileError("why"); } });
    const { Module, compile, instantiate } = WebAssembly;
    Object.assign(WebAssembly, {
      Module: broken,
      compile: async () => new broken(),
      instantiate: (source, imports) => (source instanceof Module ? instantiate(source, imports) : new Promise(() => new broken())),
    });
    const api = new AuthApi({ fetch: async () => Response.json({ token: "JWT a.b.c" }) });
    const calls = [api.login({ key: "k" }), api.keySecret("c"), api.login({ key: "k" })];
    tell(await Promise.allSettled(calls));
    Object.assign(WebAssembly, { Module, compile, instantiate });
    tell(await Promise.allSettled([api.login({ key: "k" })]));
    console.log(failures > 0);
  `);
    assert.deepEqual({ exit, stderr }, { exit: 0, stderr: "" });
    const [failed, next, happened] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      failed.map((fields) => fields.slice(0, 3)),
      [
        ["SmsWorksError", "internal", "login"],
        ["SmsWorksError", "internal", "keySecret"],
        ["SmsWorksError", "internal", "login"],
      ],
    );
    assert.deepEqual(next, [{ token: "JWT a.b.c" }]);
    assert.equal(happened, true);
  },
);

const LACKS = [
  ["WebAssembly, which was taken away", "delete globalThis.WebAssembly;", [], /no WebAssembly/],
  ["WebAssembly, with --jitless", "", ["--jitless"], /no WebAssembly/],
  ["TextDecoder", "delete globalThis.TextDecoder;", [], /TextDecoder/],
  ["Headers", "delete globalThis.Headers;", [], /Headers/],
];
for (const [what, prelude, flags, reason] of LACKS) {
  test(`a runtime without ${what} is named as the reason`, LIMIT, async () => {
    const program = `
      ${prelude}
      const { AuthApi } = await import("smsworks-wasm");
      const fetch = async () => console.log("sent");
      const error = await new AuthApi({ fetch }).login({ key: "k" }).catch((error) => error);
      console.log(JSON.stringify(error));
    `;
    const { exit, stdout } = await run(program, { flags });
    assert.equal(exit, 0);
    const { message, ...fields } = JSON.parse(stdout);
    const expected = { name: "SmsWorksError", code: "internal", operation: "login", effect: "none", retryable: false };
    assert.deepEqual(fields, expected);
    assert.match(message, reason);
    assert.doesNotMatch(message, /Content-Security-Policy|try again/);
  });
}

test("a release has none of the deliberate traps that ../trap tests", LIMIT, async () => {
  const { exit, stdout, stderr } = await run(`
    import { SmsWorks } from "smsworks-wasm";
    const answers = [Response.json({ token: "JWT a.b.c" }), Response.json({}, { status: 503 }), Response.json({ credits: 1 })];
    for (const place of ["call", "begin", "reply", "retry"]) {
      const replies = answers.map((answer) => answer.clone());
      const options = { credentials: { key: "k", secret: "s" }, headers: { "x-trap": place } };
      console.log(JSON.stringify(await new SmsWorks({ ...options, fetch: async () => replies.shift() }).credits.balance()));
    }
  `);
  assert.deepEqual({ exit, stderr }, { exit: 0, stderr: "" });
  assert.equal(stdout, '{"credits":1}\n'.repeat(4));
});

test("the time that a browser's core takes to load is a part of the call's", LIMIT, async () => {
  const { exit, stdout, stderr } = await run(`
    import { AuthApi } from "./node_modules/smsworks-wasm/index.js";
    const { compile } = WebAssembly;
    let nowMs = 0;
    performance.now = () => nowMs;
    WebAssembly.compile = (wasm) => {
      nowMs = 999_999;
      return compile(wasm);
    };
    const fetch = (_, { signal }) => new Promise(() => signal.addEventListener("abort", () => console.log("aborted")));
    await new AuthApi({ fetch, timeoutMs: 1_000_000 }).login({ key: "k" }).catch(({ message }) => console.log(message));
  `);
  assert.deepEqual({ exit, stderr }, { exit: 0, stderr: "" });
  assert.match(stdout, /^aborted\nlogin failed: no complete answer within 1000000 ms;/);
});
