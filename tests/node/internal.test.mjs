// What trap.test.mjs leaves: every export of the core traps, and a core that does not load.
import assert from "node:assert/strict";
import test from "node:test";
import { run } from "./child.mjs";
import { assertHoldsNothingSecret } from "./secrecy.mjs";

const LIMIT = { timeout: 20_000 };

// Programs that stand between the package and its WebAssembly: `sabotage` makes every export throw as a trap does.
const SABOTAGE = `
  let sabotage = false;
  let instances = 0;
  const { Instance } = WebAssembly;
  WebAssembly.Instance = class {
    constructor(...args) {
      instances++;
      const { exports } = new Instance(...args);
      this.exports = Object.fromEntries(Object.entries(exports).map(([name, value]) => [name, typeof value !== "function" ? value : (...args) => {
        if (sabotage) throw new WebAssembly.RuntimeError("unreachable");
        return value(...args);
      }]));
    }
  };
`;
const TELL = `
  const tell = (outcomes) => console.log(JSON.stringify(outcomes.map(({ value, reason }) =>
    value ?? [reason.name, reason.code, reason.operation, reason.retryable, reason.message])));
`;

test("a trap fails the calls under way with internal, and the next call gets a fresh instance", LIMIT, async () => {
  const { exit, stdout, stderr } = await run(`
    import { AuthApi } from "smsworks-wasm";
    ${SABOTAGE}${TELL}
    const answers = [];
    const fetch = () => new Promise((resolve) => answers.push(() => resolve(Response.json({ token: "JWT a.b.c" }))));
    const api = new AuthApi({ fetch });
    const calls = [
      api.login({ key: "k-4e1b", secret: "s-4e1b" }),
      api.keySecret("c-4e1b"),
      new Promise((resolve, reject) => api.login({ key: "k-4e1b" }, (error, data) => (error ? reject(error) : resolve(data)))),
    ];
    while (answers.length < 3) await new Promise(setImmediate);
    sabotage = true;
    answers[0]();
    tell(await Promise.allSettled(calls));
    sabotage = false;
    answers.splice(0).slice(1).forEach((answer) => answer());
    const next = api.login({ key: "k", secret: "s" });
    while (answers.length < 1) await new Promise(setImmediate);
    answers[0]();
    tell(await Promise.allSettled([next]));
    console.log(instances, process.getActiveResourcesInfo().filter((name) => name === "Timeout").length);
  `);
  assert.deepEqual({ exit, stderr }, { exit: 0, stderr: "" });
  const [calls, next, last] = stdout.trim().split("\n");
  const ended = JSON.parse(calls);
  assert.deepEqual(
    ended.map((fields) => fields.slice(0, 4)),
    [
      ["SmsWorksError", "internal", "login", true],
      ["SmsWorksError", "internal", "keySecret", false],
      ["SmsWorksError", "internal", "login", true],
    ],
  );
  for (const [, , , , message] of ended) assertHoldsNothingSecret(new Error(message), "4e1b");
  assert.deepEqual(JSON.parse(next), [{ token: "JWT a.b.c" }]);
  assert.equal(last, "2 0");
});

test("a trap leaves no listener on the caller's signal", LIMIT, async () => {
  const { exit, stdout, stderr } = await run(`
    import { getEventListeners } from "node:events";
    import { AuthApi } from "smsworks-wasm";
    ${SABOTAGE}${TELL}
    const { signal } = new AbortController();
    const api = new AuthApi({ fetch: async () => { sabotage = true; return Response.json({}); } });
    tell(await Promise.allSettled([api.login({ key: "k" }, { signal })]));
    console.log(getEventListeners(signal, "abort").length);
  `);
  assert.deepEqual({ exit, stderr }, { exit: 0, stderr: "" });
  const [outcome, listeners] = stdout.trim().split("\n");
  assert.equal(JSON.parse(outcome)[0][1], "internal");
  assert.equal(listeners, "0");
});

test("a trap ends every call, though a signal refuses to let go of its listener", LIMIT, async () => {
  const { exit, stdout, stderr } = await run(`
    import { AuthApi } from "smsworks-wasm";
    ${SABOTAGE}${TELL}
    const { signal } = new AbortController();
    signal.removeEventListener = () => { throw new Error("not today"); };
    let asked = 0;
    const waiting = new AuthApi({ fetch: () => new Promise(() => asked++) });
    const trapping = new AuthApi({ fetch: async () => { sabotage = true; return Response.json({}); } });
    const calls = [waiting.login({ key: "k" }, { signal }), waiting.keySecret("c", { signal: new AbortController().signal })];
    while (asked < 2) await new Promise(setImmediate);
    calls.push(trapping.login({ key: "k" }));
    tell(await Promise.allSettled(calls));
  `);
  assert.deepEqual({ exit, stderr }, { exit: 0, stderr: "" });
  assert.deepEqual(
    JSON.parse(stdout).map(([, code, operation]) => [code, operation]),
    [
      ["internal", "login"],
      ["internal", "keySecret"],
      ["internal", "login"],
    ],
  );
});

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

test("a call that trapped is told from one that is safe to repeat", LIMIT, async () => {
  const { exit, stdout, stderr } = await run(`
    import { AuthApi, SmsWorks } from "smsworks-wasm";
    ${SABOTAGE}
    const fetch = () => new Promise(() => {});
    const sms = new SmsWorks({ token: "JWT a.b.c", fetch });
    const calls = [
      sms.request("POST /message/send", { body: {} }),
      sms.request("GET /credits/balance"),
      sms.fetch("/message/send", { method: "POST", body: "{}" }),
      sms.fetch("/credits/balance"),
      new SmsWorks({ credentials: { key: "k", secret: "s" }, fetch }).token(),
    ];
    await new Promise(setImmediate);
    sabotage = true;
    new AuthApi().login({});
    const outcomes = await Promise.allSettled(calls);
    console.log(JSON.stringify(outcomes.map(({ reason: { code, effect, retryable } }) => [code, effect, retryable])));
    console.log(outcomes[0].reason.message);
    process.exit();
  `);
  assert.deepEqual({ exit, stderr }, { exit: 0, stderr: "" });
  const [ended, message] = stdout.trim().split("\n");
  assert.deepEqual(
    JSON.parse(ended),
    [false, true, false, true, true].map((isSafe) => ["internal", "unknown", isSafe]),
  );
  assert.match(message, /may have been carried out/);
});
