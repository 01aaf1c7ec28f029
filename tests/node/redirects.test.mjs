import assert from "node:assert/strict";
import test from "node:test";
import { AuthApi } from "smsworks-wasm";
import { CALLS, rejection } from "./calls.mjs";
import { hostileServer, json, reply } from "./hostile-server.mjs";
import { assertHoldsNothingSecret } from "./secrecy.mjs";

const LIMIT = { timeout: 20_000 };

for (const call of CALLS) {
  for (const status of [301, 302, 303, 307, 308]) {
    test(`${call.operation} does not follow a ${status}: the other server sees no connection`, LIMIT, async (t) => {
      const other = await hostileServer(t, json(call.status, call.answer));
      const server = await hostileServer(t, reply(status, "", { Location: `${other.baseUrl}${call.path}` }));
      const { reason: error } = await rejection(call.on(new AuthApi({ baseUrl: server.baseUrl })));
      assert.deepEqual([error.code, error.status, error.retryable], ["redirect", status, false]);
      assert.ok(!error.message.includes(other.origin));
      assertHoldsNothingSecret(error);
      assert.deepEqual([server.requests.length, other.connections], [1, 0]);
    });
  }

  for (const [what, headers] of [
    ["to the same server", { Location: "/v1/auth/token" }],
    ["to nowhere", {}],
    ["to what is no URL", { Location: "http://[" }],
  ]) {
    test(`${call.operation} does not follow a redirect ${what}`, LIMIT, async (t) => {
      const server = await hostileServer(t, reply(307, "", headers), json(call.status, call.answer));
      const { reason: error } = await rejection(call.on(new AuthApi({ baseUrl: server.baseUrl })));
      assert.equal(error.code, "redirect");
      assert.equal(server.requests.length, 1);
    });
  }

  test(`${call.operation} does not read the body of a redirect, and closes the connection`, LIMIT, async (t) => {
    const server = await hostileServer(t, async (peer) => {
      await peer.write("HTTP/1.1 307 Moved\r\nLocation: /\r\nContent-Length: 99\r\n\r\nbody");
    });
    const { reason: error } = await rejection(call.on(new AuthApi({ baseUrl: server.baseUrl })));
    assert.equal(error.code, "redirect");
    await (await server.request(1)).closed;
  });

  test(`${call.operation} takes a redirect that the runtime hides for a redirect`, LIMIT, async () => {
    const fetch = async () => ({ type: "opaqueredirect", status: 0, headers: new Headers(), body: null });
    const { reason: error } = await rejection(call.on(new AuthApi({ fetch })));
    assert.deepEqual([error.code, error.status], ["redirect", undefined]);
  });
}
