// What calls leave behind that never get an answer.
import assert from "node:assert/strict";
import test from "node:test";
import { run } from "./child.mjs";

const LIMIT = { timeout: 60_000 };

test("a fetch that never settles leaves nothing of its call in the core", LIMIT, async () => {
  const { exit, stdout, stderr } = await run(`
    const { Instance } = WebAssembly;
    let memory;
    WebAssembly.Instance = class {
      constructor(...args) {
        this.exports = new Instance(...args).exports;
        memory = Object.values(this.exports).find((value) => value instanceof WebAssembly.Memory);
      }
    };
    const { AuthApi } = await import("smsworks-wasm");
    const api = new AuthApi({ fetch: () => new Promise(() => {}) });
    const abandon = async (count) => {
      for (let made = 0; made < count; made += 500) {
        const abort = new AbortController();
        const calls = Array.from({ length: 250 }, () => api.login({ key: "k" }, { signal: abort.signal }));
        const late = Array.from({ length: 250 }, () => api.login({ key: "k" }, { timeoutMs: 1 }));
        await Promise.allSettled(late);
        abort.abort();
        await Promise.allSettled(calls);
      }
      return memory.buffer.byteLength;
    };
    const before = await abandon(1000);
    console.log((await abandon(10_000)) - before);
  `);
  assert.deepEqual({ exit, stderr }, { exit: 0, stderr: "" });
  // A place that is not given away again is some 100 bytes of each call.
  assert.ok(Number(stdout) === 0, `The core grew by ${stdout.trim()} bytes`);
});
