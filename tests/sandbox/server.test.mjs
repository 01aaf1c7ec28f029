import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import { text } from "node:stream/consumers";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { createSandbox } from "smsworks-wasm/sandbox";
import { asking, PAIR } from "./both.mjs";

const portOf = ({ url }) => Number(new URL(url).port);

async function connect(port, host = "127.0.0.1") {
  const socket = net.connect(port, host);
  await once(socket, "connect");
  return socket;
}

/** Runs a module in a process of its own until that ends by itself, and returns what it printed. */
async function run(source, t) {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", source], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    signal: t.signal,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  assert.equal(code, 0, err);
  return out;
}

test("the url is a base URL on 127.0.0.1", async (t) => {
  const server = await createSandbox().listen();
  t.after(() => server.close());
  assert.match(server.url, /^http:\/\/127\.0\.0\.1:[1-9]\d*\/v1$/);
  assert.equal((await asking(fetch, server.url).keySecret()).status, 201);
});

test("only 127.0.0.1 is bound", {
  skip: process.platform !== "linux" && "127.0.0.2 exists on Linux alone",
}, async (t) => {
  const server = await createSandbox().listen();
  t.after(() => server.close());
  await assert.rejects(connect(portOf(server), "127.0.0.2"), { code: "ECONNREFUSED" });
});

test("a port that is taken is Node's own error", async (t) => {
  const sandbox = createSandbox();
  const server = await sandbox.listen();
  t.after(() => server.close());
  await assert.rejects(sandbox.listen(portOf(server)), { code: "EADDRINUSE" });
  await assert.rejects(sandbox.listen(65536), { code: "ERR_SOCKET_BAD_PORT" });
});

test("each worker of a cluster serves its own sandbox", async (t) => {
  const source = `
    import cluster from "node:cluster";
    import { once } from "node:events";
    cluster.setupPrimary({ exec: "worker.mjs", execArgv: [] });
    const workers = [cluster.fork(), cluster.fork()];
    for (const [{ url, customerid }] of await Promise.all(workers.map((worker) => once(worker, "message")))) {
      console.log((await fetch(url + "/auth/getApiKey?customerid=" + customerid)).status);
    }
    for (const worker of workers) worker.kill();
  `;
  assert.equal(await run(source, t), "201\n201\n");
});

test("all servers of a sandbox and its fetch share one state", async (t) => {
  const sandbox = createSandbox();
  const servers = await Promise.all([sandbox.listen(), sandbox.listen()]);
  t.after(() => Promise.all(servers.map((server) => server.close())));
  const pair = await (await asking(fetch, servers[0].url).keySecret()).json();
  assert.equal((await asking(fetch, servers[1].url).login(pair)).status, 200);
  assert.equal((await asking(sandbox.fetch, "http://sandbox").login(pair)).status, 200);
  assert.equal(sandbox.requests.length, 3);
});

test("two sandboxes share nothing", async () => {
  const [one, two] = [createSandbox(), createSandbox()];
  const pair = await (await asking(one.fetch, "http://sandbox").keySecret()).json();
  assert.equal((await asking(two.fetch, "http://sandbox").login(pair)).status, 401);
  assert.equal(two.requests.length, 1);
});

test("close frees the port, and may be called again", async () => {
  const sandbox = createSandbox();
  const server = await sandbox.listen();
  await Promise.all([server.close(), server.close()]);
  await assert.rejects(connect(portOf(server)), { code: "ECONNREFUSED" });
  await server.close();
  const again = await sandbox.listen(portOf(server));
  assert.equal(again.url, server.url);
  await again.close();
});

test("close ends connections that are idle, silent or waiting for an answer", async () => {
  let received;
  const sandbox = createSandbox({ customers: [PAIR], now: () => (received?.(), 0) });
  const server = await sandbox.listen();
  const { login } = asking(fetch, server.url);
  await (await login(PAIR)).json();
  const silent = await connect(portOf(server));

  const waited = new Promise((resolve) => (received = resolve));
  sandbox.fail({ delayMs: 2 ** 31 - 1 });
  const waiting = assert.rejects(login(PAIR), TypeError);
  await waited;

  await Promise.all([server.close(), waiting, once(silent.resume(), "close")]);
});

