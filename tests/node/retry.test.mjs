// Each test counts the requests that the server saw.
import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { AuthApi, login } from "smsworks-wasm";
import { CALLS, CREDENTIALS, CUSTOMERID, KEY_SECRET, LOGIN, PAIR, rejection, TOKEN } from "./calls.mjs";
import { head, hostileServer, json, refusingUrl, reply, reset } from "./hostile-server.mjs";

const LIMIT = { timeout: 20_000 };
const model = { message: "Not now" };
const failure = (status, retryAfter) =>
  json(status, model, retryAfter === undefined ? {} : { "Retry-After": retryAfter });
const cut = async (peer) => {
  await peer.write(head(200, { "Content-Length": 99 }));
  await peer.write('{"token":');
  peer.reset();
};

/** Rows of what fails, how it fails, and whether login and keySecret are repeated. */
const FAILURES = [
  ["a reset before the reply", reset, { login: true, keySecret: false }],
  ["a close before the reply", (peer) => peer.end(), { login: true, keySecret: false }],
  ["a reset in the middle of the body", cut, { login: true, keySecret: false }],
  ...[408, 425, 500, 501, 502, 503, 504, 507, 599].map((status) => [
    `a ${status}`,
    failure(status),
    { login: true, keySecret: false },
  ]),
  ["an HTML 502", reply(502, "<html>"), { login: true, keySecret: false }],
  ["a 500 with Retry-After", failure(500, 0), { login: true, keySecret: false }],
  ["a 408 with Retry-After", failure(408, 0), { login: true, keySecret: false }],
  ["a 504 with Retry-After", failure(504, 0), { login: true, keySecret: false }],
  ["a 503 with a Retry-After that says nothing", failure(503, "soon"), { login: true, keySecret: false }],
  ["a 429", failure(429), { login: true, keySecret: true }],
  ["a 429 with Retry-After", failure(429, 0), { login: true, keySecret: true }],
  ["a 503 with Retry-After", failure(503, 0), { login: true, keySecret: true }],
  [
    "a 503 with a Retry-After that has passed",
    failure(503, new Date(0).toUTCString()),
    { login: true, keySecret: true },
  ],
  ...[400, 401, 402, 403, 404, 405, 409, 410, 413, 422].map((status) => [
    `a ${status}`,
    failure(status, 0),
    { login: false, keySecret: false },
  ]),
  ["a redirect", reply(307, "", { Location: "/", "Retry-After": 0 }), { login: false, keySecret: false }],
  ["a 200 that is not the model", json(200, { "Retry-After": 0 }), { login: false, keySecret: false }],
  ["an empty 200", reply(200, "", { "Retry-After": 0 }), { login: false, keySecret: false }],
];

// All at once, since they wait for one backoff each.
describe("what is repeated", { concurrency: true }, () => {
  for (const [what, script, repeats] of FAILURES) {
    for (const call of CALLS) {
      const isRepeated = repeats[call.operation];
      test(`${what} of ${call.operation} is ${isRepeated ? "" : "not "}tried again`, LIMIT, async (t) => {
        const server = await hostileServer(t, script, json(call.status, call.answer));
        const promise = call.on(new AuthApi({ baseUrl: server.baseUrl }));
        if (isRepeated) assert.deepEqual(await promise, call.answer);
        else await rejection(promise);
        assert.equal(server.requests.length, isRepeated ? 2 : 1);
      });

      test(`${what} of ${call.operation} is not tried again with retries: 0`, LIMIT, async (t) => {
        const server = await hostileServer(t, script, json(call.status, call.answer));
        await rejection(call.on(new AuthApi({ baseUrl: server.baseUrl, retries: 0 })));
        await rejection(call.on(new AuthApi({ baseUrl: (await hostileServer(t, script)).baseUrl }), { retries: 0 }));
        assert.equal(server.requests.length, 1);
      });
    }
  }
});

