// Every program of `examples`, as the package has them, compiles in strict TypeScript and does what its first lines say. The Worker
// also runs in workerd: see tests/ecosystem/workerd.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { compile, makeFolder, run, serve, start } from "./serve.mjs";

const EXAMPLES = join(import.meta.dirname, "node_modules/smsworks-wasm/examples");
const example = (name) => join(EXAMPLES, `${name}.mjs`);
const CREDITS = ["1000 credits are left"];

test("they compile in strict TypeScript", async (t) => {
  // What is in a package is not checked.
  const folder = await makeFolder(t);
  await cp(EXAMPLES, folder, { recursive: true });
  await compile((await readdir(folder)).map((name) => join(folder, name)));
});

test("a send that failed is made again where it did nothing, and looked for where that is not known", async (t) => {
  const { sandbox, env, count } = await serve(t);
  const program = example("send-again");
  const sent = async () => {
    const [line] = await run(program, env);
    assert.equal(line, `The text ${sandbox.messages.at(-1).messageid} is on its way`);
  };
  const operation = "POST /message/send";

  sandbox.fail({ operation, status: 429, retryAfter: 0, times: 4 });
  await sent();
  assert.equal(count(operation), 5);

  for (const fault of [{ status: 502 }, { network: "cut" }]) {
    sandbox.reset();
    sandbox.fail({ operation, ...fault, times: 1 });
    if (fault.network) await sent();
    else await assert.rejects(run(program, env), /effect: 'unknown'/);
    assert.equal(count(operation), 1, "sends");
    assert.equal(count("POST /messages"), 1, "searches");
  }
});

test("processes that share a file make one login, and nobody else can read it", async (t) => {
  const { sandbox, env, count } = await serve(t);
  const folder = await makeFolder(t);
  const file = join(folder, "token");
  const start = () => run(example("token-in-a-file"), { ...env, TOKEN_FILE: file });
  await writeFile(file, "no token");
  await chmod(file, 0o644);
  for (let times = 0; times < 2; times++) assert.deepEqual(await start(), CREDITS);
  assert.equal(count("login"), 1);
  assert.match(await readFile(file, "utf8"), /^JWT eyJ/);
  assert.equal((await stat(file)).mode & 0o077, 0);
  assert.deepEqual(await readdir(folder), ["token"]);
  sandbox.revokeTokens();
  for (let times = 0; times < 2; times++) assert.deepEqual(await start(), CREDITS);
  assert.equal(count("login"), 2);
});

test("processes that share Redis make one login, before and after it is restarted, and each its own while it is down", async (t) => {
  try {
    execFileSync("redis-server", ["--version"]);
  } catch {
    console.log("skipped: the example with Redis: redis-server is not installed");
    return t.skip("redis-server is not installed");
  }
  const { sandbox, env, count } = await serve(t);
  const [folder, port] = [await makeFolder(t), await freePort()];
  const start = () => run(example("token-in-redis"), { ...env, REDIS_URL: `redis://127.0.0.1:${port}` });
  const logsIn = async (starts, logins, why) => {
    const before = count("login");
    for (const printed of await Promise.all(starts.map((start) => start()))) assert.deepEqual(printed, CREDITS);
    assert.equal(count("login") - before, logins, why);
  };

  const stop = await startRedis(t, port, folder);
  await logsIn([start], 1, "there is no token yet");
  await logsIn([start, start], 0, "there is one");
  await stop();
  await logsIn([start, start], 2, "each for itself while Redis is down");
  const stopAgain = await startRedis(t, port, folder);
  await logsIn([start, start], 0, "Redis has kept the token");
  sandbox.revokeTokens();
  await logsIn([start], 1, "the API refuses that token");
  await logsIn([start, start], 0, "the new one is there for all");
  await stopAgain();
});

