// An observer tells the calls that are under way at the same time from each other.
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import test from "node:test";
import { SmsWorks } from "smsworks-wasm";
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
