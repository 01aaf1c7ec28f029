// The subcommands that make calls, and the one that counts.
import assert from "node:assert/strict";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { createServer } from "node:http";
import test from "node:test";
import { PAIR, run, serve, start } from "./run.mjs";

const SEND = ["send", "--from", "YourCompany", "--to", "447777777777"];

test("key makes a pair, and shows it in full only when it is told to", async (t) => {
  const { variables, sandbox } = await serve(t);
  const { SMSWORKS_KEY, SMSWORKS_SECRET, ...customer } = variables;
  const shortened = await run(["key"], customer);
  assert.equal(shortened.code, 0);
  assert.match(shortened.stdout, /^key {5}[\w-]{8}…\nsecret {2}\w{8}…\n$/);
  assert.match(shortened.stderr, /--reveal/);

  const { code, stdout, stderr } = await run(["key", "--reveal", "--json"], customer);
  assert.deepEqual([code, stderr], [0, ""]);
  const pair = JSON.parse(stdout);
  assert.deepEqual(Object.keys(pair), ["key", "secret"]);
  const logsIn = { ...variables, SMSWORKS_KEY: pair.key, SMSWORKS_SECRET: pair.secret };
  assert.equal((await run(["balance"], logsIn)).code, 0, "the pair is one");
  assert.equal(sandbox.requests.filter(({ operation }) => operation === "keySecret").length, 2);
});

test("token logs in, and shows the token in full only when it is told to", async (t) => {
  const { variables, sandbox } = await serve(t);
  const shortened = await run(["token"], variables);
  assert.deepEqual(shortened, { code: 0, stdout: "JWT eyJh…\n", stderr: "" });
  assert.deepEqual(JSON.parse((await run(["token", "--json"], variables)).stdout), { token: "JWT eyJh…" });
  const { stdout } = await run(["token", "--reveal"], variables);
  assert.match(stdout, /^JWT eyJ[\w-]+\.[\w-]+\.[\w-]+\n$/);
  const Authorization = stdout.trim();
  assert.equal((await sandbox.fetch("https://x/v1/credits/balance", { headers: { Authorization } })).status, 200);
  assert.deepEqual(
    JSON.parse((await run(["--json", "token", "--reveal"], variables)).stdout).token.slice(0, 7),
    "JWT eyJ",
  );
});

test("send sends a text, and says what it took", async (t) => {
  const { variables, sandbox } = await serve(t, { credits: 9 });
  const { code, stdout, stderr } = await run([...SEND, "Your parcel is here 😀"], variables);
  const [{ messageid, content, sender, destination }] = sandbox.messages;
  assert.deepEqual([content, sender, destination], ["Your parcel is here 😀", "YourCompany", 447777777777]);
  const expected = `SENT: the text ${messageid}\nIt took 1 credit, and 8 are left.\n`;
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: expected, stderr: "" });

  // What begins with a dash, and options in another order.
  const json = await run(["--json", "send", "--to=447777777777", "--from=Us", "--", "--reveal"], variables);
  assert.deepEqual([json.code, json.stderr], [0, ""]);
  assert.equal(json.stdout.split("\n").length, 2, "one line");
  const sent = JSON.parse(json.stdout);
  assert.deepEqual([sent.status, sent.credits, sent.creditsUsed], ["SENT", 7, 1]);
  assert.deepEqual(sandbox.messages[1].content, "--reveal");
});

test("balance says how many credits are left", async (t) => {
  const { variables } = await serve(t, { credits: 1 });
  assert.deepEqual(await run(["balance"], variables), { code: 0, stdout: "1 credit left\n", stderr: "" });
  assert.deepEqual(await run(["balance", "--json"], variables), { code: 0, stdout: '{"credits":1}\n', stderr: "" });
  const { SMSWORKS_CUSTOMERID, ...withoutCustomer } = variables;
  assert.equal((await run(["balance"], withoutCustomer)).code, 0);
});

