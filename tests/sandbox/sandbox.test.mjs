import assert from "node:assert/strict";
import test from "node:test";
import { createSandbox } from "smsworks-wasm/sandbox";
import { asking, both, CUSTOMER, PAIR } from "./both.mjs";

for (const [what, options, message] of [
  ["null", null, /^createSandbox takes/],
  ["a string", "secret-1", /^createSandbox takes/],
  [
    "an unknown option",
    { "secret-1": 1 },
    /^The options are customers, now, tokenLifetimeSeconds, credits and deliveryReports$/,
  ],
  ["a clock that is no function", { now: 0 }, /^now must/],
  ["a negative lifetime", { tokenLifetimeSeconds: -1 }, /^tokenLifetimeSeconds must/],
  ["a lifetime that is not whole", { tokenLifetimeSeconds: 1.5 }, /^tokenLifetimeSeconds must/],
  ["credits without end", { credits: Infinity }, /^credits must/],
  ["credits that are no number", { credits: "10" }, /^credits must/],
  ["customers as a string", { customers: "secret-1" }, /^customers must/],
  ["an empty id", { customers: [""] }, /^Each of customers must/],
  ["null for a customer", { customers: [null] }, /^Each of customers must/],
  ["a number for an id", { customers: [1] }, /^Each of customers must/],
  ["a customer with no secret", { customers: [{ customerid: "c", key: "secret-1" }] }, /^Each of customers must/],
  ["a customer with an empty key", { customers: [{ ...PAIR, key: "" }] }, /^Each of customers must/],
  ["the same key twice", { customers: [PAIR, { ...PAIR, customerid: "c" }] }, /^customers names the same key twice$/],
]) {
  test(`createSandbox refuses ${what} and repeats nothing`, () => {
    assert.throws(
      () => createSandbox(options),
      (error) => {
        assert.equal(error.constructor, TypeError);
        assert.match(error.message, message);
        assert.doesNotMatch(error.stack, /secret-1/);
        return true;
      },
    );
  });
}

test("a customer may have several pairs", async () => {
  const second = { ...PAIR, key: "key-2", secret: "secret-2" };
  const { login } = asking(createSandbox({ customers: [PAIR, second] }).fetch, "http://sandbox");
  assert.equal((await login(PAIR)).status, 200);
  assert.equal((await login(second)).status, 200);
});

test("every method works detached", async () => {
  const { fetch, listen, fail, reset, requests } = createSandbox();
  const server = await listen();
  fail({ status: 500 });
  assert.equal((await fetch("http://sandbox")).status, 500);
  reset();
  assert.equal((await fetch("http://sandbox")).status, 404);
  assert.equal(requests.length, 1);
  await server.close();
});

both(
  "requests tells what was received, and no credential",
  async ({ sandbox, ask, keySecret, login }) => {
    await keySecret("customer-1", { headers: { Accept: "application/json;charset=UTF-8" } });
    await login(PAIR, {
      headers: { Authorization: "JWT secret-1", Cookie: "secret-1", "Proxy-Authorization": "Basic secret-1" },
    });
    await ask("/auth/token?key=key-1");
    await ask("/auth/token", { method: "OPTIONS" });

    const [first, second, third, ...more] = sandbox.requests;
    assert.deepEqual(more, []);
    const { headers, path, ...rest } = first;
    assert.deepEqual(rest, { operation: "keySecret", method: "GET", at: 1234 });
    assert.equal(path, "/v1/auth/getApiKey");
    assert.equal(headers.accept, "application/json;charset=UTF-8");
    assert.equal(second.operation, "login");
    assert.equal(second.method, "POST");
    assert.equal(second.headers.authorization, "[redacted]");
    assert.equal(second.headers["proxy-authorization"], "[redacted]");
    assert.equal(second.headers.cookie, "[redacted]");
    assert.deepEqual([third.operation, third.path], [undefined, "/v1/auth/token"]);
    assert.doesNotMatch(JSON.stringify(sandbox), /(customer|key|secret)-1/);
  },
  { customers: [PAIR], now: () => 1234 },
);

test("requests keeps the last 1000", async () => {
  let time = 0;
  const { fetch, requests } = createSandbox({ now: () => (time += 1) });
  for (let i = 0; i < 1003; i += 1) await fetch("http://sandbox/");
  assert.equal(requests.length, 1000);
  assert.deepEqual([requests[0].at, requests[999].at], [4, 1003]);
});

both(
  "reset brings back what createSandbox made",
  async ({ sandbox, keySecret, login }) => {
    const made = await (await keySecret()).json();
    sandbox.fail({ status: 500 });
    sandbox.fail({ status: 500, times: 3 });
    sandbox.reset();
    assert.deepEqual(sandbox.requests, []);
    assert.equal((await login(made)).status, 401);
    assert.equal((await login(PAIR)).status, 200);
    assert.equal((await keySecret()).status, 201);
  },
  { customers: [CUSTOMER, PAIR] },
);