test("a connection may be idle for any time: its client may be a test at a breakpoint", async (t) => {
  const server = await createSandbox().listen();
  t.after(() => server.close());
  const { headers } = await asking(fetch, server.url).keySecret();
  assert.equal(headers.get("connection"), "keep-alive");
  // Node tells of a limit here.
  assert.equal(headers.get("keep-alive"), null);
});

test("nor is there a limit until a request comes, or ends: its client may stand there, too", async (t) => {
  const create = t.mock.method(http, "createServer");
  const server = await createSandbox().listen();
  t.after(() => server.close());
  const { headersTimeout, requestTimeout } = create.mock.calls[0].result;
  assert.deepEqual([headersTimeout, requestTimeout], [0, 0]);
});

test("a client that leaves in the middle of its request does no harm", async (t) => {
  const server = await createSandbox({ customers: [PAIR] }).listen();
  t.after(() => server.close());
  const socket = await connect(portOf(server));
  socket.write("POST /v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{", () =>
    socket.resetAndDestroy(),
  );
  await once(socket, "close");
  assert.equal((await asking(fetch, server.url).login(PAIR)).status, 200);
});

test("nothing keeps the process alive after close", { timeout: 60_000 }, async (t) => {
  const out = await run(
    `
      import net from "node:net";
      import { once } from "node:events";
      import { createSandbox } from "smsworks-wasm/sandbox";

      const sandbox = createSandbox();
      const server = await sandbox.listen();
      await (await fetch(server.url)).text();
      await once(net.connect(new URL(server.url).port, "127.0.0.1"), "connect");

      sandbox.fail({ network: "stall", times: 1 });
      const stalled = await fetch(server.url);

      sandbox.fail({ delayMs: 2 ** 31 - 1 });
      const late = fetch(server.url).catch(() => {});
      const controller = new AbortController();
      const aborted = sandbox.fetch(server.url, { signal: controller.signal }).catch(() => {});
      while (sandbox.requests.length < 4) await new Promise(setImmediate);

      controller.abort();
      await server.close();
      await Promise.all([late, aborted, stalled.text().catch(() => {})]);
      console.log("closed");
    `,
    t,
  );
  assert.equal(out, "closed\n");
});

test("a sandbox that does not listen keeps no process alive", { timeout: 60_000 }, async (t) => {
  const out = await run(
    `
      import { createSandbox } from "smsworks-wasm/sandbox";
      const sandbox = createSandbox();
      await sandbox.fetch("http://sandbox/auth/token", { method: "POST", body: "{}" });
      console.log("asked");
    `,
    t,
  );
  assert.equal(out, "asked\n");
});

const WITHOUT_REQUIRE = `
  import Module from "node:module";
  Module.prototype.require = () => {
    throw new Error("no such module");
  };
`;
const WITHOUT_BUILTINS = "delete process.getBuiltinModule;";
const HTTP_OR_ADVICE = `
  import { createSandbox } from "smsworks-wasm/sandbox";
  try {
    const server = await createSandbox().listen();
    console.log((await fetch(server.url)).status);
    await server.close();
  } catch (error) {
    console.log(error.message);
  }
`;

for (const [what, source, printed, skip] of [
  ["finds node:http where process cannot give it, as before Node 20.16", WITHOUT_BUILTINS, /^404$/m],
  ["finds node:http where require cannot", WITHOUT_REQUIRE, /^404$/m, !process.getBuiltinModule],
  [
    "says what to do where there is no node:http",
    WITHOUT_BUILTINS + WITHOUT_REQUIRE,
    /^listen needs a server of node:http, .* fetch$/m,
  ],
]) {
  test(`listen ${what}`, { timeout: 60_000, skip }, async (t) => {
    assert.match(await run(source + HTTP_OR_ADVICE, t), printed);
  });
}
