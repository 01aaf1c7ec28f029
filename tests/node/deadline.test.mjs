// Whatever happens, a call settles within timeoutMs. Nothing here measures that: the tests' own limit is the proof.
import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { AuthApi } from "smsworks-wasm";
import { answering, CALLS, CREDENTIALS, LOGIN, rejection, TOKEN } from "./calls.mjs";
import { run } from "./child.mjs";
import { head, hostileServer, json, silence } from "./hostile-server.mjs";

const LIMIT = { timeout: 20_000 };
const timeoutMs = 300;
/** Time for several attempts on a busy machine. */
const longer = 3000;
const again = json(503, { message: "Not now" }, { "Retry-After": "0" });

describe("timeoutMs", { concurrency: true }, () => {
  for (const call of CALLS) {
    test(`bounds all attempts of ${call.operation} together: silence after a retry`, LIMIT, async (t) => {
      const server = await hostileServer(t, again, again, silence);
      const { reason: error } = await rejection(call.on(new AuthApi({ baseUrl: server.baseUrl, timeoutMs: longer })));
      assert.deepEqual([error.code, error.operation, error.effect], ["timeout", call.operation, "unknown"]);
      assert.equal(error.retryable, call === LOGIN);
      assert.equal(server.requests.length, 3);
    });

    test(`bounds all attempts of ${call.operation} together: as many as there is time for`, LIMIT, async (t) => {
      const server = await hostileServer(t, again);
      const api = new AuthApi({ baseUrl: server.baseUrl, timeoutMs: longer, retries: 1e9 });
      const { reason: error } = await rejection(call.on(api));
      assert.ok(["timeout", "http"].includes(error.code), error.code);
      assert.ok(server.requests.length > 2, `${server.requests.length} requests`);
    });

    test(`bounds all attempts of ${call.operation} together: each is silent for a while`, LIMIT, async (t) => {
      const server = await hostileServer(t, (peer) => {
        setTimeout(() => again(peer), timeoutMs / 4);
      });
      const { reason: error } = await rejection(
        call.on(new AuthApi({ baseUrl: server.baseUrl, timeoutMs, retries: 1e9 })),
      );
      assert.ok(["timeout", "http"].includes(error.code), error.code);
    });

    test(`of the call goes before the client's in ${call.operation}`, LIMIT, async (t) => {
      const server = await hostileServer(t, silence);
      const api = new AuthApi({ baseUrl: server.baseUrl, timeoutMs: 1e9 });
      assert.equal((await rejection(call.on(api, { timeoutMs }))).reason.code, "timeout");
    });

    test(`is in the message of the timeout of ${call.operation}`, LIMIT, async (t) => {
      const server = await hostileServer(t, silence);
      const { reason: error } = await rejection(call.on(new AuthApi({ baseUrl: server.baseUrl, timeoutMs: 123 })));
      assert.match(error.message, /123 ms/);
    });

    test(`may be longer than any timer can be in ${call.operation}`, LIMIT, async (t) => {
      const server = await hostileServer(t, json(call.status, call.answer));
      for (const long of [2 ** 31 - 1, 2 ** 31, 2 ** 32, 1e12, Number.MAX_VALUE]) {
        const fetch = async (...args) => {
          const response = await globalThis.fetch(...args);
          await new Promise(setImmediate);
          return response;
        };
        assert.deepEqual(await call.on(new AuthApi({ baseUrl: server.baseUrl, fetch, timeoutMs: long })), call.answer);
      }
    });

    test(`may be shorter than any reply takes in ${call.operation}`, LIMIT, async (t) => {
      const server = await hostileServer(t, silence);
      for (const short of [1, 0.5, Number.MIN_VALUE]) {
        const { reason: error } = await rejection(call.on(new AuthApi({ baseUrl: server.baseUrl, timeoutMs: short })));
        assert.equal(error.code, "timeout");
      }
    });

    test(`aborts the signal that fetch was given by ${call.operation}`, LIMIT, async () => {
      const aborted = Promise.withResolvers?.() ?? withResolvers();
      const fetch = (_, { signal }) => {
        signal.addEventListener("abort", () => aborted.resolve());
        return new Promise(() => {});
      };
      const { reason: error } = await rejection(call.on(new AuthApi({ fetch, timeoutMs })));
      assert.equal(error.code, "timeout");
      await aborted.promise;
    });
  }

  test("of one call is not another's", LIMIT, async () => {
    const short = rejection(new AuthApi({ fetch: () => new Promise(() => {}) }).login(CREDENTIALS, { timeoutMs }));
    const fetch = async () => {
      await short;
      return Response.json({ token: TOKEN });
    };
    assert.deepEqual(await new AuthApi({ fetch }).login(CREDENTIALS), { token: TOKEN });
    assert.equal((await short).reason.code, "timeout");
  });

  test("that has passed does not make a later reply an unhandled rejection", LIMIT, async (t) => {
    const server = await hostileServer(t, silence);
    const { exit, stdout, stderr } = await run(
      `
      import { AuthApi } from "smsworks-wasm";
      const late = [];
      const stream = (start) => new Response(new ReadableStream({ start }));
      const fetches = [
        () => new Promise((_, reject) => late.push(() => reject(new Error("late")))),
        () => new Promise((resolve) => late.push(() => resolve(Response.json({ token: "JWT a.b.c" })))),
        () => new Promise((resolve) => late.push(() => resolve(new Response("x".repeat(2 ** 21))))),
        async () => stream((body) => late.push(() => body.error(new Error("late")))),
        async () => stream((body) => late.push(() => body.close())),
        async () => ({ status: 200, text: () => new Promise((_, reject) => late.push(() => reject(new Error("late")))) }),
        async () => ({ status: 200, json: () => new Promise((_, reject) => late.push(() => reject(new Error("late")))) }),
        async () => ({ status: 200, body: { getReader: () => ({
          read: () => new Promise((_, reject) => late.push(() => reject(new Error("late")))),
          cancel: () => Promise.reject(new Error("late")),
        }) } }),
        undefined,
      ];
      for (const fetch of fetches) {
        const api = new AuthApi({ fetch, baseUrl: process.env.BASE_URL, timeoutMs: 100, retries: 0 });
        console.log(await api.login({ key: "k", secret: "s" }).catch(({ code }) => code));
      }
      for (const happen of late) {
        try {
          happen();
        } catch (error) {
          if (error.code !== "ERR_INVALID_STATE") throw error; // A stream that was cancelled takes no more.
        }
      }
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
      console.log(late.length);
    `,
      { env: { BASE_URL: server.baseUrl } },
    );
    assert.deepEqual({ exit, stdout, stderr }, { exit: 0, stdout: `${"timeout\n".repeat(9)}8\n`, stderr: "" });
  });
});

