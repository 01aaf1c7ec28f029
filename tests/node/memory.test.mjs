// What calls leave behind that never get an answer.
import assert from "node:assert/strict";
import test from "node:test";
import { run } from "./child.mjs";

const LIMIT = { timeout: 60_000 };

test("a reply of many chunks leaves no timer behind", LIMIT, async () => {
  const { exit, stdout, stderr } = await run(
    `
    const { SmsWorks } = await import("smsworks-wasm");
    const chunk = new Uint8Array([32]);
    const body = (left) => new ReadableStream({
      pull(controller) {
        if (left-- > 0) return controller.enqueue(chunk);
        controller.enqueue(new Uint8Array([49]));
        controller.close();
      },
    });
    const sms = new SmsWorks({ token: "JWT a.b.c", fetch: async () => new Response(body(2600)) });
    const used = async (count) => {
      for (let made = 0; made < count; made++) await sms.request("GET /x");
      gc();
      await new Promise((resolve) => setImmediate(resolve));
      gc();
      return process.memoryUsage().heapUsed;
    };
    await used(50);
    const before = await used(50);
    console.log(((await used(100)) - before) / 100);
  `,
    { flags: ["--expose-gc"] },
  );
  assert.deepEqual({ exit, stderr }, { exit: 0, stderr: "" });
  // Ten timers of a call are some 5000 bytes.
  assert.ok(Number(stdout) < 1500, `Each call leaves ${stdout.trim()} bytes`);
});

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
