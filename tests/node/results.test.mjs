import assert from "node:assert/strict";
import test from "node:test";
import { AuthApi, keySecret, Login, login } from "smsworks-wasm";
import { CALLS, CREDENTIALS, CUSTOMERID, PAIR, TOKEN } from "./calls.mjs";
import { hostileServer, json, reply } from "./hostile-server.mjs";

const LIMIT = { timeout: 20_000 };

for (const call of CALLS) {
  test(`${call.operation} resolves with a plain object that owns its fields`, LIMIT, async (t) => {
    const server = await hostileServer(t, json(call.status, call.answer));
    const result = await call.on(new AuthApi({ baseUrl: server.baseUrl }));
    assert.equal(Object.getPrototypeOf(result), Object.prototype);
    assert.deepEqual(Object.getOwnPropertyDescriptors(result), Object.getOwnPropertyDescriptors({ ...call.answer }));
    assert.deepEqual(structuredClone(result), call.answer);
    assert.equal(JSON.stringify(result), JSON.stringify(call.answer));
  });

  test(`${call.operation} keeps fields that nobody knows yet`, LIMIT, async (t) => {
    const answer = { ...call.answer, ai: { nested: [1, null, "é"] }, messageparts: 0, constructor: "x", then: null };
    const server = await hostileServer(t, json(call.status, answer));
    assert.deepEqual(await call.on(new AuthApi({ baseUrl: server.baseUrl })), answer);
  });

  test(`${call.operation} takes a field named __proto__ for a field`, LIMIT, async (t) => {
    const text = JSON.stringify(call.answer).replace("{", '{"__proto__":{"polluted":true},');
    const server = await hostileServer(t, reply(call.status, text));
    const result = await call.on(new AuthApi({ baseUrl: server.baseUrl }));
    assert.equal(Object.getPrototypeOf(result), Object.prototype);
    assert.deepEqual([result.polluted, {}.polluted], [undefined, undefined]);
  });

  test(`${call.operation} takes any 2xx for a success`, LIMIT, async (t) => {
    for (const status of [200, 201, 202, 203, 299]) {
      const server = await hostileServer(t, json(status, call.answer));
      assert.deepEqual(await call.on(new AuthApi({ baseUrl: server.baseUrl })), call.answer);
    }
  });

  test(`${call.operation} reads JSON whatever the Content-Type says`, LIMIT, async (t) => {
    for (const headers of [
      {},
      { "Content-Type": "text/html" },
      { "Content-Type": "application/json; charset=latin1" },
    ]) {
      const server = await hostileServer(t, reply(call.status, ` \n${JSON.stringify(call.answer)}\r\n`, headers));
      assert.deepEqual(await call.on(new AuthApi({ baseUrl: server.baseUrl })), call.answer);
    }
  });
}

test("a token is exactly what the API sent", LIMIT, async (t) => {
  for (const token of [TOKEN, TOKEN.slice(4), " JWT  a.b.c \n", "é😀\u0000", "Bearer x"]) {
    const server = await hostileServer(t, json(200, { token }));
    assert.deepEqual(await login(CREDENTIALS, { baseUrl: server.baseUrl }), { token });
  }
});

test("a character that comes in two pieces is put together", LIMIT, async (t) => {
  const bytes = Buffer.from(JSON.stringify({ token: "é漢😀" }));
  const server = await hostileServer(t, async (peer) => {
    await peer.write("HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (const byte of bytes)
      await peer.write(Buffer.concat([Buffer.from("1\r\n"), Buffer.of(byte), Buffer.from("\r\n")]));
    peer.end("0\r\n\r\n");
  });
  assert.deepEqual(await login(CREDENTIALS, { baseUrl: server.baseUrl }), { token: "é漢😀" });
});

test("a character is put together, however the stream cuts it", LIMIT, async () => {
  const bytes = Buffer.from(JSON.stringify({ token: "é漢😀" }));
  const fetch = async () => new Response(ReadableStream.from([...bytes].map((byte) => Uint8Array.of(byte))));
  assert.deepEqual(await login(CREDENTIALS, { fetch }), { token: "é漢😀" });
});

test("two calls never share a result", LIMIT, async (t) => {
  const server = await hostileServer(t, json(201, PAIR));
  const [first, second] = await Promise.all([1, 2].map(() => keySecret(CUSTOMERID, { baseUrl: server.baseUrl })));
  assert.notEqual(first, second);
  assert.deepEqual(first, second);
});

test("a Login owns just the fields that it was given, and can be cloned and printed", () => {
  for (const fields of [{}, { key: "k" }, CREDENTIALS]) {
    assert.deepEqual({ ...new Login(fields) }, fields);
    assert.equal(JSON.stringify(new Login(fields)), JSON.stringify(fields));
    assert.deepEqual(structuredClone(new Login(fields)), fields);
  }
  assert.deepEqual({ ...new Login() }, {});
});
