// A caller's fetch may do anything: the call is a SmsWorksError, and the next one works.
import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { runInNewContext } from "node:vm";
import { AuthApi, SmsWorks, SmsWorksError } from "smsworks-wasm";
import { CALLS, nextCallWorks, rejection, TOKEN } from "./calls.mjs";
import { assertHoldsNothingSecret } from "./secrecy.mjs";

const LIMIT = { timeout: 20_000 };
const THROWN = [
  ["a string", "why"],
  ["an empty string", ""],
  ["null", null],
  ["undefined", undefined],
  ["a number", 7],
  ["false", false],
  ["a Symbol", Symbol("why")],
  ["a BigInt", 7n],
  ["an Error", new Error("why")],
  ["a frozen Error", Object.freeze(new TypeError("why"))],
  ["an Error of another realm", runInNewContext("new TypeError('why')")],
  ["an object", { why: true }],
  ["an object without a prototype", Object.create(null)],
  ["an object whose getters throw", getters(["name", "message", "stack", "cause", "toString", "then"])],
  ["a Proxy whose traps throw", throwingProxy()],
  ["a function", () => "why"],
  ["a promise", Promise.resolve("why")],
];

function getters(names, on = {}) {
  for (const name of names) {
    Object.defineProperty(on, name, {
      get() {
        throw new Error(`${name} is not to be read`);
      },
    });
  }
  return on;
}

function throwingProxy() {
  const refuse = () => {
    throw new Error("not to be touched");
  };
  return new Proxy({}, Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((trap) => [trap, refuse])));
}

/** How a call with this fetch fails, which must be as a SmsWorksError, and not by a fault of the core. */
async function failure(call, fetch, options) {
  const { reason: error } = await rejection(call.on(new AuthApi({ fetch, retries: 0, ...options })));
  assert.ok(error instanceof SmsWorksError, "The rejection is no SmsWorksError");
  assert.equal(error.operation, call.operation);
  assert.notEqual(error.code, "internal");
  await nextCallWorks(call);
  return error;
}

