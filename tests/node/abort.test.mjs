import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import test, { describe } from "node:test";
import { AuthApi, keySecret, login } from "smsworks-wasm";
import { answering, CALLS, CREDENTIALS, CUSTOMERID, nextCallWorks, rejection } from "./calls.mjs";
import { run } from "./child.mjs";
import { head, hostileServer, json, reset, silence } from "./hostile-server.mjs";

const LIMIT = { timeout: 20_000 };
const listeners = (signal) => getEventListeners(signal, "abort").length;

const REASONS = [
  ["a string", "why"],
  ["an empty string", ""],
  ["null", null],
  ["zero", 0],
  ["false", false],
  ["a Symbol", Symbol("why")],
  ["an object", { why: true }],
  ["an Error", new RangeError("why")],
  ["a function", () => "why"],
];

/** Rows of a stage, what the server does, and when to abort, as a fetch that knows. */
const STAGES = [
  [
    "while it connects",
    silence,
    (abort) =>
      (...args) => {
        const promise = fetch(...args);
        abort();
        return promise;
      },
  ],
  ["before the headers", silence, undefined],
  [
    "in the middle of the body",
    async (peer) => {
      await peer.write(head(200, { "Content-Length": 99 }));
      await peer.write('{"token":');
    },
    (abort) =>
      async (...args) => {
        const response = await fetch(...args);
        setImmediate(abort);
        return response;
      },
  ],
  [
    "while it waits to try again",
    json(503, { message: "Not now" }, { "Retry-After": "50" }),
    (abort) =>
      async (...args) => {
        const response = await fetch(...args);
        const text = await response.text();
        setImmediate(() => setImmediate(abort));
        return new Response(text, response);
      },
  ],
];

for (const call of CALLS) {
  for (const [stage, script, fetchThat] of STAGES) {
    for (const [what, reason] of REASONS) {
      test(`${call.operation} that is aborted ${stage} with ${what} rejects with it`, LIMIT, async (t) => {
        const server = await hostileServer(t, script);
        const controller = new AbortController();
        const abort = () => controller.abort(reason);
        const api = new AuthApi({ baseUrl: server.baseUrl, fetch: fetchThat?.(abort) });
        const promise = call.on(api, { signal: controller.signal });
        if (!fetchThat) server.request(1).then(abort);
        assert.ok(Object.is((await rejection(promise)).reason, reason));
        assert.equal(listeners(controller.signal), 0);
        if (fetchThat === undefined || stage.includes("body")) await (await server.request(1)).closed;
        assert.ok(server.requests.length <= 1);
      });
    }

    test(
      `${call.operation} that is aborted ${stage} without a reason rejects with the signal's AbortError`,
      LIMIT,
      async (t) => {
        const server = await hostileServer(t, script);
        const controller = new AbortController();
        const abort = () => controller.abort();
        const api = new AuthApi({ baseUrl: server.baseUrl, fetch: fetchThat?.(abort) });
        const promise = call.on(api, { signal: controller.signal });
        if (!fetchThat) server.request(1).then(abort);
        const { reason } = await rejection(promise);
        assert.equal(reason, controller.signal.reason);
        assert.ok(reason instanceof DOMException);
        assert.equal(reason.name, "AbortError");
      },
    );
  }

  for (const [what, reason] of REASONS) {
    test(
      `${call.operation} with a signal that was aborted with ${what} rejects with it and sends nothing`,
      LIMIT,
      async () => {
        const fetch = answering(call.answer, call.status);
        const signal = AbortSignal.abort(reason);
        assert.ok(Object.is((await rejection(call.on(new AuthApi({ fetch }), { signal }))).reason, reason));
        assert.equal(fetch.requests.length, 0);
        assert.equal(listeners(signal), 0);
      },
    );
  }

  test(
    `${call.operation} that is aborted in the same turn rejects with the reason and sends nothing`,
    LIMIT,
    async () => {
      const fetch = answering(call.answer, call.status);
      const controller = new AbortController();
      const promise = call.on(new AuthApi({ fetch }), { signal: controller.signal });
      controller.abort("why");
      assert.equal((await rejection(promise)).reason, "why");
      assert.equal(fetch.requests.length, 0);
      assert.equal(listeners(controller.signal), 0);
    },
  );

  test(`an abort of one ${call.operation} leaves the others alone`, LIMIT, async (t) => {
    const server = await hostileServer(t, silence, async (peer) => {
      await (await server.request(1)).closed;
      json(call.status, call.answer)(peer);
    });
    const api = new AuthApi({ baseUrl: server.baseUrl, retries: 0 });
    const controller = new AbortController();
    const aborted = rejection(call.on(api, { signal: controller.signal }));
    await server.request(1);
    const others = [call.on(api), call.on(api, { signal: new AbortController().signal }), call.on(api)];
    await server.request(4);
    controller.abort("why");
    assert.equal((await aborted).reason, "why");
    assert.deepEqual(await Promise.all(others), [call.answer, call.answer, call.answer]);
  });

  test(`one signal ends every ${call.operation} that has it`, LIMIT, async (t) => {
    const server = await hostileServer(t, silence);
    const api = new AuthApi({ baseUrl: server.baseUrl });
    const controller = new AbortController();
    const calls = Array.from({ length: 20 }, () => rejection(call.on(api, { signal: controller.signal })));
    await server.request(20);
    controller.abort("why");
    assert.deepEqual(await Promise.all(calls), Array(20).fill({ reason: "why" }));
    assert.equal(listeners(controller.signal), 0);
  });

  test(`an abort after ${call.operation} has settled changes nothing`, LIMIT, async () => {
    const controller = new AbortController();
    const result = await call.on(new AuthApi({ fetch: answering(call.answer) }), { signal: controller.signal });
    controller.abort("why");
    assert.deepEqual(result, call.answer);
  });
}

