// What a call does with a connection and with a long reply. How it ends at each fault of a server, tests/ecosystem/shared/faults says.
import assert from "node:assert/strict";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { AuthApi, SmsWorks } from "smsworks-wasm";
import { CALLS, nextCallWorks, rejection, TOKEN } from "./calls.mjs";
import { head, hostileServer, json, refusingUrl, reply, silence } from "./hostile-server.mjs";
import { assertHoldsNothingSecret } from "./secrecy.mjs";

const LIMIT = { timeout: 20_000 };
const _DAY_S = 86_400;
const SHORT_MS = 1000;
const MIB = 2 ** 20;
// What any client lets go by before it has noticed: its own buffers and both sockets'.
const UNNOTICED = 32 * MIB;

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
