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

test("the largest inputs take a small part of the core's stack", LIMIT, async () => {
  const { exit, stdout, stderr } = await run(`
    const STACK = 65536;
    const { Instance } = WebAssembly;
    let instances = 0;
    let stack;
    WebAssembly.Instance = class {
      constructor(...args) {
        instances++;
        this.exports = new Instance(...args).exports;
        const memory = Object.values(this.exports).find((value) => value instanceof WebAssembly.Memory);
        stack = () => new Uint8Array(memory.buffer, 0, STACK);
        stack().fill(0xa5);
      }
    };
    const { AuthApi, SmsWorks, segments } = await import("smsworks-wasm");
    const long = "x".repeat(1_048_576);
    const deep = "[".repeat(2000) + "]".repeat(2000);
    const part = (text) => Buffer.from(text).toString("base64url");
    const token = ["JWT " + part("{}"), part('{"key":' + deep + '}'), "c"].join(".");
    const failing = (body) => async () => new Response(body, { status: 400 });
    const headers = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => ["x-" + at, "x"]));
    await Promise.allSettled([
      new AuthApi({ fetch: failing("{}"), headers }).login({ customerid: long, key: long, secret: long }),
      new AuthApi({ fetch: failing(JSON.stringify({ message: "%78".repeat(300_000) })) }).login({ key: "x".repeat(9) }),
      ...[deep, '{"message":' + deep + "}"].flatMap((body) =>
        Array.from({ length: 500 }, () => new SmsWorks({ token, fetch: failing(body) }).credits.balance()),
      ),
      new SmsWorks({ token, fetch: failing("{}") }).request("GET /" + "{x}/".repeat(10_000), { params: { x: "x" } }),
      new AuthApi({ baseUrl: "https://x/" + long.slice(99), fetch: failing("{}"), timeoutMs: 1e300 }).keySecret(long),
      segments(String.fromCodePoint(0x1f600).repeat(500_000)),
    ]);
    console.log(instances, STACK - stack().findIndex((byte) => byte !== 0xa5));
  `);
  assert.deepEqual({ exit, stderr }, { exit: 0, stderr: "" });
  const [instances, used] = stdout.split(" ").map(Number);
  assert.equal(instances, 1);
  // The core has 65536 (xtask/src/build.rs), and needs some 1200.
  assert.ok(used > 0 && used < 8192, `It took ${used} bytes`);
});