test("a call that settles leaves its signal to the others that have it", LIMIT, async (t) => {
  const server = await hostileServer(t, silence, json(400, { message: "No" }), silence);
  const api = new AuthApi({ baseUrl: server.baseUrl, retries: 0 });
  const controller = new AbortController();
  const { signal } = controller;
  const first = rejection(api.login(CREDENTIALS, { signal }));
  await server.request(1);
  assert.equal((await rejection(api.login(CREDENTIALS, { signal }))).reason.code, "http");
  const last = rejection(api.login(CREDENTIALS, { signal }));
  await server.request(3);
  controller.abort("why");
  assert.deepEqual(await Promise.all([first, last]), [{ reason: "why" }, { reason: "why" }]);
  assert.equal(listeners(signal), 0);
});

test("signals end their own calls only", LIMIT, async (t) => {
  const server = await hostileServer(t, silence);
  const api = new AuthApi({ baseUrl: server.baseUrl });
  const controllers = Array.from({ length: 5 }, () => new AbortController());
  const calls = controllers.map(({ signal }) => rejection(api.login(CREDENTIALS, { signal })));
  await server.request(5);
  for (const [index, controller] of controllers.entries()) {
    controller.abort(index);
    assert.deepEqual(await calls[index], { reason: index });
    assert.deepEqual(
      controllers.map(({ signal }) => listeners(signal)),
      controllers.map((_, other) => (other > index ? 1 : 0)),
    );
  }
});

/** A signal that no AbortController of this realm made, as polyfills have it. */
class OtherSignal extends EventTarget {
  aborted = false;
  reason = undefined;
  abort(reason) {
    Object.assign(this, { aborted: true, reason });
    this.dispatchEvent(new Event("abort"));
  }
}

test("a signal of another realm aborts a call too", LIMIT, async (t) => {
  const server = await hostileServer(t, silence);
  const signal = new OtherSignal();
  const call = rejection(new AuthApi({ baseUrl: server.baseUrl }).login(CREDENTIALS, { signal }));
  await server.request(1);
  signal.abort("why");
  assert.deepEqual(await call, { reason: "why" });
  assert.equal(listeners(signal), 0);
});

describe("a signal whose methods throw does not keep a call from settling, nor the next one from working, though it throws", () => {
  const refuse = () => {
    throw new Error("not today");
  };
  const throwing = (name, descriptor = { value: refuse }) => Object.defineProperty(new OtherSignal(), name, descriptor);
  for (const [what, signal] of [
    ["as aborted is read", () => throwing("aborted", { get: refuse })],
    ["as a listener is added", () => throwing("addEventListener")],
    ["as a listener is removed", () => throwing("removeEventListener")],
    ["as anything is read", () => new Proxy({}, { get: refuse })],
  ]) {
    test(what, LIMIT, async () => {
      for (const call of CALLS) {
        const api = new AuthApi({ fetch: answering(call.answer, call.status) });
        const [{ value, reason }] = await Promise.allSettled([call.on(api, { signal: signal() })]);
        if (value) assert.deepEqual(value, call.answer);
        else assert.equal(reason.code, "invalid_argument");
        await nextCallWorks(call);
      }
    });
  }
});

test("both functions take a signal among their options", LIMIT, async () => {
  const signal = AbortSignal.abort("why");
  for (const promise of [keySecret(CUSTOMERID, { signal }), login(CREDENTIALS, { signal })]) {
    assert.equal((await rejection(promise)).reason, "why");
  }
});

test("null is no signal, as for fetch", LIMIT, async () => {
  for (const call of CALLS) {
    assert.deepEqual(await call.on(new AuthApi({ fetch: answering(call.answer) }), { signal: null }), call.answer);
  }
});

