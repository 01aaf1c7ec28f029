import assert from "node:assert/strict";
import test from "node:test";
import { AuthApi, SmsWorksError } from "smsworks-wasm";
import { answering, CALLS, rejection } from "./calls.mjs";
import { hostileServer, json } from "./hostile-server.mjs";

const LIMIT = { timeout: 20_000 };

for (const [suffix, path] of [
  ["", ""],
  ["/", ""],
  ["//", ""],
  ["/v1", "/v1"],
  ["/v1/", "/v1"],
  ["/v1///", "/v1"],
  ["/proxy/sms%20works/v1/", "/proxy/sms%20works/v1"],
  ["/a@b", "/a@b"],
  ["/%3F%23", "/%3F%23"],
]) {
  test(`a server's address and "${suffix}" is where calls go`, LIMIT, async (t) => {
    for (const call of CALLS) {
      const server = await hostileServer(t, json(call.status, call.answer));
      assert.deepEqual(await call.on(new AuthApi({ baseUrl: server.origin + suffix })), call.answer);
      assert.equal(server.requests[0].target.split("?")[0], path + call.path);
    }
  });
}

for (const baseUrl of [
  "http://localhost/v1",
  "http://localhost:8080/v1",
  "http://LOCALHOST/v1",
  "http://api.localhost/v1",
  "http://127.0.0.1:1/v1",
  "http://127.8.9.10/v1",
  "http://127.1/v1",
  "http://0x7f000001/v1",
  "http://[::1]/v1",
  "http://[0:0:0:0:0:0:0:1]:8080/v1",
  "https://example.com/v1",
  "HTTPS://Example.COM:8443/v1",
  "https://10.0.0.1/v1",
  "https://[2001:db8::1]/v1",
]) {
  test(`${baseUrl} is taken`, LIMIT, async () => {
    for (const call of CALLS) {
      const fetch = answering(call.answer, call.status);
      await call.on(new AuthApi({ baseUrl, fetch }));
      const { origin, pathname } = new URL(fetch.requests[0][0]);
      assert.equal(origin, new URL(baseUrl).origin);
      assert.equal(pathname, `/v1${call.path}`);
    }
  });
}

const INSECURE = [
  "http://example.com/v1",
  "HTTP://EXAMPLE.COM/v1",
  "http:example.com/v1",
  "http:\\\\example.com\\v1",
  "ht\ntp://exa\tmple.com/v1",
  " http://example.com/v1",
  "http://localhost.example.com/v1",
  "http://notlocalhost/v1",
  "http://127.0.0.1.example.com/v1",
  "http://10.0.0.1/v1",
  "http://192.168.1.1/v1",
  "http://0.0.0.0/v1",
  "http://128.0.0.1/v1",
  "http://[::2]/v1",
  "http://[2001:db8::1]/v1",
  "http://[::ffff:10.0.0.1]/v1",
];
for (const baseUrl of INSECURE) {
  test(`${JSON.stringify(baseUrl)} is refused, unless allowInsecureHttp`, LIMIT, async () => {
    await assertRefused(baseUrl, {});
    await assertRefused(baseUrl, { allowInsecureHttp: false });
    for (const call of CALLS) {
      const fetch = answering(call.answer, call.status);
      assert.deepEqual(await call.on(new AuthApi({ baseUrl, fetch, allowInsecureHttp: true })), call.answer);
      assert.equal(new URL(fetch.requests[0][0]).host, new URL(baseUrl).host);
    }
  });
}

for (const baseUrl of [
  "https://example.com/v1?",
  "https://example.com/v1?x=word-4e1b",
  "https://example.com/v1#",
  "https://example.com/v1#word-4e1b",
  "https://example.com?x#y",
  "https://user-4e1b@example.com/v1",
  "https://user-4e1b:word-4e1b@example.com/v1",
  "https://:word-4e1b@example.com/v1",
  "https:\\\\user-4e1b:word-4e1b@example.com/v1",
  "http://user-4e1b:word-4e1b@localhost/v1",
  "http://127.0.0.1:80@example.com/v1",
  "http://localhost#@example.com/",
  "",
  " ",
  "/",
  "/v1",
  "v1",
  "example.com/v1",
  "localhost:8080/v1",
  "//example.com/v1",
  "://example.com",
  "https://",
  "https:///",
  "https://exa mple.com/v1",
  "https://example.com:99999/v1",
  "https://[::1/v1",
  "https://%00/v1",
  "ftp://example.com/v1",
  "ws://localhost/v1",
  "wss://example.com/v1",
  "file:///etc/passwd",
  "data:,word-4e1b",
  "javascript:alert(1)",
  "blob:https://example.com/1",
  "about:blank",
  "word-4e1b",
  "\0",
]) {
  test(`${JSON.stringify(baseUrl)} is refused`, LIMIT, async () => {
    await assertRefused(baseUrl, {});
    await assertRefused(baseUrl, { allowInsecureHttp: true });
  });
}

async function assertRefused(baseUrl, options) {
  for (const call of CALLS) {
    const fetch = answering(call.answer, call.status);
    const { reason: error } = await rejection(call.on(new AuthApi({ baseUrl, fetch, ...options })));
    assert.ok(error instanceof SmsWorksError);
    assert.deepEqual([error.code, error.operation], ["invalid_argument", call.operation]);
    assert.match(error.message, /'baseUrl'/);
    assert.doesNotMatch(error.message, /4e1b/);
    assert.equal(fetch.requests.length, 0);
  }
}