for (const [content, lines] of [
  ["Hello", ["1 part: 5 septets of GSM-7, room for 155 more"]],
  ["", ["1 part: 0 septets of GSM-7, room for 160 more"]],
  ["a".repeat(161), ["2 parts: 161 septets of GSM-7, room for 145 more in the last part"]],
  [
    "ł\u200b\u00a0😀",
    [
      "1 part: 5 units of UCS-2, room for 65 more",
      "GSM-7 lacks ł (U+0142), U+200B, U+00A0, 😀 (U+1F600)",
      "Without these, a part has room for 160 septets, or 153 where there are several, in place of 70 and 67.",
    ],
  ],
]) {
  test(`segments counts ${JSON.stringify(content.slice(0, 9))}, without credentials`, async () => {
    const expected = { code: 0, stdout: `${lines.join("\n")}\n`, stderr: "" };
    assert.deepEqual(await run(["segments", content]), expected);
  });
}

test("segments prints JSON as well", async () => {
  const { stdout } = await run(["segments", "--json", "--", "-5 °C"]);
  const counted = { encoding: "ucs2", parts: 1, units: 5, remaining: 65, nonGsm: ["°"] };
  assert.equal(stdout, `${JSON.stringify(counted)}\n`);
});

for (const [what, fault, args, says] of [
  ["credentials that are refused", { operation: "login", status: 401 }, ["balance"], /401.*check the credentials/],
  ["too few credits", { operation: "POST /message/send", status: 402 }, [...SEND, "Hi"], /402.*buy credits/],
  ["a token that cannot be had", { operation: "login", status: 400 }, ["token"], /login failed: the API answered 400/],
  ["a pair that cannot be made", { operation: "keySecret", status: 403 }, ["key"], /keySecret failed.*403/],
]) {
  test(`${what}: the exit code is 1, and the reason is told`, async (t) => {
    const { variables, sandbox } = await serve(t);
    sandbox.fail(fault);
    const { code, stdout, stderr } = await run(args, variables);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, says);
    assert.equal(stderr.split("\n").length, 2, "one line");
    assertHidden(stderr);

    const json = await run(["--json", ...args], variables);
    assert.deepEqual([json.code, json.stdout], [1, ""]);
    const { name, code: kind, status, effect } = JSON.parse(json.stderr);
    assert.deepEqual([name, kind, status, effect], ["SmsWorksError", "http", fault.status, "none"]);
    assertHidden(json.stderr);
  });
}

test("a send that may have gone out says so, and is not made again", async (t) => {
  const { variables, sandbox } = await serve(t);
  sandbox.fail({ operation: "POST /message/send", network: "cut" });
  const { code, stdout, stderr } = await run([...SEND, "Hi"], variables);
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(
    stderr,
    /it may have been sent.*\nThe text may have been sent all the same: find out before you send it again/,
  );
  assert.equal(sandbox.messages.length, 1);

  const json = JSON.parse((await run([...SEND, "--json", "Hi"], variables)).stderr);
  assert.deepEqual([json.effect, json.retryable, json.code], ["unknown", false, "network"]);
});

