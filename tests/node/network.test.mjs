// Whatever a server does, a call settles, with the code that fits and without a word of what was sent or received.
import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { gzipSync } from "node:zlib";
import { AuthApi, SmsWorks, SmsWorksError } from "smsworks-wasm";
import { BODY_TEXT, CALLS, CREDENTIALS, KEY_SECRET, nextCallWorks, PAIR, rejection, TOKEN } from "./calls.mjs";
import { head, hostileServer, json, refusingUrl, reply, reset, silence } from "./hostile-server.mjs";
import { assertHoldsNothingSecret } from "./secrecy.mjs";

const LIMIT = { timeout: 20_000 };
const DAY_S = 86_400;
const SHORT_MS = 1000;
const MIB = 2 ** 20;
// What any client lets go by before it has noticed: its own buffers and both sockets'.
const UNNOTICED = 32 * MIB;

const html = `<html><body>${BODY_TEXT}</body></html>`;
const halfOf = (value) => {
  const text = JSON.stringify(value);
  return text.slice(0, text.length / 2);
};
/** The answer with its first string replaced. */
const broken = (answer, value) => ({ ...answer, [Object.keys(answer).at(-1)]: value });
const brokenUtf8 = (answer) => Buffer.from(JSON.stringify(answer).replace(/.(?="}$)/, "\xff"), "latin1");
/** Sends this much and then goes, or stays. */
const partOf = (status, bytes, then) => async (peer) => {
  await peer.write(head(status, { "Content-Length": bytes.length * 2 }));
  await peer.write(bytes);
  then(peer);
};

// Each row: what the server does; the script, from what the call expects; and the error's fields.
const ROWS = [
  ["resets the connection before the reply", () => reset, { code: "network", retryable: true }],
  ["closes the connection before the reply", () => (peer) => peer.end(), { code: "network", retryable: true }],
  [
    "resets the connection in the middle of the headers",
    () => async (peer) => {
      await peer.write("HTTP/1.1 200 OK\r\nContent-Le");
      peer.reset();
    },
    { code: "network", retryable: true },
  ],
  [
    "resets the connection in the middle of the body",
    ({ status, answer }) => partOf(status, halfOf(answer), (peer) => peer.reset()),
    { code: "network", retryable: true },
  ],
  [
    "closes the connection in the middle of the body",
    ({ status, answer }) => partOf(status, halfOf(answer), (peer) => peer.end()),
    { code: "network", retryable: true },
  ],
  [
    "resets the connection between two chunks of the body",
    ({ status, answer }) =>
      async (peer) => {
        const half = halfOf(answer);
        await peer.write(head(status, { "Transfer-Encoding": "chunked", Connection: "keep-alive" }));
        await peer.write(`${half.length.toString(16)}\r\n${half}\r\n`);
        peer.reset();
      },
    { code: "network", retryable: true },
  ],
  [
    "answers in another protocol",
    ({ answer }) =>
      (peer) =>
        peer.end(`${JSON.stringify(answer)}\r\n${BODY_TEXT}\r\n\r\n`),
    { code: "network" },
  ],
  [
    "announces chunks and sends none",
    ({ status, answer }) =>
      async (peer) => {
        await peer.write(head(status, { "Transfer-Encoding": "chunked" }));
        peer.end(`${JSON.stringify(answer)}\r\n${BODY_TEXT}\r\n`);
      },
    { code: "network" },
  ],
  [
    "announces gzip and sends none",
    ({ status, answer }) => reply(status, JSON.stringify(answer), { "Content-Encoding": "gzip" }),
    { code: "network" },
  ],

  ["is silent before the headers", () => silence, { code: "timeout", retryable: true }],
  [
    "is silent in the middle of the headers",
    () => (peer) => peer.write("HTTP/1.1 200 OK\r\nContent-Le"),
    { code: "timeout" },
  ],
  [
    "is silent after the headers",
    ({ status }) =>
      (peer) =>
        peer.write(head(status, { "Content-Length": 99 })),
    { code: "timeout", retryable: true },
  ],
  [
    "is silent in the middle of the body",
    ({ status, answer }) => partOf(status, halfOf(answer), silence),
    { code: "timeout" },
  ],
  [
    "is silent after the headers of a failure",
    () => (peer) => peer.write(head(500, { "Content-Length": 99 })),
    { code: "timeout" },
  ],
  [
    "drips a body that never ends",
    ({ status }) =>
      async (peer) => {
        await peer.write(head(status));
        await peer.drip(" ");
      },
    { code: "timeout", retryable: true },
  ],
  [
    "drips headers that never end",
    () => async (peer) => {
      await peer.write("HTTP/1.1 200 OK\r\nX-Long: ");
      await peer.drip("x");
    },
    { code: "timeout" },
  ],

  ["answers 200 with nothing", () => reply(200), { code: "invalid_response", status: 200 }],
  ["answers 204", () => (peer) => peer.end(head(204)), { code: "invalid_response", status: 204 }],
  ["answers null", ({ status }) => json(status, null), { code: "invalid_response" }],
  ["answers an array", ({ status }) => json(status, []), { code: "invalid_response" }],
  ["answers an array of the answer", ({ status, answer }) => json(status, [answer]), { code: "invalid_response" }],
  ["answers a string", ({ status }) => json(status, BODY_TEXT), { code: "invalid_response" }],
  ["answers a number", ({ status }) => json(status, 7), { code: "invalid_response" }],
  ["answers true", ({ status }) => json(status, true), { code: "invalid_response" }],
  ["answers an empty object", ({ status }) => json(status, {}), { code: "invalid_response" }],
  [
    "answers a number where a string belongs",
    ({ status, answer }) => json(status, broken(answer, 7)),
    { code: "invalid_response" },
  ],
  [
    "answers null where a string belongs",
    ({ status, answer }) => json(status, broken(answer, null)),
    { code: "invalid_response" },
  ],
  [
    "answers an object where a string belongs",
    ({ status, answer }) => json(status, broken(answer, { BODY_TEXT })),
    { code: "invalid_response" },
  ],
  [
    "answers an array where a string belongs",
    ({ status, answer }) => json(status, broken(answer, [BODY_TEXT])),
    { code: "invalid_response" },
  ],
  [
    "answers the other call's model",
    ({ status, operation }) => json(status, operation === "login" ? PAIR : { token: TOKEN }),
    { code: "invalid_response" },
  ],
  ["answers truncated JSON", ({ status, answer }) => reply(status, halfOf(answer)), { code: "invalid_response" }],
  [
    "answers JSON and something after it",
    ({ status, answer }) => reply(status, `${JSON.stringify(answer)}${BODY_TEXT}`),
    { code: "invalid_response" },
  ],
  ["answers broken UTF-8", ({ status, answer }) => reply(status, brokenUtf8(answer)), { code: "invalid_response" }],
  ["answers HTML as a success", () => reply(200, html), { code: "invalid_response", status: 200 }],

  ["answers HTML 500", () => reply(500, html), { code: "http", status: 500, retryable: true, api: undefined }],
  ["answers an empty 502", () => reply(502), { code: "http", status: 502, retryable: true, api: undefined }],
  [
    "answers a 404 in plain text",
    () => reply(404, BODY_TEXT),
    { code: "http", status: 404, effect: "none", retryable: false, api: undefined },
  ],
  [
    "answers a 400 with broken UTF-8",
    ({ answer }) => reply(400, brokenUtf8(answer)),
    { code: "http", status: 400, effect: "none", api: undefined },
  ],
  [
    "answers a 500 with the answer's model",
    ({ answer }) => json(500, answer),
    { code: "http", status: 500, api: undefined },
  ],
  ["answers a 400 with null", () => json(400, null), { code: "http", status: 400, effect: "none", api: undefined }],
  ["answers 304", () => (peer) => peer.end(head(304)), { code: "http", status: 304 }],

  [
    "answers 503, to be tried again in a day",
    () => reply(503, "", { "Retry-After": DAY_S }),
    { code: "http", status: 503, effect: "none", retryable: true, retryAfterMs: DAY_S * 1000 },
    {},
  ],
  [
    "answers 429, to be tried again in a day",
    () => reply(429, "", { "Retry-After": DAY_S }),
    { code: "http", status: 429, effect: "none", retryable: true, retryAfterMs: DAY_S * 1000 },
    {},
  ],
];
describe("a server that", { concurrency: 16 }, () => {
  for (const [what, script, fields, options = { retries: 0 }] of ROWS) {
    describe(what, { concurrency: true }, () => {
      for (const call of CALLS) {
        test(`makes ${call.operation} reject with ${fields.code}`, LIMIT, async (t) => {
          const server = await hostileServer(t, script(call));
          const short = fields.code === "timeout" ? { timeoutMs: SHORT_MS } : {};
          const { reason: error } = await rejection(
            call.on(new AuthApi({ baseUrl: server.baseUrl, ...short, ...options })),
          );
          assert.ok(error instanceof SmsWorksError);
          const expected = { effect: "unknown", ...fields };
          // A key pair may have been made.
          if (expected.effect === "unknown" && call === KEY_SECRET) expected.retryable = false;
          const actual = Object.fromEntries(Object.keys(expected).map((name) => [name, error[name]]));
          assert.deepEqual(actual, expected);
          assert.equal(error.operation, call.operation);
          assertHoldsNothingSecret(error);
          // On a machine that is busy enough, the time is over before the request is there.
          assert.ok(server.requests.length === 1 || (server.requests.length === 0 && error.code === "timeout"));
          await nextCallWorks(call);
        });
      }
    });
  }
});

for (const call of CALLS) {
  test(`a refused connection makes ${call.operation} reject with network`, LIMIT, async (t) => {
    const api = new AuthApi({ baseUrl: await refusingUrl(t), retries: 0 });
    const { reason: error } = await rejection(call.on(api));
    assert.deepEqual([error.code, error.operation, error.effect], ["network", call.operation, "none"]);
    assert.equal(error.retryable, true);
    assert.match(error.message, /failed before anything was sent \(ECONNREFUSED\)/);
    assert.ok(error.cause instanceof TypeError, "The cause is what fetch rejected with");
    assertHoldsNothingSecret(error);
    await nextCallWorks(call);
  });

  const filled = (length) => {
    const text = JSON.stringify({ ...call.answer, filler: "" });
    return text.replace('""', `"${"x".repeat(length - text.length)}"`);
  };
  const chunked = (status, text) => async (peer) => {
    await peer.write(head(status, { "Transfer-Encoding": "chunked" }));
    for (let at = 0; at < text.length; at += 50_000) {
      const chunk = text.slice(at, at + 50_000);
      await peer.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
    }
    peer.end("0\r\n\r\n");
  };
  const gzipped = (status, text) => reply(status, gzipSync(text), { "Content-Encoding": "gzip" });
  for (const [how, script] of [
    ["of a known length", reply],
    ["in chunks", chunked],
    ["in gzip", gzipped],
  ]) {
    test(`${call.operation} takes a body of 1 MiB ${how}, and not a byte more`, LIMIT, async (t) => {
      const [fits, exceeds] = [filled(MIB), filled(MIB + 1)];
      assert.equal(Buffer.byteLength(fits), MIB);
      const server = await hostileServer(t, script(call.status, fits), script(call.status, exceeds));
      const api = new AuthApi({ baseUrl: server.baseUrl });
      assert.deepEqual(await call.on(api), JSON.parse(fits));
      const { reason: error } = await rejection(call.on(api));
      assert.deepEqual([error.code, error.status], ["invalid_response", call.status]);
      assertHoldsNothingSecret(error, "x".repeat(64));
      assert.equal(server.requests.length, 2);
    });
  }

  const total = 256 * MIB;
  const chunk = Buffer.alloc(64 * 1024, "x");
  for (const [how, headers] of [
    ["that is announced", { "Content-Length": total }],
    ["that comes unannounced", {}],
  ]) {
    for (const status of [call.status, 500]) {
      test(`${call.operation} cuts off a ${status} with 256 MiB ${how}, and never holds it`, LIMIT, async (t) => {
        let sent;
        const server = await hostileServer(t, async (peer) => {
          await peer.write(head(status, headers));
          sent = peer.pour(chunk, total);
        });
        const { reason: error } = await rejection(call.on(new AuthApi({ baseUrl: server.baseUrl, retries: 0 })));
        assert.deepEqual([error.code, error.status], ["invalid_response", status]);
        assertHoldsNothingSecret(error, "x".repeat(64));
        const peer = await server.request(1);
        await peer.closed;
        const bytes = await sent;
        assert.ok(bytes < UNNOTICED, `The server got rid of ${bytes} bytes`);
      });
    }
  }

  test(`${call.operation} cuts off a gzip body that inflates to 256 MiB`, LIMIT, async (t) => {
    const server = await hostileServer(t, gzipped(call.status, Buffer.alloc(total, " ")));
    const before = process.memoryUsage().rss;
    const { reason: error } = await rejection(call.on(new AuthApi({ baseUrl: server.baseUrl })));
    const grown = process.memoryUsage().rss - before;
    assert.equal(error.code, "invalid_response");
    assert.ok(grown < total / 2, `The process grew by ${grown} bytes`);
  });

  test(`${call.operation} closes the connection of a call that timed out`, LIMIT, async (t) => {
    const server = await hostileServer(t, silence, (peer) => peer.write(head(call.status, { "Content-Length": 99 })));
    const api = new AuthApi({ baseUrl: server.baseUrl, timeoutMs: SHORT_MS, retries: 0 });
    for (const count of [1, 2]) {
      do assert.equal((await rejection(call.on(api))).reason.code, "timeout");
      while (server.requests.length < count);
      await (await server.request(count)).closed;
    }
  });
}

test("a 103 before the reply is not the reply", LIMIT, async (t) => {
  const server = await hostileServer(t, async (peer) => {
    await peer.write("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
    json(200, { token: TOKEN })(peer);
  });
  assert.deepEqual(await new AuthApi({ baseUrl: server.baseUrl }).login(CREDENTIALS), { token: TOKEN });
});

const BATCH = { params: { batchid: "b" } };
const batchOf = (answer) => {
  const fetch = async (url) => (url.endsWith("/auth/token") ? Response.json({ token: TOKEN }) : answer());
  return new SmsWorks({ credentials: { key: "k", secret: "s" }, fetch }).request("GET /batch/{batchid}", BATCH);
};

test("a reply of 60 MB is read while other work goes on", LIMIT, async (t) => {
  const text = JSON.stringify({ messageid: "m", content: "x".repeat(200) });
  const count = Math.floor(60_000_000 / (text.length + 1));
  const server = await hostileServer(t, json(200, { token: TOKEN }), async (peer) => {
    await peer.write(head(200, { "Content-Type": "application/json" }));
    await peer.write(`[${text}`);
    const chunk = `,${text}`.repeat(1000);
    for (let left = count - 1; left > 0; left -= 1000) await peer.write(chunk.slice(0, left * (text.length + 1)));
    peer.end("]");
  });
  let turns = 0;
  const ticking = setInterval(() => turns++, 1);
  t.after(() => clearInterval(ticking));
  const sms = new SmsWorks({ credentials: { key: "k", secret: "s" }, baseUrl: server.baseUrl });
  const list = await sms.request("GET /batch/{batchid}", BATCH);
  assert.equal(list.length, count);
  assert.ok(turns > 10, `${turns} turns`);
});

test("a reply in 100,000 chunks is read, and a timer has its turn in between", LIMIT, async (t) => {
  const space = Uint8Array.of(32);
  const rest = [Uint8Array.of(91), ...Array.from({ length: 100_000 }, () => space), Uint8Array.of(93)].values();
  let turns = 0;
  const ticking = setInterval(() => turns++, 1);
  t.after(() => clearInterval(ticking));
  const answer = () => new Response(ReadableStream.from(rest));
  assert.deepEqual(await batchOf(answer), []);
  assert.ok(turns > 10, `${turns} turns`);
});

test("a reply of more than 64 MiB that comes unannounced is cut off, and its stream let go", LIMIT, async () => {
  const chunk = new Uint8Array(2 ** 20).fill(32);
  let chunks = 0;
  let isCancelled = false;
  const stream = new ReadableStream({
    pull: (controller) => {
      chunks++;
      controller.enqueue(chunk);
    },
    cancel: () => {
      isCancelled = true;
    },
  });
  const { reason: error } = await rejection(batchOf(() => new Response(stream)));
  assert.deepEqual([error.code, error.status, error.retryable], ["invalid_response", 200, false]);
  assert.match(error.message, /larger than 64 MiB/);
  assert.equal(isCancelled, true);
  assert.ok(chunks <= 67, `${chunks} MiB`);
});