for (const call of CALLS) {
  for (const [what, thrown] of THROWN) {
    for (const [how, fetch] of [
      ["rejects with", () => Promise.reject(thrown)],
      [
        "throws",
        () => {
          throw thrown;
        },
      ],
      ["returns a thenable that rejects with", () => ({ then: (_, reject) => reject(thrown) })],
      [
        "returns a thenable whose then throws",
        () => ({
          then() {
            throw thrown;
          },
        }),
      ],
      [
        "returns a thenable without a then that can be read, for it throws",
        () =>
          Object.defineProperty({}, "then", {
            get() {
              throw thrown;
            },
          }),
      ],
    ]) {
      test(
        `a fetch that ${how} ${what} makes ${call.operation} reject with network, and that as its cause`,
        LIMIT,
        async () => {
          const error = await failure(call, fetch);
          assert.equal(error.code, "network");
          assert.ok("cause" in error);
          assert.ok(Object.is(error.cause, thrown));
        },
      );
    }
  }

  for (const [what, resolved] of [
    ["undefined", () => undefined],
    ["null", () => null],
    ["a number", () => 200],
    ["a string", () => "JWT"],
    ["true", () => true],
    ["a Symbol", () => Symbol("why")],
    ["a BigInt", () => 200n],
    ["a function", () => () => {}],
    ["an empty object", () => ({})],
    ["an object without a prototype", () => Object.create(null)],
    ["an array", () => []],
    [
      "a Proxy whose traps throw, but for then",
      () =>
        new Proxy(
          {},
          {
            get(_, name) {
              if (name === "then") return undefined;
              throw new Error("not to be touched");
            },
          },
        ),
    ],
    ["a status that is a string", () => ({ status: "200", text: async () => JSON.stringify(call.answer) })],
    ["a status that is NaN", () => ({ status: NaN, text: async () => JSON.stringify(call.answer) })],
    ["a status that is a fraction", () => ({ status: 200.5, text: async () => JSON.stringify(call.answer) })],
    ["a status that is negative", () => ({ status: -200, text: async () => JSON.stringify(call.answer) })],
    ["a status beyond all statuses", () => ({ status: 65_736, text: async () => JSON.stringify(call.answer) })],
    ["a status that is Infinity", () => ({ status: Infinity, text: async () => JSON.stringify(call.answer) })],
    ["Response.error()", () => Response.error()],
    ["a status alone", () => ({ status: 200 })],
    [
      "an object whose getters throw",
      () => getters(["status", "ok", "type", "headers", "body", "text", "json", "arrayBuffer"]),
    ],
    [
      "a good status beside getters that throw",
      () => getters(["type", "headers", "body", "text", "json", "arrayBuffer", "url", "ok"], { status: 200 }),
    ],
    [
      "a bad status beside getters that throw",
      () => getters(["type", "headers", "body", "text", "json", "arrayBuffer", "url", "ok"], { status: 500 }),
    ],
    [
      "a Response subclass whose getters throw",
      () =>
        new (class extends Response {
          get status() {
            throw new Error("not to be read");
          }
          get headers() {
            throw new Error("not to be read");
          }
        })("{}"),
    ],
    [
      "a Response subclass whose body throws",
      () =>
        new (class extends Response {
          get body() {
            throw new Error("not to be read");
          }
          text() {
            throw new Error("not to be read");
          }
          json() {
            throw new Error("not to be read");
          }
        })("{}"),
    ],
    [
      "a Response whose body was read",
      async () => {
        const response = Response.json(call.answer);
        await response.text();
        return response;
      },
    ],
    [
      "a Response whose body is locked",
      () => {
        const response = Response.json(call.answer);
        response.body.getReader();
        return response;
      },
    ],
  ]) {
    test(`a fetch that resolves with ${what} makes ${call.operation} a SmsWorksError`, LIMIT, async () => {
      const error = await failure(call, async () => resolved());
      assert.ok(["invalid_response", "network", "http"].includes(error.code), error.code);
    });
  }

  for (const [what, headers] of [
    ["none", undefined],
    ["null", null],
    ["a plain object", { "retry-after": "0" }],
    ["an array", [["retry-after", "0"]]],
    ["a Map", new Map([["retry-after", "0"]])],
    ["a string", "retry-after: 0"],
    [
      "an object whose get throws",
      {
        get() {
          throw new Error("not to be called");
        },
      },
    ],
    ["an object whose get is no function", { get: 7 }],
    ["an object whose get returns an object", { get: () => ({}) }],
    ["an object whose get returns a Symbol", { get: () => Symbol("why") }],
    ["an object whose get returns a promise", { get: async () => "0" }],
  ]) {
    test(`headers that are ${what} do not spoil the reply to ${call.operation}`, LIMIT, async () => {
      const reply = (status, value) => async () => ({ status, headers, text: async () => JSON.stringify(value) });
      assert.deepEqual(await call.on(new AuthApi({ fetch: reply(call.status, call.answer) })), call.answer);
      const error = await failure(call, reply(400, { message: "No" }));
      assert.deepEqual([error.code, error.status, error.api], ["http", 400, { message: "No" }]);
    });
  }

  const reading = (reader) => async () => ({ status: 200, headers: new Headers(), body: { getReader: () => reader } });
  const chunks = (...values) => {
    const left = [...values];
    return { read: async () => (left.length > 0 ? { done: false, value: left.shift() } : { done: true }) };
  };
  for (const [what, fetch] of [
    ["a body without getReader", async () => ({ status: 200, body: {} })],
    [
      "a body whose getReader throws",
      async () => ({
        status: 200,
        body: {
          getReader() {
            throw new Error("why");
          },
        },
      }),
    ],
    ["a body whose getReader returns nothing", async () => ({ status: 200, body: { getReader() {} } })],
    ["a body that is a string", async () => ({ status: 200, body: JSON.stringify(call.answer) })],
    ["a reader without read", reading({})],
    [
      "a reader whose read throws",
      reading({
        read() {
          throw new Error("why");
        },
      }),
    ],
    ["a reader whose read rejects", reading({ read: () => Promise.reject("why") })],
    ["a reader whose read resolves with undefined", reading({ read: async () => undefined })],
    ["a reader whose read resolves with null", reading({ read: async () => null })],
    ["a reader whose read resolves with a number", reading({ read: async () => 7 })],
    ["a reader whose read resolves with getters that throw", reading({ read: async () => getters(["done", "value"]) })],
    ["a reader whose chunk is undefined", reading(chunks(undefined))],
    ["a reader whose chunk is null", reading(chunks(null))],
    ["a reader whose chunk is a string", reading(chunks(JSON.stringify(call.answer)))],
    ["a reader whose chunk is a number", reading(chunks(7))],
    ["a reader whose chunk is an object", reading(chunks({}))],
    ["a reader whose chunk is an array of bytes", reading(chunks([123, 125]))],
    ["a reader whose chunk claims to have bytes", reading(chunks({ byteLength: 2, length: 2, 0: 123, 1: 125 }))],
    ["a reader whose chunk has a length that is no number", reading(chunks({ byteLength: "2" }))],
    ["a reader whose chunk has a negative length", reading(chunks({ byteLength: -1 }))],
    ["a reader whose chunk has getters that throw", reading(chunks(getters(["byteLength", "length", "buffer"])))],
    [
      "a reader whose chunks are too many and whose cancel throws",
      reading({
        ...chunks(new Uint8Array(2 ** 20), new Uint8Array(1)),
        cancel() {
          throw new Error("why");
        },
      }),
    ],
    [
      "a reader whose chunks are too many and whose cancel rejects",
      reading({
        ...chunks(new Uint8Array(2 ** 20), new Uint8Array(1)),
        cancel: () => Promise.reject(new Error("why")),
      }),
    ],
    ["a reader whose chunks are too many and which has no cancel", reading(chunks(new Uint8Array(2 ** 20 + 1)))],
    [
      "a stream that errors with a string",
      async () =>
        new Response(
          new ReadableStream({
            start: (controller) => controller.error("why"),
          }),
        ),
    ],
    [
      "a stream that errors in the middle",
      async () =>
        new Response(
          new ReadableStream({
            start: (controller) => controller.enqueue(Buffer.from('{"')),
            pull: (controller) => controller.error(new Error("why")),
          }),
        ),
    ],
    [
      "a stream of strings",
      async () =>
        new Response(
          new ReadableStream({
            start(controller) {
              controller.enqueue(JSON.stringify(call.answer));
              controller.close();
            },
          }),
        ),
    ],
    [
      "a text that throws",
      async () => ({
        status: 200,
        text() {
          throw new Error("why");
        },
      }),
    ],
    ["a text that rejects", async () => ({ status: 200, text: () => Promise.reject("why") })],
    ["a text that is no text", async () => ({ status: 200, text: async () => 7 })],
    ["a text that is a Symbol", async () => ({ status: 200, text: async () => Symbol("why") })],
    [
      "a text that cannot be converted",
      async () => ({ status: 200, text: async () => getters(["toString", "valueOf"]) }),
    ],
    ["a text that is no JSON", async () => ({ status: 200, text: async () => "body-text-51c9" })],
    [
      "a json that throws",
      async () => ({
        status: 200,
        json() {
          throw new Error("why");
        },
      }),
    ],
    ["a json that rejects", async () => ({ status: 200, json: () => Promise.reject("why") })],
    ["a json that is undefined", async () => ({ status: 200, json: async () => undefined })],
    [
      "a json whose getters throw",
      async () => ({ status: 200, json: async () => getters(["key", "secret", "token"]) }),
    ],
    [
      "a json that is a Proxy whose traps throw, but for then",
      async () => ({
        status: 200,
        json: async () =>
          new Proxy(
            {},
            {
              get(_, name) {
                if (name === "then") return undefined;
                throw new Error("why");
              },
            },
          ),
      }),
    ],
  ]) {
    test(`${what} makes ${call.operation} a SmsWorksError`, LIMIT, async () => {
      const error = await failure(call, fetch);
      assert.ok(["invalid_response", "network"].includes(error.code), error.code);
      assertHoldsNothingSecret(error);
    });
  }

  for (const [what, fetch] of [
    ["a fetch", () => new Promise(() => {})],
    ["a thenable", () => ({ then() {} })],
    ["a read", reading({ read: () => new Promise(() => {}), cancel: () => new Promise(() => {}) })],
    ["a text", async () => ({ status: 200, text: () => new Promise(() => {}) })],
    ["a json", async () => ({ status: 200, json: () => new Promise(() => {}) })],
    ["a stream", async () => new Response(new ReadableStream({}))],
  ]) {
    test(`${what} that never settles makes ${call.operation} reject with timeout`, LIMIT, async () => {
      assert.equal((await failure(call, fetch, { timeoutMs: 50 })).code, "timeout");
    });
  }

  const text = JSON.stringify(call.answer);
  const foreign = (source) => runInNewContext(source, { text, bytes: [...Buffer.from(text)], status: call.status });
  for (const [what, fetch] of [
    ["a Response", async () => new Response(text, { status: call.status })],
    ["a Response that is not in a promise", () => new Response(text, { status: call.status })],
    ["a thenable of a Response", () => ({ then: (resolve) => resolve(new Response(text)) })],
    [
      "a mock with ok, status, headers and json",
      async () => ({ ok: true, status: call.status, headers: new Headers(), json: async () => call.answer }),
    ],
    ["a mock with status and json", async () => ({ status: call.status, json: async () => call.answer })],
    ["a mock whose json is no promise", async () => ({ status: call.status, json: () => ({ ...call.answer }) })],
    ["a mock with status and text", async () => ({ status: call.status, text: async () => text })],
    ["a mock whose text is no promise", async () => ({ status: call.status, text: () => text })],
    ["a mock whose body is null", async () => ({ status: call.status, body: null, text: async () => text })],
    [
      "a mock whose body is a stream of Node's",
      async () => ({ status: call.status, body: { pipe() {} }, text: async () => text }),
    ],
    [
      "a mock that was made by a class",
      async () =>
        new (class {
          #text = text;
          get status() {
            return call.status;
          }
          async text() {
            return this.#text;
          }
        })(),
    ],
    ["a stream of Buffers", async () => new Response(ReadableStream.from([Buffer.from(text)]))],
    [
      "a reader without promises",
      reading(
        (() => {
          const left = [{ done: false, value: Buffer.from(text) }];
          return { read: () => left.shift() ?? { done: true } };
        })(),
      ),
    ],
    ["an object of another realm, with text", () => foreign("(async () => ({ status, text: async () => text }))()")],
    [
      "an object of another realm, with json",
      () => foreign("(async () => ({ status, json: async () => JSON.parse(text) }))()"),
    ],
    [
      "an object of another realm, with a reader of bytes of that realm",
      () =>
        foreign(`(async () => {
      const left = [{ done: false, value: new Uint8Array(bytes.slice(0, 5)) }, { done: false, value: new Uint8Array(bytes.slice(5)) }];
      const read = async () => left.shift() ?? { done: true, value: undefined };
      const headers = { get: () => null };
      return { ok: true, status, headers, body: { getReader: () => ({ read, cancel: async () => {} }) } };
    })()`),
    ],
  ]) {
    test(`${what} is a reply to ${call.operation}`, LIMIT, async () => {
      const result = await call.on(new AuthApi({ fetch }));
      assert.equal(JSON.stringify(result), text);
    });
  }

  test(`a mock may fail ${call.operation} with the API's error model`, LIMIT, async () => {
    const error = await failure(call, async () => ({ ok: false, status: 403, json: async () => ({ message: "No" }) }));
    assert.deepEqual([error.code, error.status, error.api], ["http", 403, { message: "No" }]);
  });

  test(`an error of another realm is a cause of ${call.operation} as any other`, LIMIT, async () => {
    const fetch = runInNewContext("globalThis.error = new TypeError('why'); () => Promise.reject(globalThis.error)");
    const error = await failure(call, fetch);
    assert.deepEqual([error.code, error.cause.message], ["network", "why"]);
  });
}

