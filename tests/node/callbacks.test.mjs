import assert from "node:assert/strict";
import test from "node:test";
import { AuthApi, SmsWorksError } from "smsworks-wasm";
import { answering, CALLS, CREDENTIALS, CUSTOMERID } from "./calls.mjs";
import { run } from "./child.mjs";
import { hostileServer, json, reset } from "./hostile-server.mjs";

const LIMIT = { timeout: 20_000 };

/** Calls with a callback; resolves with its arguments once it had every chance to be called again. */
function called(call) {
  return new Promise((resolve) => {
    const times = [];
    let hasReturned = false;
    const returned = call((...args) => {
      times.push({ args, wasSynchronous: !hasReturned });
      if (times.length === 1) setImmediate(() => setImmediate(() => resolve({ times, returned })));
    });
    hasReturned = true;
  });
}

function assertCalledOnce({ times, returned }) {
  assert.equal(times.length, 1);
  assert.equal(times[0].wasSynchronous, false);
  assert.equal(returned, undefined);
  return times[0].args;
}

for (const call of CALLS) {
  const { operation, status, answer } = call;

  test(`${operation} calls back once with null, the data and the response`, LIMIT, async (t) => {
    const server = await hostileServer(t, json(status, { ...answer, more: 1 }, { "X-Trace": "trace-1" }));
    const api = new AuthApi({ baseUrl: server.baseUrl });
    const [error, data, response, ...rest] = assertCalledOnce(await called((callback) => call.on(api, callback)));
    assert.equal(error, null);
    assert.deepEqual(data, { ...answer, more: 1 });
    assert.equal(response.status, status);
    assert.equal(response.headers.get("x-trace"), "trace-1");
    assert.deepEqual(response.body, { ...answer, more: 1 });
    assert.deepEqual(rest, []);
  });

  test(`${operation} calls back once with the error and the response that it is about`, LIMIT, async (t) => {
    const model = { message: "No such thing", errorCode: 7, status: "REJECTED", permanent: true };
    const server = await hostileServer(t, json(404, model, { "X-Trace": "trace-2" }));
    const api = new AuthApi({ baseUrl: server.baseUrl });
    const [error, data, response] = assertCalledOnce(await called((callback) => call.on(api, callback)));
    assert.ok(error instanceof SmsWorksError);
    assert.deepEqual([error.code, error.status], ["http", 404]);
    assert.equal(data, undefined);
    assert.equal(response.status, 404);
    assert.equal(response.headers.get("x-trace"), "trace-2");
    assert.deepEqual(response.body, model);
  });

  test(`${operation} calls back once with the error where there is no response`, LIMIT, async (t) => {
    const server = await hostileServer(t, reset);
    const api = new AuthApi({ baseUrl: server.baseUrl, retries: 0 });
    const [error, data, response] = assertCalledOnce(await called((callback) => call.on(api, callback)));
    assert.equal(error.code, "network");
    assert.deepEqual([data, response], [undefined, undefined]);
  });

  test(`${operation} tells a callback of the last attempt only`, LIMIT, async (t) => {
    const again = json(429, { message: "Slow down" }, { "Retry-After": "0" });
    const server = await hostileServer(t, again, again, json(status, answer));
    const api = new AuthApi({ baseUrl: server.baseUrl });
    const [error, data, response] = assertCalledOnce(await called((callback) => call.on(api, callback)));
    assert.deepEqual([error, data, response.status], [null, answer, status]);
    assert.equal(server.requests.length, 3);
  });
}

for (const [what, call] of [
  ["no customerid", (api, callback) => api.keySecret(undefined, callback)],
  ["a number for customerid", (api, callback) => api.keySecret(7, callback)],
  ["no credentials", (api, callback) => api.login(undefined, callback)],
  [
    "credentials that throw",
    (api, callback) =>
      api.login(
        new Proxy(
          {},
          {
            get() {
              throw new Error("no");
            },
          },
        ),
        callback,
      ),
  ],
]) {
  test(`a call with ${what} calls back with invalid_argument, and not at once`, LIMIT, async () => {
    const fetch = answering({});
    const [error, data, response] = assertCalledOnce(
      await called((callback) => call(new AuthApi({ fetch }), callback)),
    );
    assert.equal(error.code, "invalid_argument");
    assert.deepEqual([data, response], [undefined, undefined]);
    assert.equal(fetch.requests.length, 0);
  });
}

for (const [outcome, answer] of [
  ["success", "Response.json({ token: 'JWT a.b.c' })"],
  ["failure", "Response.json({ message: 'no' }, { status: 400 })"],
]) {
  test(
    `what a callback throws on ${outcome} is its own uncaught error, and it is not called again`,
    LIMIT,
    async () => {
      const { exit, stdout, stderr } = await run(`
      import { AuthApi } from "smsworks-wasm";
      process.on("uncaughtException", (error, origin) => console.log("uncaught", origin, error.message));
      new AuthApi({ fetch: async () => ${answer} }).login({ key: "k", secret: "s" }, (error) => {
        console.log("called", error?.code ?? null);
        throw new Error("from the callback");
      });
    `);
      assert.deepEqual({ exit, stderr }, { exit: 0, stderr: "" });
      assert.equal(
        stdout,
        `called ${outcome === "success" ? null : "http"}\nuncaught uncaughtException from the callback\n`,
      );
    },
  );
}

test("a callback that throws ends a program as any uncaught error does", LIMIT, async () => {
  const { exit, stderr } = await run(`
    import { AuthApi } from "smsworks-wasm";
    new AuthApi({ fetch: async () => Response.json({ token: "JWT a.b.c" }) }).login({ key: "k", secret: "s" }, () => {
      throw new RangeError("from the callback");
    });
  `);
  assert.equal(exit, 1);
  assert.match(stderr, /RangeError: from the callback/);
  assert.doesNotMatch(stderr, /SmsWorksError|unhandled/i);
});

test("a callback is called with the promise's own values", LIMIT, async () => {
  const fetch = answering({ token: "JWT a.b.c" });
  const api = new AuthApi({ fetch });
  const [, data] = assertCalledOnce(await called((callback) => api.login(CREDENTIALS, callback)));
  assert.deepEqual(data, await api.login(CREDENTIALS));
  const refused = new AuthApi({ fetch: answering({ message: "no" }, 403) });
  const [error] = assertCalledOnce(await called((callback) => refused.keySecret(CUSTOMERID, callback)));
  const rejected = await refused.keySecret(CUSTOMERID).catch((reason) => reason);
  assert.deepEqual({ ...error, message: error.message }, { ...rejected, message: rejected.message });
});
