import assert from "node:assert/strict";
import http from "node:http";
import test from "node:test";
import { setImmediate } from "node:timers/promises";
import { createSandbox } from "smsworks-wasm/sandbox";
import { asking, both, CUSTOMER, PAIR } from "./both.mjs";

const SEEDED = { customers: [CUSTOMER, PAIR] };
const statuses = async (times, ask) => {
  const seen = [];
  for (let i = 0; i < times; i += 1) {
    seen.push(
      await ask().then(
        ({ status }) => status,
        (error) => error.name,
      ),
    );
  }
  return seen;
};

for (const [status, permanent] of [
  [400, true],
  [401, true],
  [402, false],
  [403, true],
  [404, true],
  [408, false],
  [418, true],
  [425, false],
  [429, false],
  [500, false],
  [502, false],
  [503, false],
  [599, false],
]) {
  both(`status ${status} alone answers with an error model that fits`, async ({ sandbox, keySecret }) => {
    sandbox.fail({ status });
    const response = await keySecret();
    assert.equal(response.status, status);
    assert.equal(response.headers.get("content-type"), "application/json; charset=utf-8");
    const { message, ...rest } = await response.json();
    assert.match(message, /^[A-Z].*[^.]$/);
    assert.deepEqual(rest, { errorCode: status, status: "REJECTED", permanent });
  });
}

both("a status below 300 changes nothing else", async ({ sandbox, keySecret }) => {
  sandbox.fail({ status: 202 });
  const response = await keySecret();
  assert.equal(response.status, 202);
  assert.deepEqual(Object.keys(await response.json()), ["key", "secret"]);
});

for (const status of [204, 205]) {
  both(`${status} has no body`, async ({ sandbox, keySecret }) => {
    sandbox.fail({ status });
    const response = await keySecret();
    assert.equal(response.status, status);
    assert.equal(await response.text(), "");
  });
}

both("a redirect is empty and goes where its header says", async ({ sandbox, keySecret }) => {
  sandbox.fail({ status: 307, headers: { Location: "http://127.0.0.1:9/elsewhere" } });
  const response = await keySecret(CUSTOMER, { redirect: "manual" });
  assert.equal(response.status, 307);
  assert.equal(response.headers.get("location"), "http://127.0.0.1:9/elsewhere");
  assert.equal(await response.text(), "");
});

for (const [what, fault, type, text] of [
  ["a string is plain text", { body: "nope" }, "text/plain; charset=utf-8", "nope"],
  ["an object is JSON", { body: { a: "é" } }, "application/json; charset=utf-8", '{"a":"é"}'],
  ["headers may name another type", { body: "<p>", headers: { "content-type": "text/html" } }, "text/html", "<p>"],
  ["it may be nothing at all", { status: 502, body: "" }, "text/plain; charset=utf-8", ""],
]) {
  both(`the body is the fault's: ${what}`, async ({ sandbox, keySecret }) => {
    sandbox.fail(fault);
    const response = await keySecret();
    assert.equal(response.status, fault.status ?? 201);
    assert.equal(response.headers.get("content-type"), type);
    assert.equal(await response.text(), text);
  });
}

for (const [retryAfter, sent] of [[0, "0"], [120, "120"], ["Wed, 21 Oct 2026 07:28:00 GMT"], ["soon"]]) {
  both(`Retry-After: ${retryAfter}`, async ({ sandbox, keySecret }) => {
    sandbox.fail({ status: 429, retryAfter });
    const response = await keySecret();
    assert.equal(response.headers.get("retry-after"), sent ?? retryAfter);
    assert.equal((await response.json()).errorCode, 429);
  });
}

both("headers alone are added to the answer", async ({ sandbox, keySecret }) => {
  sandbox.fail({ headers: { "X-Trace": "abc" } });
  const response = await keySecret();
  assert.equal(response.status, 201);
  assert.equal(response.headers.get("x-trace"), "abc");
});

both(
  "a refused connection is fetch's own TypeError, and nothing is done",
  async ({ sandbox, login }) => {
    sandbox.fail({ network: "refuse", times: 1 });
    await assert.rejects(login(PAIR), { name: "TypeError", message: "fetch failed" });
    assert.equal((await login(PAIR)).status, 200);
    assert.equal(sandbox.requests.length, 2);
  },
  SEEDED,
);