test("a send that certainly did not go out does not say so", async (t) => {
  const { variables, sandbox } = await serve(t);
  sandbox.fail({ operation: "login", network: "refuse" });
  const { code, stderr } = await run([...SEND, "Hi"], variables);
  assert.equal(code, 1);
  assert.doesNotMatch(stderr, /may have been sent/);
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  test(`a send that is stopped by ${signal} says that the text may have been sent`, async (t) => {
    const { variables, sandbox } = await serve(t);
    // It answers logins, and keeps silent to a send.
    const server = createServer(async (request, response) => {
      if (request.url.endsWith("/message/send")) return child.kill(signal);
      const body = await request.toArray();
      const login = await sandbox.fetch("https://x/v1/auth/token", { method: "POST", body: Buffer.concat(body) });
      response.end(await login.text());
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => (server.close(), server.closeAllConnections()));
    const there = { ...variables, SMSWORKS_BASE_URL: `http://127.0.0.1:${server.address().port}/v1` };
    const child = start([...SEND, "--json", "Hi"], there);
    const [[error], [code]] = await Promise.all([child.stderr.setEncoding("utf8").toArray(), once(child, "close")]);
    assert.equal(code, 1);
    assert.match(JSON.parse(error).message, /^Stopped. The text may have been sent all the same/);
    assert.equal(JSON.parse(error).effect, "unknown");
  });
}

test("words of the API do not steer the terminal", async (t) => {
  const { variables, sandbox } = await serve(t);
  sandbox.fail({ operation: "GET /credits/balance", status: 400, body: { message: "a\u001b[2Jb\u0007" } });
  const { stderr } = await run(["balance"], variables);
  assert.match(stderr, /a.*b/);
  assert.doesNotMatch(stderr.replaceAll("\n", ""), /\p{Cc}/u);

  sandbox.fail({ operation: "POST /message/send", body: { messageid: "a\u001b[2Jb", status: "SENT\u009b2J" } });
  const { code, stdout } = await run([...SEND, "Hi"], variables);
  assert.equal(code, 0);
  assert.match(stdout, /a.*b/);
  assert.doesNotMatch(stdout.replaceAll("\n", ""), /\p{Cc}/u);
});

test("nor do they in JSON, which keeps them", async (t) => {
  const { variables, sandbox } = await serve(t);
  const steers = "a\u001b[2Jb\u009b2Jc\u007f";
  sandbox.fail({ operation: "POST /message/send", status: 400, body: { message: steers } });
  const { stderr } = await run([...SEND, "--json", "Hi"], variables);
  assert.equal(JSON.parse(stderr).api.message, steers);
  sandbox.fail({ operation: "POST /message/send", body: { messageid: steers, status: "SENT" } });
  const { stdout } = await run([...SEND, "--json", "Hi"], variables);
  assert.equal(JSON.parse(stdout).messageid, steers);
  for (const output of [stderr, stdout]) assert.doesNotMatch(output.trimEnd(), /\p{Cc}/u);
});

test("a reply that lacks something is not printed as if it had it", async (t) => {
  const { variables, sandbox } = await serve(t);
  for (const body of [{}, [], { credits: null }, { credits: "many" }]) {
    sandbox.fail({ operation: "GET /credits/balance", status: 200, body });
    for (const args of [["balance"], ["balance", "--json"]]) {
      const { code, stdout, stderr } = await run(args, variables);
      assert.equal(code, 1);
      assert.equal(stdout, "");
      assert.match(stderr, /The API's answer has no credits/);
    }
  }
  for (const [body, shown] of [
    [{ messageid: "1" }, "The text 1\n"],
    [{ messageid: "1", status: null, credits: null, creditsUsed: null }, "The text 1\n"],
    [{ messageid: "1", status: "SENT", creditsUsed: 2 }, "SENT: the text 1\nIt took 2 credits.\n"],
  ]) {
    sandbox.fail({ operation: "POST /message/send", status: 200, body });
    assert.equal((await run([...SEND, "Hi"], variables)).stdout, shown);
  }
});

test("nobody who reads the output is no failure", async (t) => {
  const { variables, sandbox } = await serve(t);
  for (const args of [["--help"], ["segments", "ł"], [...SEND, "Hi"]]) {
    const child = start(args, variables);
    child.stdout.destroy();
    const [stderr, [code]] = await Promise.all([child.stderr.setEncoding("utf8").toArray(), once(child, "close")]);
    assert.deepEqual([code, stderr], [0, []], args[0]);
  }
  assert.equal(sandbox.messages.length, 1);
});

test("output that cannot be written is a failure, which says where a text was sent all the same", {
  skip: !existsSync("/dev/full") && "this system has no /dev/full",
}, async (t) => {
  const { variables } = await serve(t);
  const told = async (args) => {
    const full = openSync("/dev/full", "w");
    const child = start(args, variables, full);
    closeSync(full);
    const [errors, [code]] = await Promise.all([child.stderr.setEncoding("utf8").toArray(), once(child, "close")]);
    assert.equal(code, 1);
    return errors.join("");
  };
  assert.match(await told(["segments", "Hi"]), /The output cannot be written: ENOSPC.*write\.\n$/);
  assert.match(
    await told([...SEND, "Hi"]),
    /^smsworks-wasm: The output cannot be .* The text was sent all the same\.\n$/,
  );
  assert.match(JSON.parse(await told([...SEND, "--json", "Hi"])).message, /The text was sent all the same/);
});

test("white space around a variable, as a file leaves it, is no part of it", async (t) => {
  const { variables } = await serve(t);
  const around = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, ` ${value}\r\n`]));
  assert.equal((await run(["balance"], around)).code, 0);
  assert.equal((await run(["key"], around)).code, 0);
});

function assertHidden(text) {
  for (const value of Object.values(PAIR)) assert.ok(!text.includes(value), "a credential is shown");
}