/** Starts a Redis that keeps its data in a folder. */
async function startRedis(t, port, folder) {
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--appendonly", "yes"];
  const redis = spawn("redis-server", args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(redis, "close");
  const stop = async (signal) => {
    redis.kill(signal);
    await ended;
  };
  // One whose folder is gone would not end by itself.
  t.after(() => stop("SIGKILL"));
  for await (const chunk of redis.stdout.iterator({ destroyOnReturn: false })) {
    if (/Ready to accept connections/.test(chunk)) break;
  }
  redis.stdout.resume();
  return stop;
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

test("the test of the server passes, with the sandbox that it starts", async () => {
  const { SMSWORKS_KEY, SMSWORKS_SECRET, NODE_TEST_CONTEXT, ...env } = process.env;
  const lines = await run(example("one-time-password.test"), env);
  assert.ok(lines.some((line) => /^(#|ℹ) pass 1$/.test(line)));
});

test("openapi-fetch makes a request by sms.fetch", async (t) => {
  const { env } = await serve(t);
  assert.deepEqual(await run(example("openapi-fetch"), env), CREDITS);
});

test("the Worker sends texts for those who have its password, with one login", async (t) => {
  const { sandbox, env, count } = await serve(t);
  const { default: worker } = await import(example("cloudflare-worker"));
  const kept = new Map();
  const TOKENS = {
    get: async (key) => kept.get(key) ?? null,
    put: async (key, value) => void kept.set(key, value),
    delete: async (key) => void kept.delete(key),
  };
  const ask = (password, env) =>
    worker.fetch(new Request("https://own.test/", { headers: { Authorization: `Bearer ${password}` } }), env);
  const own = { ...env, TOKENS, PASSWORD: "a password" };
  assert.equal((await ask("another", own)).status, 401);
  assert.equal((await ask("undefined", { ...own, PASSWORD: undefined })).status, 401);
  assert.equal((await ask("", { ...own, PASSWORD: "" })).status, 401);
  for (const messages of [1, 2]) {
    assert.deepEqual(await (await ask("a password", own)).json(), { status: "SENT" });
    assert.equal(sandbox.messages.length, messages);
    assert.equal(count("login"), 1);
  }
});

test("the server of one-time passwords", async (t) => {
  const OWN = "447777777777";
  const VICTIM = "447777777778";
  const VERIFY = "POST /otp/verify";

  const begin = async (t) => {
    const { sandbox, env, count } = await serve(t);
    const url = await start(t, example("one-time-password"), { ...env, PORT: "0" });
    /** Somebody at a browser, which keeps the cookie. */
    const visit = (cookie = "") => {
      const visitor = async (method, path, fields) => {
        const body = typeof fields === "string" ? fields : fields && JSON.stringify(fields);
        const response = await fetch(`${url}${path}`, { method, headers: { cookie: visitor.cookie }, body });
        visitor.cookie = response.headers.get("set-cookie")?.split(";")[0] ?? visitor.cookie;
        return { status: response.status, ...(await response.json()) };
      };
      visitor.cookie = cookie;
      visitor.code = async (phone) => (await visitor("POST", "/code", { phone })).status;
      visitor.login = async (passcode, more) => (await visitor("POST", "/login", { passcode, ...more })).status;
      visitor.phone = async () => (await visitor("GET", "/me")).phone;
      return visitor;
    };
    const last = () => sandbox.messages.at(-1);
    const passcode = () => /\d{6}/.exec(last().content)[0];
    const wrong = () => (passcode() === "000000" ? "000001" : "000000");
    return { sandbox, count, visit, last, passcode, wrong };
  };

  await t.test("lets in who has the code, once", async (t) => {
    const { visit, passcode, wrong } = await begin(t);
    const visitor = visit();
    assert.equal(await visitor.phone(), undefined);
    assert.equal(await visitor.login("123456"), 400, "a code that nobody asked for");
    assert.equal(await visitor.code(OWN), 200);
    assert.equal(await visitor.phone(), undefined);
    assert.equal(await visitor.login(wrong()), 403);
    const before = visitor.cookie;
    assert.equal(await visitor.login(passcode()), 200);
    assert.equal(await visitor.phone(), OWN);

    assert.equal(await visitor.login(passcode()), 400, "the code was used");
    assert.equal(await visit(before).login(passcode()), 400, "the code was used, with the cookie of that time");
    assert.equal(await visit(before).phone(), undefined);
  });

  await t.test("an attacker's own messageid and phone change nothing", async (t) => {
    const { visit, last, passcode } = await begin(t);
    const attacker = visit();
    await attacker.code(OWN);
    const own = { messageid: last().messageid, passcode: passcode() };
    await attacker.code(VICTIM);
    assert.equal(await attacker.login(own.passcode, { messageid: own.messageid, phone: OWN }), 403);
    assert.equal(await attacker.phone(), undefined);

    const other = visit();
    await other.code(OWN);
    const second = { messageid: last().messageid, passcode: passcode() };
    assert.equal(await other.login(second.passcode, { messageid: second.messageid, phone: VICTIM }), 200);
    assert.equal(await other.phone(), OWN, "the phone that the code went to, and no other");
  });

  await t.test("a code is not verified where the API says that it went to another phone", async (t) => {
    const { sandbox, visit, passcode } = await begin(t);
    const attacker = visit();
    await attacker.code(VICTIM);
    // An API that looks for the code alone would find the attacker's own.
    sandbox.fail({ operation: VERIFY, status: 200, body: { status: "VERIFIED", destination: OWN }, times: 1 });
    assert.equal(await attacker.login(passcode()), 403);
    sandbox.fail({ operation: VERIFY, status: 200, body: { status: "VERIFIED" }, times: 1 });
    assert.equal(await attacker.login(passcode()), 403);
    assert.equal(await attacker.phone(), undefined);
  });

  await t.test("a code that was asked for by another visitor is of no use", async (t) => {
    const { visit, passcode } = await begin(t);
    const victim = visit();
    await victim.code(VICTIM);
    const attacker = visit();
    assert.equal(await attacker.login(passcode()), 400);
    await attacker.code(OWN);
    const own = passcode();
    assert.equal(await victim.login(own), 403);
    assert.equal(await visit("id=x; id=y").login(own), 400);
  });

  await t.test("who guesses is stopped, however fast they are", async (t) => {
    const { count, visit, passcode, wrong } = await begin(t);
    const attacker = visit();
    await attacker.code(VICTIM);
    const statuses = await Promise.all(Array.from({ length: 30 }, () => attacker.login(wrong())));
    assert.deepEqual(statuses.sort(), [...Array(5).fill(403), ...Array(25).fill(429)]);
    assert.equal(count(VERIFY), 5);
    assert.equal(await attacker.login(passcode()), 429, "even with the right code");

    // Another code is another five guesses, and there are five in an hour, for whoever asks.
    const others = await Promise.all(Array.from({ length: 30 }, () => visit().code(VICTIM)));
    assert.deepEqual(others.sort(), [...Array(4).fill(200), ...Array(26).fill(429)]);
    assert.equal(count("POST /otp/send"), 5);
    assert.equal(await visit().code(OWN), 200, "another phone");
  });

  await t.test("a cookie that an attacker has put into somebody's browser logs nobody else in", async (t) => {
    const { visit, passcode } = await begin(t);
    for (const asksFirst of [true, false]) {
      const attacker = visit();
      if (asksFirst) await attacker.code(OWN);
      else attacker.cookie = "id=chosen";
      const victim = visit(attacker.cookie);
      await victim.code(VICTIM);
      const asked = victim.cookie;
      assert.notEqual(asked, attacker.cookie);
      assert.equal(await victim.login(passcode()), 200);
      assert.notEqual(victim.cookie, asked);
      assert.equal(await victim.phone(), VICTIM);
      assert.equal(await attacker.phone(), undefined);
      assert.equal(await visit(asked).phone(), undefined);
    }
  });

  await t.test("a code that is too old lets nobody in, nor does an API that fails", async (t) => {
    const { sandbox, visit, passcode } = await begin(t);
    const visitor = visit();
    await visitor.code(OWN);
    sandbox.fail({ operation: VERIFY, status: 500, times: 1 });
    assert.equal(await visitor.login(passcode()), 500);
    sandbox.advance(300_000);
    assert.equal(await visitor.login(passcode()), 403);
    assert.equal(await visitor.phone(), undefined);
  });

  await t.test("what is no request of its kind is refused", async (t) => {
    const { sandbox, visit } = await begin(t);
    const visitor = visit();
    for (const phone of [
      undefined,
      null,
      "",
      "07777777777",
      "+447777777777",
      "44 7777777777",
      447777777777,
      [OWN],
      {},
    ]) {
      assert.equal(await visitor.code(phone), 400);
    }
    for (const body of [
      "",
      "null",
      "[",
      "1",
      `{"phone": "${OWN}"`,
      JSON.stringify({ phone: OWN, more: "x".repeat(1000) }),
    ]) {
      assert.equal((await visitor("POST", "/code", body)).status, 400);
    }
    assert.equal(sandbox.requests.length, 0);
    await visitor.code(OWN);
    for (const passcode of [undefined, null, "", 123456, "12345", "1234567", ["123456"], { length: 6 }]) {
      assert.equal(await visitor.login(passcode), 400);
    }
    for (const [method, path] of [
      ["GET", "/code"],
      ["POST", "/me"],
      ["GET", "/constructor"],
      ["POST", "/"],
    ]) {
      assert.equal((await visitor(method, path)).status, 404);
    }
  });
});