test("a server's refusal gives a client that reused its connection no ground to repeat the request", async (t) => {
  const sandbox = createSandbox();
  const server = await sandbox.listen();
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => (agent.destroy(), server.close()));
  const get = () =>
    new Promise((resolve) => {
      const request = http.get(server.url, { agent }, (response) =>
        response.resume().on("end", () => resolve("answer")),
      );
      request.on("error", ({ code }) => resolve({ code, reused: request.reusedSocket }));
    });

  sandbox.fail({ network: "refuse", times: 1 });
  assert.deepEqual(await get(), { code: "ECONNRESET", reused: false });
  assert.equal(await get(), "answer");
  sandbox.fail({ network: "refuse", times: 1 });
  assert.deepEqual(await get(), { code: "HPE_INVALID_CONSTANT", reused: true });
});

both("a connection is cut after the headers", async ({ sandbox, keySecret }) => {
  sandbox.fail({ network: "cut", times: 1 });
  const response = await keySecret();
  assert.equal(response.status, 201);
  await assert.rejects(response.text(), TypeError);
  assert.equal((await keySecret()).status, 201);
});

test("a connection that fetch sees cut brought half of the body", async () => {
  const { fetch, fail } = createSandbox();
  fail({ network: "cut", status: 500, body: "0123456789" });
  const reader = (await fetch("http://sandbox")).body.getReader();
  assert.equal(Buffer.from((await reader.read()).value).toString(), "01234");
  await assert.rejects(reader.read(), TypeError);
});

test("a connection that a server cuts brought half of the body", async (t) => {
  const sandbox = createSandbox();
  const server = await sandbox.listen();
  t.after(() => server.close());
  sandbox.fail({ network: "cut", status: 500, body: "0123456789" });
  const seen = await new Promise((resolve) => {
    http.get(server.url, (response) => {
      let body = "";
      response.on("data", (chunk) => (body += chunk));
      response.on("error", (error) => resolve({ code: error.code, body }));
      response.on("end", () => resolve({ body }));
    });
  });
  assert.deepEqual(seen, { code: "ECONNRESET", body: "01234" });
});

both(
  "a stalled connection brings half of the body, and then nothing until an abort",
  async ({ sandbox, ask, keySecret }) => {
    sandbox.fail({ network: "stall", status: 200, body: "0123456789", times: 1 });
    const controller = new AbortController();
    const response = await ask("/", { signal: controller.signal });
    assert.equal(response.status, 200);
    const reader = response.body.getReader();
    assert.equal(Buffer.from((await reader.read()).value).toString(), "01234");
    const next = reader.read();
    assert.equal(await Promise.race([next, keySecret().then(() => "another call")]), "another call");
    const reason = new Error("enough");
    controller.abort(reason);
    await assert.rejects(next, (error) => error === reason);
  },
);

test("delayMs holds the answer back for so long", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { fetch, fail } = createSandbox();
  fail({ delayMs: 1000, status: 503 });
  let response;
  const answered = fetch("http://sandbox").then((value) => (response = value));
  await setImmediate();
  t.mock.timers.tick(999);
  await setImmediate();
  assert.equal(response, undefined);
  t.mock.timers.tick(1);
  await answered;
  assert.equal(response.status, 503);
});

both("an answer that was waited for comes", async ({ sandbox, keySecret }) => {
  sandbox.fail({ delayMs: 1 });
  assert.equal((await keySecret()).status, 201);
});

both("a delayed call holds up no other, and can be aborted", async ({ sandbox, keySecret }) => {
  sandbox.fail({ delayMs: 2 ** 31 - 1, times: 1 });
  const controller = new AbortController();
  const late = keySecret(CUSTOMER, { signal: controller.signal });
  while (sandbox.requests.length === 0) await setImmediate();
  assert.equal((await keySecret()).status, 201);
  const reason = new Error("enough");
  controller.abort(reason);
  await assert.rejects(late, (error) => error === reason);
});

both("delay and refusal combine", async ({ sandbox, keySecret }) => {
  sandbox.fail({ delayMs: 1, network: "refuse" });
  await assert.rejects(keySecret(), TypeError);
});

both(
  "a fault of one operation leaves the others alone",
  async ({ sandbox, ask, keySecret, login }) => {
    sandbox.fail({ operation: "login", status: 500 });
    assert.equal((await login(PAIR)).status, 500);
    assert.equal((await keySecret()).status, 201);
    assert.equal((await ask("/auth/token")).status, 405);
    sandbox.fail(null);
    sandbox.fail({ operation: "keySecret", status: 500 });
    assert.equal((await login(PAIR)).status, 200);
    assert.equal((await keySecret()).status, 500);
  },
  SEEDED,
);