describe("a global fetch that misbehaves", () => {
  for (const [what, value] of [
    ["is missing", undefined],
    ["is no function", 7],
    ["is null", null],
    ...THROWN.map(([what, thrown]) => [`rejects with ${what}`, () => Promise.reject(thrown)]),
    ...THROWN.map(([what, thrown]) => [
      `throws ${what}`,
      () => {
        throw thrown;
      },
    ]),
    ["resolves with nothing", async () => {}],
  ]) {
    test(`and ${what} fails the call, and the next one works`, LIMIT, async () => {
      const original = globalThis.fetch;
      globalThis.fetch = value;
      try {
        for (const call of CALLS) {
          const { reason: error } = await rejection(call.on(new AuthApi({ retries: 0 })));
          assert.ok(error instanceof SmsWorksError);
          assert.notEqual(error.code, "internal");
          await nextCallWorks(call);
        }
      } finally {
        globalThis.fetch = original;
      }
    });
  }
});

test("a login goes out by the global fetch that there is then, whatever call is under way", LIMIT, async (t) => {
  const stub = (name) => (url) => {
    sent.push(`${name} ${new URL(url).pathname}`);
    return url.endsWith("/slow") ? new Promise(() => {}) : Promise.resolve(Response.json({ token: TOKEN }));
  };
  const sent = [];
  const sms = new SmsWorks({ token: TOKEN, credentials: { key: "k", secret: "s" } });
  const slow = new AbortController();
  t.mock.method(globalThis, "fetch", stub("the first"));
  const isOver = rejection(sms.fetch("/slow", { signal: slow.signal }));
  await new Promise((resolve) => setTimeout(resolve));
  t.mock.method(globalThis, "fetch", stub("the second"));
  await sms.forget();
  await sms.token();
  slow.abort();
  await isOver;
  assert.deepEqual(sent, ["the first /v1/slow", "the second /v1/auth/token"]);
});