function withResolvers() {
  const deferred = {};
  deferred.promise = new Promise((resolve, reject) => Object.assign(deferred, { resolve, reject }));
  return deferred;
}

// In a process of its own: what starves the event loop starves the tests' limits too.
describe("a call settles, and the event loop turns, though", { concurrency: true }, () => {
  for (const [what, fetch, isGlobal = false] of [
    [
      "a reader gives empty chunks for ever",
      `async () => ({
      status: 200,
      body: { getReader: () => ({ read: async () => ({ done: false, value: new Uint8Array(0) }), cancel() {} }) },
    })`,
    ],
    [
      "a reader gives empty chunks for ever without a promise",
      `() => ({
      status: 200,
      body: { getReader: () => ({ read: () => ({ done: false, value: new Uint8Array(0) }), cancel() {} }) },
    })`,
    ],
    ...["-1", "NaN", "0.5", "-Infinity", "'x'", "1"].map((byteLength) => [
      `a reader gives chunks for ever that claim a length of ${byteLength}`,
      `async () => ({ status: 200, body: { getReader: () => ({ read: async () => ({ value: { byteLength: ${byteLength} } }), cancel() {} }) } })`,
    ]),
    [
      "a stream gives empty chunks for ever",
      `async () => new Response(new ReadableStream({
      pull(controller) { controller.enqueue(new Uint8Array(0)); },
    }))`,
    ],
    [
      "every attempt is told to come back at once",
      `async () => Response.json({}, { status: 503, headers: { "Retry-After": "0" } })`,
    ],
    ["every attempt fails at once", `async () => { throw new Error("no"); }`],
    [
      "the global fetch rejects with an error that holds itself many times",
      `async () => {
      const error = new AggregateError([], "no");
      throw Object.assign(error, { cause: error, errors: Array(20).fill(error) });
    }`,
      true,
    ],
    ...["x", "eyJ", "eyJ ", "é", "%6B", "key-9c4", "\\n"].map((text) => [
      `a failure is told in a megabyte of ${JSON.stringify(text)}`,
      `async () => Response.json({ message: ${JSON.stringify(text)}.repeat(2 ** 20 / ${text.length} - 64) }, { status: 400 })`,
    ]),
    [
      "a failure is told in JSON of a hundred thousand levels",
      `async () =>
      new Response('{"message":' + "[".repeat(1e5) + "]".repeat(1e5) + "}", { status: 400 })`,
    ],
    [
      "an answer is JSON of a hundred thousand levels",
      `async () =>
      new Response('{"token":' + "[".repeat(1e5) + "]".repeat(1e5) + "}")`,
    ],
  ]) {
    test(what, LIMIT, async () => {
      const { exit, stdout, stderr } = await run(`
        import { AuthApi } from "smsworks-wasm";
        globalThis.fetch = ${fetch};
        const api = new AuthApi({ fetch: ${isGlobal ? undefined : "globalThis.fetch"}, timeoutMs: 500, retries: 1e9 });
        const error = await api.login({ customerid: "c-7f3a", key: "key-9c41", secret: "s-e05b" }).catch((error) => error);
        console.log(error.name, error.message.length < 1000);
      `);
      assert.deepEqual({ exit, stdout, stderr }, { exit: 0, stdout: "SmsWorksError true\n", stderr: "" });
    });
  }
});

test("a call that is answered does not wait for its deadline", LIMIT, async () => {
  const api = new AuthApi({ fetch: answering({ token: TOKEN }), timeoutMs: 1e9 });
  assert.deepEqual(await LOGIN.on(api), { token: TOKEN });
});

test("a reply in time is a reply, however slowly it comes", LIMIT, async (t) => {
  const bytes = JSON.stringify({ token: TOKEN });
  const server = await hostileServer(t, async (peer) => {
    await peer.write(head(200, { "Content-Length": bytes.length }));
    for (const byte of bytes) {
      await peer.write(byte);
      await new Promise(setImmediate);
    }
    peer.end();
  });
  assert.deepEqual(await LOGIN.on(new AuthApi({ baseUrl: server.baseUrl })), { token: TOKEN });
});
