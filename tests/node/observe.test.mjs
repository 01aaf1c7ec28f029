// An observer tells the calls that are under way at the same time from each other.
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import test from "node:test";
import { keySecret, login, SmsWorks } from "smsworks-wasm";
import { createSandbox } from "smsworks-wasm/sandbox";
import { run } from "./child.mjs";

const PAIR = { customerid: "a customer", key: "a key", secret: "its secret" };
const ROUTE = "GET /credits/balance";

test("an observer is called in the context of the call, and the events of a call have one number", async () => {
  const sandbox = createSandbox({ customers: [PAIR] });
  const events = [];
  const context = new AsyncLocalStorage();
  const observe = (event) => events.push({ ...event, who: context.getStore() });
  const sms = new SmsWorks({ fetch: sandbox.fetch, credentials: PAIR, observe });
  await context.run("login", () => sms.token());
  sandbox.fail({ operation: ROUTE, status: 503, retryAfter: 0, times: 3 });
  sandbox.fail({ operation: "GET /utils/test", status: 400, times: 1 });
  const calls = ["a", "b", "c"].map((who) => context.run(who, () => sms.credits.balance()));
  const failing = context.run("d", () => sms.utils.test().catch(() => {}));
  await Promise.all([...calls, failing]);

  const logins = events.filter(({ operation }) => operation === "login");
  assert.deepEqual(
    logins.map(({ type }) => type),
    ["request", "response"],
  );
  assert.equal(new Set(logins.map(({ call }) => call)).size, 1);

  const told = (who) => events.filter((event) => event.who === who).map(({ type }) => type);
  for (const who of ["a", "b", "c"]) {
    assert.deepEqual(told(who), ["request", "response", "retry", "request", "response"]);
  }
  assert.deepEqual(told("d"), ["request", "response", "failure"]);
  for (const who of ["a", "b", "c", "d"]) {
    const own = events.filter((event) => event.who === who);
    assert.equal(typeof own[0].call, "number");
    assert.ok(events.every(({ call, who: other }) => (call === own[0].call) === (other === who)));
  }
});

test("what a server repeats of a secret in its headers is in no event, and the other headers are", async () => {
  const token = "JWT a token";
  const repeated = "a customer, a key, its%20secret, Bearer a token, eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.c2ln";
  let count = 0;
  const fetch = async (url) => {
    const isLogin = String(url).endsWith("/auth/token");
    const isBusy = !isLogin && count++ === 0;
    const headers = new Headers({ "X-Echo": repeated, "X-Request-Id": "abc", "Retry-After": "0" });
    for (const cookie of ["a=1", "b=a key"]) headers.append("Set-Cookie", cookie);
    return Response.json(isLogin ? { token } : { credits: 1 }, { status: isBusy ? 503 : 200, headers });
  };
  const events = [];
  const sms = new SmsWorks({ fetch, credentials: PAIR, observe: (event) => events.push(event) });
  await sms.credits.balance();
  await (await sms.fetch("/credits/balance")).text();
  await sms.auth.login(PAIR);
  const responses = events.filter(({ type }) => type === "response");
  assert.deepEqual(
    responses.map(({ operation, status }) => `${operation} ${status}`),
    ["login 200", `${ROUTE} 503`, `${ROUTE} 200`, "fetch 200", "login 200"],
  );
  for (const { headers } of responses) {
    assert.ok(headers instanceof Headers);
    assert.equal(headers.get("X-Request-Id"), "abc");
    assert.equal(headers.get("Content-Type"), "application/json");
    assert.deepEqual(headers.getSetCookie(), ["a=1", "b=[redacted]"]);
    assert.match(headers.get("X-Echo"), /^(\[redacted\], ){3}Bearer \[redacted\], \[redacted\]$/);
  }
});