test("a timeout's signal aborts a call", LIMIT, async (t) => {
  const server = await hostileServer(t, silence);
  const signal = AbortSignal.timeout(50);
  const { reason } = await rejection(new AuthApi({ baseUrl: server.baseUrl }).login(CREDENTIALS, { signal }));
  assert.equal(reason, signal.reason);
  assert.equal(reason.name, "TimeoutError");
});

test("one of several signals aborts a call", LIMIT, async (t) => {
  const server = await hostileServer(t, silence);
  const controller = new AbortController();
  const signal = AbortSignal.any([controller.signal, new AbortController().signal]);
  const call = rejection(new AuthApi({ baseUrl: server.baseUrl }).login(CREDENTIALS, { signal }));
  await server.request(1);
  controller.abort("why");
  assert.deepEqual(await call, { reason: "why" });
});

test("an invalid argument is told before an abort, or the abort before it, but nothing is sent", LIMIT, async () => {
  const fetch = answering({});
  const { reason } = await rejection(new AuthApi({ fetch }).login(undefined, { signal: AbortSignal.abort("why") }));
  assert.ok(reason === "why" || reason.code === "invalid_argument");
  assert.equal(fetch.requests.length, 0);
});

test("a call that is aborted before the core has loaded rejects with the reason and sends nothing", LIMIT, async () => {
  const { exit, stdout, stderr } = await run(`
    import { AuthApi } from "smsworks-wasm";
    let count = 0;
    const fetch = async () => { count++; return Response.json({ token: "JWT a.b.c" }); };
    const controller = new AbortController();
    const api = new AuthApi({ fetch });
    const aborted = api.login({ key: "k", secret: "s" }, { signal: controller.signal }).catch((reason) => reason);
    const before = api.login({ key: "k", secret: "s" }, { signal: AbortSignal.abort("before") }).catch((reason) => reason);
    controller.abort("why");
    console.log(await aborted, await before, count);
  `);
  assert.deepEqual({ exit, stdout, stderr }, { exit: 0, stdout: "why before 0\n", stderr: "" });
});

describe("a signal that lives on has no listener left after", () => {
  for (const [outcome, script, options, code] of [
    ["a success", undefined, {}, undefined],
    ["a failure", json(400, { message: "No" }), {}, "http"],
    ["a broken connection", reset, { retries: 0 }, "network"],
    ["a retry", json(429, { message: "No" }, { "Retry-After": "0" }), {}, "http"],
    ["a timeout", silence, { timeoutMs: 50 }, "timeout"],
    ["an invalid reply", json(200, []), {}, "invalid_response"],
    ["an invalid option", silence, { retries: -1 }, "invalid_argument"],
  ]) {
    for (const call of CALLS) {
      test(`${outcome} of ${call.operation}`, LIMIT, async (t) => {
        const server = await hostileServer(t, script ?? json(call.status, call.answer));
        const { signal } = new AbortController();
        const api = new AuthApi({ baseUrl: server.baseUrl });
        const outcomes = await Promise.allSettled([1, 2, 3].map(() => call.on(api, { signal, ...options })));
        assert.deepEqual(
          outcomes.map(({ reason }) => reason?.code),
          [code, code, code],
        );
        assert.equal(listeners(signal), 0);
      });
    }
  }
});

test("many calls with one signal make no warning", LIMIT, async () => {
  const { exit, stdout, stderr } = await run(`
    import { AuthApi } from "smsworks-wasm";
    import { createSandbox } from "smsworks-wasm/sandbox";
    const { signal } = new AbortController();
    const api = new AuthApi({ fetch: createSandbox().fetch });
    const calls = Array.from({ length: 50 }, () => api.keySecret("0fca8c3c-6cbc-11e7-8154-a6006ad3dba0", { signal }));
    console.log((await Promise.all(calls)).length);
  `);
  assert.deepEqual({ exit, stdout, stderr }, { exit: 0, stdout: "50\n", stderr: "" });
});

test("a timeout of the caller's ends the reading of a reply, though nothing else holds it", LIMIT, async (t) => {
  const server = await hostileServer(t, (peer) => peer.write(`${head(200, { "Content-Length": 9 })}x`));
  const source = `
    const { SmsWorks } = await import("smsworks-wasm");
    const sms = new SmsWorks({ baseUrl: ${JSON.stringify(server.baseUrl)}, token: "JWT a.b.c" });
    const response = await sms.fetch("/x", { signal: AbortSignal.timeout(1000) });
    gc();
    console.log(await response.text().catch(({ name }) => name));
  `;
  const { exit, stdout } = await run(source, { flags: ["--expose-gc"] });
  assert.deepEqual({ exit, stdout }, { exit: 0, stdout: "TimeoutError\n" });
});
