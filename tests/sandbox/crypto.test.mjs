// Where `crypto` has no `subtle` and no `randomUUID`, as in pages that are not secure, and where there is no `crypto`.
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import test from "node:test";
import { createSandbox } from "smsworks-wasm/sandbox";
import { asking, CUSTOMER, decode, MESSAGE, PAIR } from "./both.mjs";

const { crypto } = globalThis;

/** Replaces `crypto` until the test ends. */
function replace(t, value) {
  Object.defineProperty(globalThis, "crypto", { value, configurable: true, writable: true });
  t.after(() => Object.defineProperty(globalThis, "crypto", { value: crypto, configurable: true, writable: true }));
}

for (const [what, value] of [
  ["crypto in a page that is not secure", { getRandomValues: (bytes) => crypto.getRandomValues(bytes) }],
  ["no crypto", undefined],
  ["a crypto that has nothing", {}],
]) {
  test(`the sandbox works with ${what}`, async (t) => {
    replace(t, value);
    const sandbox = createSandbox();
    const { ask, keySecret, login } = asking(sandbox.fetch, "http://sandbox");
    const pairs = await Promise.all(Array.from({ length: 50 }, async () => (await keySecret()).json()));
    for (const { key, secret } of pairs) {
      assert.match(key, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.match(secret, /^[0-9a-f]{64}$/);
    }
    assert.equal(new Set(pairs.flatMap(({ key, secret }) => [key, secret])).size, 100);

    const { token } = await (await login({ customerid: CUSTOMER, ...pairs[0] })).json();
    assert.equal(decode(token).payload.key, pairs[0].key);
    const call = async (path, body) => {
      const init = { method: body ? "POST" : "GET", body: JSON.stringify(body), headers: { Authorization: token } };
      const response = await ask(path, init);
      assert.ok(response.ok, `${path}: ${response.status}`);
      return response.json();
    };
    assert.deepEqual(await call("/utils/test"), { message: CUSTOMER });
    assert.equal((await call("/message/send", MESSAGE)).status, "SENT");
    const { messageid } = await call("/otp/send", { destination: "447777777777", length: 10 });
    const [, passcode] = /(\d{10})$/.exec(sandbox.messages.at(-1).content);
    assert.equal((await call("/otp/verify", { passcode, messageid })).status, "VERIFIED");
    const forged = await ask("/utils/test", { headers: { Authorization: `${token.slice(0, -3)}AAA` } });
    assert.equal(forged.status, 401);
  });
}

test("a token's signature is the HMAC-SHA-256 of node:crypto, whatever the key and the content", async (t) => {
  const given = { bytes: randomBytes(32) };
  replace(t, { getRandomValues: (bytes) => (bytes.set(given.bytes.subarray(0, bytes.length)), bytes) });
  const contents = Array.from({ length: 400 }, (_, length) => "k".repeat(length + 1));
  contents.push("é€\u{1f600}", "\u0000", "\ud800", "key-1".repeat(20_000));
  for (const content of contents) {
    given.bytes = randomBytes(32);
    const pair = { ...PAIR, key: content };
    const { login } = asking(createSandbox({ customers: [pair] }).fetch, "http://sandbox");
    const { token } = await (await login(pair)).json();
    const [, signed, signature] = /^JWT (.*)\.(.*)$/.exec(token);
    const expected = createHmac("sha256", given.bytes).update(signed).digest("base64url");
    assert.equal(signature, expected, `a key of ${content.length}`);
  }
});