test(
  "a body that ends before its first byte, as WebKit has one that was cut off, is none, unless it was packed",
  LIMIT,
  async () => {
    for (const [headers, code] of [
      [{ "Content-Length": "13" }, "network"],
      [{ "Content-Length": "33", "Content-Encoding": "gzip" }, "network"],
      [{ "Content-Length": "20", "Content-Encoding": "gzip" }, undefined],
      [{ "Content-Length": "1", "Content-Encoding": "br" }, undefined],
      [{ "Content-Length": "0" }, undefined],
      [{}, undefined],
    ]) {
      const fetch = async () => new Response(new Blob([]).stream(), { headers });
      const balance = new SmsWorks({ fetch, token: TOKEN, retries: 0 }).credits.balance();
      assert.equal(await balance.catch((error) => error.code), code, JSON.stringify(headers));
    }
  },
);

test("a caller's fetch that fails is asked again as often as the server would be", LIMIT, async () => {
  for (const [call, count] of [
    [CALLS[0], 1],
    [CALLS[1], 3],
  ]) {
    let calls = 0;
    const fetch = async () => {
      calls++;
      throw `failure ${calls}`;
    };
    const { reason: error } = await rejection(call.on(new AuthApi({ fetch })));
    assert.deepEqual([calls, error.cause], [count, `failure ${count}`]);
  }
});

test("a fetch that makes a call of its own is no trouble", LIMIT, async () => {
  const inner = new AuthApi({ fetch: async () => Response.json({ token: TOKEN }) });
  const fetch = async () => Response.json(await inner.login({ key: "k", secret: "s" }));
  assert.deepEqual(await new AuthApi({ fetch }).login({ key: "k", secret: "s" }), { token: TOKEN });
});
