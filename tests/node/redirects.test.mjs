import assert from "node:assert/strict";
import test from "node:test";
import { AuthApi } from "smsworks-wasm";
import { CALLS, rejection } from "./calls.mjs";
import { hostileServer } from "./hostile-server.mjs";

const LIMIT = { timeout: 20_000 };

for (const call of CALLS) {
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