describe("how often", { concurrency: true }, () => {
  for (const call of CALLS) {
    for (const [options, count] of [
      [{}, 3],
      [{ retries: 0 }, 1],
      [{ retries: 1 }, 2],
      [{ retries: 7 }, 8],
    ]) {
      test(`${call.operation} with ${JSON.stringify(options)} makes ${count} requests in all`, LIMIT, async (t) => {
        const server = await hostileServer(t, failure(429, 0));
        const { reason: error } = await rejection(call.on(new AuthApi({ baseUrl: server.baseUrl, ...options })));
        assert.deepEqual([error.code, error.status, error.retryAfterMs], ["http", 429, 0]);
        assert.equal(server.requests.length, count);
      });
    }

    test(`${call.operation} gives up with the last failure, not the first`, LIMIT, async (t) => {
      const server = await hostileServer(t, failure(429, 0), failure(503, 0), json(400, { message: "The last" }));
      const { reason: error } = await rejection(call.on(new AuthApi({ baseUrl: server.baseUrl, retries: 9 })));
      assert.deepEqual([error.status, error.api], [400, { message: "The last" }]);
      assert.equal(server.requests.length, 3);
    });

    test(`every attempt of ${call.operation} sends the same`, LIMIT, async (t) => {
      const server = await hostileServer(t, failure(429, 0), failure(503, 0), json(call.status, call.answer));
      await call.on(new AuthApi({ baseUrl: server.baseUrl }));
      const [first, ...others] = server.requests;
      assert.equal(others.length, 2);
      for (const other of others) assert.deepEqual(other, first);
    });
  }

  test("a refused connection of login is tried again, and reported in the end", LIMIT, async (t) => {
    let count = 0;
    const fetch = (...args) => {
      count++;
      return globalThis.fetch(...args);
    };
    const { reason: error } = await rejection(LOGIN.on(new AuthApi({ baseUrl: await refusingUrl(t), fetch })));
    assert.deepEqual([error.code, count], ["network", 3]);
  });

  test("a refused connection of keySecret is not tried again", LIMIT, async (t) => {
    let count = 0;
    const fetch = (...args) => {
      count++;
      return globalThis.fetch(...args);
    };
    const { reason: error } = await rejection(KEY_SECRET.on(new AuthApi({ baseUrl: await refusingUrl(t), fetch })));
    assert.deepEqual([error.code, count], ["network", 1]);
  });

  test("the options of a call say how often, before the client's", LIMIT, async (t) => {
    const server = await hostileServer(t, failure(429, 0));
    await rejection(new AuthApi({ baseUrl: server.baseUrl, retries: 0 }).keySecret(CUSTOMERID, { retries: 3 }));
    assert.equal(server.requests.length, 4);
    await rejection(login(CREDENTIALS, { baseUrl: server.baseUrl, retries: 1 }));
    assert.equal(server.requests.length, 6);
  });

  test("one call's retries are not another's", LIMIT, async (t) => {
    const server = await hostileServer(t, failure(429, 0));
    const api = new AuthApi({ baseUrl: server.baseUrl });
    await Promise.all([1, 2, 3, 4].map(() => rejection(LOGIN.on(api))));
    assert.equal(server.requests.length, 12);
  });
});

describe("Retry-After", { concurrency: true }, () => {
  for (const call of CALLS) {
    for (const status of [429, 503]) {
      test(`of a ${status} of ${call.operation} is waited for`, LIMIT, async (t) => {
        // A timer that was set first and for less, but for longer than any backoff before a first retry, fires first.
        let isEarly = true;
        let wasEarly;
        const server = await hostileServer(
          t,
          (peer) => {
            setTimeout(() => {
              isEarly = false;
            }, 900);
            failure(status, 1)(peer);
          },
          (peer) => {
            wasEarly = isEarly;
            json(call.status, call.answer)(peer);
          },
        );
        await call.on(new AuthApi({ baseUrl: server.baseUrl }));
        assert.equal(wasEarly, false);
      });

      for (const [what, retryAfter] of [
        ["61 seconds", 61],
        ["a day", 86_400],
        ["a year, as a date,", new Date(Date.now() + 3e10).toUTCString()],
      ]) {
        test(
          `of ${what} in a ${status} of ${call.operation}, beyond the deadline, fails at once with that ${status}`,
          LIMIT,
          async (t) => {
            const server = await hostileServer(t, failure(status, retryAfter), json(call.status, call.answer));
            const { reason: error } = await rejection(call.on(new AuthApi({ baseUrl: server.baseUrl })));
            assert.deepEqual([error.code, error.status, error.api], ["http", status, model]);
            assert.ok(error.retryAfterMs >= 61_000);
            assert.equal(server.requests.length, 1);
          },
        );
      }

      test(
        `is measured against the time that is left: a ${status} of ${call.operation} with a short deadline`,
        LIMIT,
        async (t) => {
          const server = await hostileServer(t, failure(status, 19), json(call.status, call.answer));
          const { reason: error } = await rejection(
            call.on(new AuthApi({ baseUrl: server.baseUrl, timeoutMs: 18_000 })),
          );
          assert.deepEqual([error.code, error.status, error.retryAfterMs], ["http", status, 19_000]);
        },
      );
    }
  }
});

test("a reply that is too large is not tried again", LIMIT, async (t) => {
  const server = await hostileServer(t, reply(200, "x".repeat(2 ** 20 + 1)), json(200, { token: TOKEN }));
  const { reason: error } = await rejection(LOGIN.on(new AuthApi({ baseUrl: server.baseUrl })));
  assert.deepEqual([error.code, server.requests.length], ["invalid_response", 1]);
});

test("a key pair that came is never asked for again", LIMIT, async (t) => {
  const server = await hostileServer(t, json(201, PAIR, { "Retry-After": 0 }));
  assert.deepEqual(await KEY_SECRET.on(new AuthApi({ baseUrl: server.baseUrl })), PAIR);
  assert.equal(server.requests.length, 1);
});