both(
  "a fault of no operation is everywhere, but in preflights",
  async ({ sandbox, ask, keySecret, login }) => {
    sandbox.fail({ status: 503 });
    const answers = await Promise.all([keySecret(), login(PAIR), ask("/nowhere"), ask("/auth/token")]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [503, 503, 503, 503],
    );
    assert.equal((await ask("/auth/token", { method: "OPTIONS" })).status, 204);
  },
  SEEDED,
);

both(
  "counted faults come in their order, then the last standing one, until all is cleared",
  async ({ sandbox, keySecret }) => {
    sandbox.fail({ status: 500 });
    sandbox.fail({ status: 403 });
    sandbox.fail({ status: 429, times: 2 });
    sandbox.fail({ network: "refuse", times: 1 });
    sandbox.fail({ operation: "login", status: 418 });
    assert.deepEqual(await statuses(5, keySecret), [429, 429, "TypeError", 403, 403]);
    sandbox.fail(null);
    assert.deepEqual(await statuses(2, keySecret), [201, 201]);
  },
);

both("of many calls at once, a counted fault hits just so many", async ({ sandbox, keySecret }) => {
  sandbox.fail({ status: 503, times: 7 });
  const answers = await Promise.all(Array.from({ length: 50 }, () => keySecret()));
  assert.equal(answers.filter(({ status }) => status === 503).length, 7);
  assert.equal(answers.filter(({ status }) => status === 201).length, 43);
});

test("a fault is what it was when it was set", async () => {
  const { fetch, fail } = createSandbox();
  const fault = { status: 500, body: { a: 1 }, headers: { "X-Trace": "abc" } };
  fail(fault);
  fault.status = 200;
  fault.body.a = 2;
  fault.headers["X-Trace"] = "def";
  const response = await asking(fetch, "http://sandbox").keySecret();
  assert.equal(response.status, 500);
  assert.equal(response.headers.get("x-trace"), "abc");
  assert.deepEqual(await response.json(), { a: 1 });
});

const circular = {};
circular.self = circular;
for (const [what, fault, message] of [
  ["undefined", undefined, /^fail takes/],
  ["a string", "secret-1", /^fail takes/],
  ["an array", [], /^fail takes/],
  ["an unknown option", { "secret-1": 1 }, /^A fault has no options but operation, /],
  [
    "an unknown operation",
    { operation: "secret-1" },
    /^operation must be one of keySecret, login, POST \/message\/send, /,
  ],
  ["times 0", { times: 0 }, /^times must/],
  ["times 1.5", { times: 1.5 }, /^times must/],
  ["times as a string", { times: "1" }, /^times must/],
  ["status 100", { status: 100 }, /^status must/],
  ["status 600", { status: 600 }, /^status must/],
  ["status as a string", { status: "secret-1" }, /^status must/],
  ["a body that is a number", { body: 1 }, /^body must/],
  ["a body that is null", { body: null }, /^body must/],
  ["a body that is a function", { body: () => {} }, /^body must/],
  ["a body that is circular", { body: circular }, /^body must/],
  ["a header name that is none", { headers: { "secret-1 ": "x" } }, /^headers must/],
  ["a header value that is none", { headers: { "X-Trace": "secret-1\n" + "x" } }, /^headers must/],
  ["headers as a string", { headers: "secret-1" }, /^headers must/],
  ["retryAfter -1", { retryAfter: -1 }, /^retryAfter must/],
  ["retryAfter 1.5", { retryAfter: 1.5 }, /^retryAfter must/],
  ["a retryAfter that is no header value", { retryAfter: "secret-1\nx" }, /retryAfter a valid header value$/],
  ["delayMs -1", { delayMs: -1 }, /^delayMs must/],
  ["delayMs NaN", { delayMs: NaN }, /^delayMs must/],
  ["delayMs Infinity", { delayMs: Infinity }, /^delayMs must/],
  ["delayMs past what setTimeout can", { delayMs: 2 ** 31 }, /^delayMs must/],
  ["an unknown network", { network: "secret-1" }, /^network must be one of refuse, cut, stall$/],
]) {
  test(`fail refuses ${what}, repeats nothing and changes nothing`, async () => {
    const { fetch, fail } = createSandbox();
    assert.throws(
      () => fail(fault),
      (error) => {
        assert.equal(error.constructor, TypeError);
        assert.match(error.message, message);
        assert.doesNotMatch(error.stack, /secret-1/);
        assert.equal(error.cause, undefined);
        return true;
      },
    );
    assert.equal((await asking(fetch, "http://sandbox").keySecret()).status, 201);
  });
}