test("an observer gets the headers of what is not quite a Response, and none that cannot be read", async () => {
  const token = "JWT a token";
  const body = { status: 200, text: async () => JSON.stringify({ credits: 1 }) };
  for (const [headers, shown] of [
    [new Map([["x-echo", token]]), [["x-echo", "[redacted]"]]],
    [
      [
        ["x-a", "1"],
        ["x-b", "2"],
      ],
      [
        ["x-a", "1"],
        ["x-b", "2"],
      ],
    ],
    [
      [
        ["bad name", "1"],
        ["x-b", "2"],
      ],
      [["x-b", "2"]],
    ],
    [{ get: () => null }, []],
    [undefined, []],
    [[["x-a", "a".repeat(1 << 21)]], []],
    [{ get: () => null, [Symbol.iterator]: () => ({ next: () => ({ value: ["x-a", "1"] }) }) }, []],
  ]) {
    const events = [];
    const fetch = async () => ({ ...body, headers });
    await new SmsWorks({ fetch, token, observe: (event) => events.push(event) }).credits.balance();
    assert.deepEqual([...events[1].headers], shown);
  }
});

test("a header whose name has a credential in it is left out, and the others are not", async () => {
  const fetch = async (url) => {
    const headers = { "X-Cache-Key": "1", "Secret-Id": "2", "X-Request-Id": "the key" };
    return Response.json(url.endsWith("/auth/token") ? { token: "JWT a token" } : { credits: 1 }, { headers });
  };
  const events = [];
  const observe = (event) => events.push(event);
  await new SmsWorks({ fetch, credentials: { key: "key", secret: "secret" }, observe }).credits.balance();
  for (const { headers } of events.filter(({ type }) => type === "response")) {
    const shown = [
      ["content-type", "application/json"],
      ["x-request-id", "the [redacted]"],
    ];
    assert.deepEqual([...headers], shown);
  }
});

test("a credential that a reply brings is in no event of it", async () => {
  const pair = { key: "new key", secret: 'new "secret' };
  const token = "JWT new-token";
  const fetch = async (url) => {
    const headers = { "X-Echo": `${pair.key}, ${pair.secret}, ${token}, new-token` };
    return Response.json(url.endsWith("/auth/token") ? { token } : pair, { headers });
  };
  const events = [];
  const options = { fetch, observe: (event) => events.push(event) };
  await keySecret("a customer", options);
  await login(PAIR, options);
  await new SmsWorks({ ...options, credentials: PAIR }).token();
  const shown = events.filter(({ type }) => type === "response").map(({ headers }) => headers.get("X-Echo"));
  assert.deepEqual(shown, [
    "[redacted], [redacted], JWT new-token, new-token",
    'new key, new "secret, JWT [redacted], [redacted]',
    'new key, new "secret, JWT [redacted], [redacted]',
  ]);
});

test("the logins of a client have one number, which no call has", async () => {
  const { fetch } = createSandbox({ customers: [PAIR] });
  const events = [];
  const sms = new SmsWorks({ fetch, credentials: PAIR, observe: (event) => events.push(event) });
  for (let login = 0; login < 2; login++) {
    await Promise.all([sms.credits.balance(), sms.credits.balance()]);
    await sms.forget();
  }
  const numbers = (of) => events.filter(({ operation }) => operation === of).map(({ call }) => call);
  assert.equal(numbers("login").length, 4);
  assert.equal(new Set(numbers("login")).size, 1);
  assert.equal(new Set(numbers(ROUTE)).size, 4);
  assert.ok(!numbers(ROUTE).includes(numbers("login")[0]));
});

test("what an observer throws is an uncaught error of its own, and the call ends as it would", async () => {
  const { exit, stdout, stderr } = await run(`
    import { SmsWorks } from "smsworks-wasm";
    import { createSandbox } from "smsworks-wasm/sandbox";
    const pair = ${JSON.stringify(PAIR)};
    const { fetch } = createSandbox({ customers: [pair] });
    process.on("uncaughtException", (thrown) => console.log("uncaught", thrown));
    const observe = ({ type, operation }) => {
      throw type + " " + operation;
    };
    const sms = new SmsWorks({ fetch, credentials: pair, observe });
    console.log(await sms.credits.balance());
    await sms.messages.get("1").catch(({ code, status }) => console.log(code, status));
  `);
  assert.equal(stderr, "");
  assert.equal(exit, 0);
  const told = ["login", ROUTE, "GET /messages/{messageid}"];
  const uncaught = told.flatMap((operation) => [`uncaught request ${operation}`, `uncaught response ${operation}`]);
  const lines = ["{ credits: 1000 }", "http 404", ...uncaught, "uncaught failure GET /messages/{messageid}"];
  assert.deepEqual(stdout.trim().split("\n").sort(), lines.sort());
});
