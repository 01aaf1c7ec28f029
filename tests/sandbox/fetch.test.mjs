import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import test from "node:test";
import { setImmediate } from "node:timers/promises";
import { createSandbox } from "smsworks-wasm/sandbox";
import { CUSTOMER, PAIR } from "./both.mjs";

const URL_STRING = `https://api.thesmsworks.co.uk/v1/auth/getApiKey?customerid=${CUSTOMER}`;
const LOGIN = "https://api.thesmsworks.co.uk/v1/auth/token";
const post = (body) => ({ method: "POST", body, headers: { "X-From": "test" } });
const CREDENTIALS = JSON.stringify(PAIR);
const REASON = new Error("changed my mind");
const isReason = (error) => error === REASON;

for (const [what, input, init, status] of [
  ["a string", URL_STRING, undefined, 201],
  ["a URL", new URL(URL_STRING), undefined, 201],
  ["a Request", new Request(URL_STRING), undefined, 201],
  ["a string and init", LOGIN, post(CREDENTIALS), 200],
  ["a Request with a body", new Request(LOGIN, post(CREDENTIALS)), undefined, 200],
  ["a Request and init that overrides it", new Request(LOGIN), post(CREDENTIALS), 200],
  ["a body that is a stream", LOGIN, { ...post(new Blob([CREDENTIALS]).stream()), duplex: "half" }, 200],
]) {
  test(`fetch takes ${what}`, async () => {
    const { fetch, requests } = createSandbox({ customers: [CUSTOMER, PAIR] });
    const response = await fetch(input, init);
    assert.ok(response instanceof Response);
    assert.equal(response.status, status);
    if (status === 200) assert.equal(requests[0].headers["x-from"], "test");
  });
}

const used = new Request(LOGIN, post(CREDENTIALS));
await used.text();
for (const [what, ...args] of [
  ["no argument"],
  ["a URL that is none", "not a url"],
  ["a method that is none", URL_STRING, { method: "a b" }],
  ["a body with a GET", URL_STRING, { body: "x" }],
  ["a Request that was used", used],
]) {
  test(`fetch rejects with a TypeError, and does not throw, for ${what}`, async () => {
    const { fetch, requests } = createSandbox();
    let promise;
    assert.doesNotThrow(() => (promise = fetch(...args)));
    await assert.rejects(promise, TypeError);
    assert.equal(requests.length, 0);
  });
}

for (const [what, start] of [
  ["init", (fetch, signal) => fetch(URL_STRING, { signal })],
  ["a Request", (fetch, signal) => fetch(new Request(URL_STRING, { signal }))],
  [
    "init over a Request's",
    (fetch, signal) => fetch(new Request(URL_STRING, { signal: new AbortController().signal }), { signal }),
  ],
]) {
  test(`a signal of ${what} that has aborted rejects with its reason, and nothing is asked`, async () => {
    const { fetch, requests } = createSandbox();
    await assert.rejects(start(fetch, AbortSignal.abort(REASON)), isReason);
    assert.equal(requests.length, 0);
  });

  test(`a signal of ${what} ends a wait with its reason`, async () => {
    const { fetch, fail, requests } = createSandbox();
    fail({ delayMs: 2 ** 31 - 1 });
    const controller = new AbortController();
    const promise = start(fetch, controller.signal);
    await setImmediate();
    assert.equal(requests.length, 1);
    controller.abort(REASON);
    await assert.rejects(promise, isReason);
  });
}

test("null for a signal takes a Request's own away", async () => {
  const { fetch } = createSandbox();
  const request = new Request(URL_STRING, { signal: AbortSignal.abort() });
  assert.equal((await fetch(request, { signal: null })).status, 201);
});

test("an abort ends the wait for a body that never comes", async () => {
  const { fetch } = createSandbox();
  const controller = new AbortController();
  const promise = fetch(LOGIN, { ...post(new ReadableStream()), duplex: "half", signal: controller.signal });
  await setImmediate();
  controller.abort(REASON);
  await assert.rejects(promise, isReason);
});

test("a signal that has aborted rejects, though the body would never come", async () => {
  const { fetch } = createSandbox();
  const init = { ...post(new ReadableStream()), duplex: "half", signal: AbortSignal.abort(REASON) };
  await assert.rejects(fetch(LOGIN, init), isReason);
});

test("a request that is aborted before its body has come was never received", async () => {
  const { fetch, requests } = createSandbox();
  const controller = new AbortController();
  let body;
  const stream = new ReadableStream({ start: (source) => (body = source) });
  const promise = fetch(LOGIN, { ...post(stream), duplex: "half", signal: controller.signal });
  await setImmediate();
  controller.abort(REASON);
  await assert.rejects(promise, isReason);
  body.close();
  await setImmediate();
  assert.equal(requests.length, 0);
});

test("what was aborted is not done", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { fetch, fail } = createSandbox({ customers: [PAIR], now });
  let looks = 0;
  function now() {
    looks += 1;
    return 0;
  }
  fail({ delayMs: 10 });
  const controller = new AbortController();
  const promise = fetch(LOGIN, { ...post(CREDENTIALS), signal: controller.signal });
  await setImmediate();
  controller.abort(REASON);
  t.mock.timers.tick(10);
  await assert.rejects(promise, isReason);
  await setImmediate();
  assert.equal(looks, 1, "once for `requests`, and not for a token");
});

for (const [what, fault] of [
  ["an answer", {}],
  ["an answer that was waited for", { delayMs: 1 }],
  ["a refused connection", { network: "refuse" }],
  ["a cut connection", { network: "cut" }],
]) {
  test(`nothing listens to the signal after ${what}`, async () => {
    const { fetch, fail } = createSandbox();
    fail(fault);
    const { signal } = new AbortController();
    const promise = fetch(URL_STRING, { signal });
    assert.notEqual(getEventListeners(signal, "abort").length, 0);
    await promise.then((response) => response.text()).catch(() => {});
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });
}

test("nothing listens to the signal after an abort, nor after a stalled body was given up", async () => {
  const { fetch, fail } = createSandbox();
  fail({ delayMs: 2 ** 31 - 1, times: 1 });
  fail({ network: "stall", times: 1 });
  const controller = new AbortController();
  const promise = fetch(URL_STRING, { signal: controller.signal });
  await setImmediate();
  controller.abort(REASON);
  await assert.rejects(promise, isReason);
  assert.equal(getEventListeners(controller.signal, "abort").length, 0);

  const { signal } = new AbortController();
  await (await fetch(URL_STRING, { signal })).body.cancel();
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("an abort after the answer changes nothing", async () => {
  const { fetch } = createSandbox();
  const controller = new AbortController();
  const response = await fetch(URL_STRING, { signal: controller.signal });
  controller.abort(REASON);
  assert.equal(typeof (await response.json()).key, "string");
});
