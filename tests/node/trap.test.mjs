// Should the core ever trap, every call still settles, the next one works, and nothing is left behind.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { AuthApi, SmsWorksError } from "smsworks-wasm";
import { createSandbox } from "smsworks-wasm/sandbox";

const CUSTOMER = "0fca8c3c-6cbc-11e7-8154-a6006ad3dba0";
const { set } = Headers.prototype;

/** Has the core trap: an exception from a method of the platform's that never throws. @param {number} spared calls before */
const trapAfter = (t, spared) => {
  let calls = 0;
  Headers.prototype.set = function (...header) {
    if (calls++ >= spared) throw new Error("no such thing");
    return set.apply(this, header);
  };
  t.after(() => (Headers.prototype.set = set));
};

for (const [where, spared, fetch] of [
  ["at the start of a call", 0, undefined],
  ["in the middle of a call", 2, async () => new Response("", { status: 500 })],
]) {
  test(`a trap ${where} ends it with internal, and the next call starts afresh`, async (t) => {
    const api = new AuthApi({ fetch: fetch ?? createSandbox().fetch });
    trapAfter(t, spared);
    await assert.rejects(api.login({ key: "key" }), (error) => {
      assert.ok(error instanceof SmsWorksError);
      assert.equal(error.code, "internal");
      assert.equal(error.operation, "login");
      return true;
    });
    Headers.prototype.set = set;
    const pair = await new AuthApi({ fetch: createSandbox().fetch }).keySecret(CUSTOMER);
    assert.deepEqual(Object.keys(pair), ["key", "secret"]);
  });
}

test("a trap ends every call under way", async (t) => {
  let sent;
  const waiting = new AuthApi({ fetch: () => new Promise(() => sent()) });
  const underWay = new Promise((resolve) => (sent = resolve));
  const first = assert.rejects(waiting.keySecret(CUSTOMER), { code: "internal", operation: "keySecret" });
  await underWay;
  trapAfter(t, 0);
  await assert.rejects(waiting.login({}), { code: "internal" });
  await first;
});

test("a trap leaves no timer that keeps the process alive", async () => {
  const program = `
    import { AuthApi } from "smsworks-wasm";
    const api = new AuthApi({ fetch: () => new Promise(() => {}), timeoutMs: 2 ** 31 });
    const first = api.login({}).catch((error) => error.code);
    await api.login("").catch(() => {});
    Headers.prototype.set = () => { throw new Error("no such thing") };
    await api.login({}).catch(() => {});
    console.log(await first);
  `;
  const node = ["--input-type=module", "--eval", program];
  const { stdout } = await promisify(execFile)("node", node, { cwd: new URL(".", import.meta.url), timeout: 20_000 });
  assert.equal(stdout.trim(), "internal");
});
