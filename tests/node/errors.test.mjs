import assert from "node:assert/strict";
import test from "node:test";
import { types } from "node:util";
import { AuthApi, keySecret, login, SmsWorksError } from "smsworks-wasm";
import { CALLS, CREDENTIALS, CUSTOMERID, LOGIN, rejection } from "./calls.mjs";
import { hostileServer, json, refusingUrl, reply, reset, silence } from "./hostile-server.mjs";

const LIMIT = { timeout: 20_000 };
const MODEL = { message: "The key is not known", errorCode: 1234, status: "REJECTED", permanent: true };
const failing = async (t, call, script, options) => {
  const server = await hostileServer(t, script);
  return (await rejection(call.on(new AuthApi({ baseUrl: server.baseUrl, retries: 0, ...options })))).reason;
};

for (const call of CALLS) {
  const { operation } = call;

  test(`an error of ${operation} is an SmsWorksError, which is an Error`, LIMIT, async (t) => {
    const error = await failing(t, call, json(401, MODEL));
    assert.ok(error instanceof SmsWorksError);
    assert.ok(error instanceof Error);
    assert.ok(types.isNativeError(error));
    assert.equal(error.constructor, SmsWorksError);
    assert.equal(error.name, "SmsWorksError");
    assert.equal(String(error), `SmsWorksError: ${error.message}`);
    assert.ok(error.stack.startsWith(`SmsWorksError: ${error.message}\n`));
    assert.ok(!Object.keys(error).includes("name") && !Object.keys(error).includes("message"));
  });

  test(`an error of ${operation} has the API's error model as it was sent`, LIMIT, async (t) => {
    for (const model of [
      MODEL,
      { message: MODEL.message },
      { message: MODEL.message, errorCode: 0 },
      { message: MODEL.message, status: "" },
      { message: MODEL.message, permanent: false },
      { message: "", errorCode: -1.5 },
      { message: "Line one\nline two \u2028\u0000 é 😀" },
    ]) {
      const error = await failing(t, call, json(400, model));
      assert.deepEqual(error.api, model);
      assert.deepEqual(Object.keys(error.api).sort(), Object.keys(model).sort());
      assert.deepEqual([error.code, error.operation, error.status, error.retryable], ["http", operation, 400, false]);
    }
  });

  test(`every message of ${operation} is one line that names the call and what happened`, LIMIT, async (t) => {
    for (const [script, options, words] of [
      [json(401, MODEL), {}, [/401/, /The key is not known/]],
      [json(400, { message: "one\r\ntwo\u2028three\nfour" }), {}, [/400/, /one/]],
      [json(500, { message: "x".repeat(100_000) }), {}, [/500/]],
      [reply(502), {}, [/502/]],
      [reset, {}, [/connection|network/]],
      [silence, { timeoutMs: 50 }, [/50 ms/]],
      [reply(307, "", { Location: "/" }), {}, [/redirect/]],
      [json(200, null), {}, [/answer|response|reply/]],
    ]) {
      const { message } = await failing(t, call, script, options);
      assert.ok(message.includes(operation), message);
      assert.doesNotMatch(message, /[\r\n\u2028\u2029]/);
      assert.ok(message.length < 1000, `${message.length} characters`);
      for (const word of words) assert.match(message, word);
    }
  });
}

test("both functions fail as the class does", LIMIT, async (t) => {
  const server = await hostileServer(t, json(403, MODEL));
  for (const [operation, promise] of [
    ["keySecret", keySecret(CUSTOMERID, { baseUrl: server.baseUrl })],
    ["login", login(CREDENTIALS, { baseUrl: server.baseUrl })],
  ]) {
    const { reason: error } = await rejection(promise);
    assert.ok(error instanceof SmsWorksError);
    assert.deepEqual([error.code, error.operation, error.status, error.api], ["http", operation, 403, MODEL]);
  }
});

for (const [status, retryable] of [
  [400, false],
  [401, false],
  [402, false],
  [403, false],
  [404, false],
  [405, false],
  [409, false],
  [413, false],
  [422, false],
  [408, true],
  [425, true],
  [429, true],
  [500, true],
  [502, true],
  [503, true],
  [504, true],
  [507, true],
]) {
  test(`a ${status} is ${retryable ? "" : "not "}retryable`, LIMIT, async (t) => {
    const error = await failing(t, LOGIN, json(status, MODEL));
    assert.deepEqual([error.code, error.status, error.retryable], ["http", status, retryable]);
  });
}

test("an error has no status where there was no response", LIMIT, async (t) => {
  const refused = (await rejection(LOGIN.on(new AuthApi({ baseUrl: await refusingUrl(t), retries: 0 })))).reason;
  const timedOut = await failing(t, LOGIN, silence, { timeoutMs: 50 });
  assert.deepEqual([refused.code, refused.status], ["network", undefined]);
  assert.deepEqual([timedOut.code, timedOut.status], ["timeout", undefined]);
});

// Far from now, so that the test has time: the date is compared to the clock when the reply is there.
const inAnHour = () => Date.now() + 3_600_000;
const httpDate = (ms) => new Date(ms).toUTCString();
const rfc850 = (ms) =>
  httpDate(ms).replace(/^(...), (..) (...) ..(..)/, (_, day, date, month, year) => {
    const days = {
      Sun: "Sunday",
      Mon: "Monday",
      Tue: "Tuesday",
      Wed: "Wednesday",
      Thu: "Thursday",
      Fri: "Friday",
      Sat: "Saturday",
    };
    return `${days[day]}, ${date}-${month}-${year}`;
  });
for (const [header, from, to] of [
  ["120", 120_000, 120_000],
  ["0", 0, 0],
  ["86400", 86_400_000, 86_400_000],
  [httpDate(inAnHour()), 3_000_000, 3_600_000],
  [rfc850(inAnHour()), 3_000_000, 3_600_000],
  [httpDate(0), 0, 0],
  ["soon", undefined],
  ["-1", undefined],
  ["1.5", undefined],
  ["", undefined],
]) {
  test(`Retry-After: ${header} is ${from === to ? from : "the time until then"}, in retryAfterMs`, LIMIT, async (t) => {
    for (const status of [429, 503]) {
      const error = await failing(t, LOGIN, json(status, MODEL, { "Retry-After": header }));
      const actual = error.retryAfterMs;
      const fits = from === undefined ? actual === undefined : actual >= from && actual <= to;
      assert.ok(fits, `${actual}`);
    }
  });
}
