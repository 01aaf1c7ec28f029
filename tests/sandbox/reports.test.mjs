// The delivery reports that the sandbox posts.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { createSandbox } from "smsworks-wasm/sandbox";
import { authorized, LATER, MESSAGE, NOW, OPTIONS, PAIR } from "./both.mjs";

const OUTCOMES = [
  ["447777777777", "DELIVERED", undefined],
  ["447700900123", "UNDELIVERABLE", true],
  ["441632960123", "EXPIRED", false],
  ["449098790123", "REJECTED", true],
];

/**
 * An application that receives reports, on a port.
 *
 * @param answer answers a request; how many came before is its second argument
 */
async function receiver(t, answer = (response) => response.end()) {
  const reports = [];
  let told;
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    reports.push({ method, url, type: headers["content-type"], body: await json(request) });
    answer(response, reports.length - 1);
    told?.();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => (server.close(), server.closeAllConnections()));
  return {
    reports,
    url: `http://127.0.0.1:${server.address().port}/report?from=sandbox`,
    /** Waits until so many reports came. */
    async come(count) {
      while (reports.length < count) await new Promise((resolve) => (told = resolve));
      return reports.map(({ body }) => body);
    },
  };
}

authorized("a text that arrives is reported to its URL, as the API shows it", async ({ t, call, sandbox }) => {
  const { url, come, reports } = await receiver(t);
  const metadata = [{ key: "order", value: "5" }];
  const { body } = await call("POST /message/send", { ...MESSAGE, tag: "spring", metadata, deliveryreporturl: url });
  await call("POST /message/send", MESSAGE);
  sandbox.advance(999);
  assert.deepEqual(reports, []);
  sandbox.advance(1);
  const [report] = await come(1);
  assert.deepEqual(report, (await call(`GET /messages/${body.messageid}`)).body);
  assert.deepEqual([report.status, report.deliveryreporturl], ["DELIVERED", url]);
  const [{ method, url: path, type }] = reports;
  assert.deepEqual([method, path, type], ["POST", "/report?from=sandbox", "application/json; charset=utf-8"]);

  // Once: what comes next is the report of another.
  await call("POST /message/send", { ...MESSAGE, content: "Another", deliveryreporturl: url });
  sandbox.advance(1000);
  assert.equal((await come(2))[1].content, "Another");
});

authorized("the number decides how a text ends", async ({ t, call, sandbox }) => {
  const { url, come } = await receiver(t);
  for (const [destination] of OUTCOMES) {
    await call("POST /message/send", { ...MESSAGE, destination, deliveryreporturl: url });
  }
  sandbox.advance(1000);
  const ended = (messages) =>
    messages.map(({ destination, status, failurereason }) => [String(destination), status, failurereason?.permanent]);
  assert.deepEqual(ended(await come(4)), OUTCOMES);
  assert.deepEqual(ended(sandbox.messages), OUTCOMES);
  assert.deepEqual(ended((await call("POST /messages/failed", {})).body), OUTCOMES.slice(1));
});

authorized("each text of a batch, and one that was scheduled, is reported", async ({ t, call, sandbox }) => {
  const { url, come } = await receiver(t);
  const shared = { sender: "Us", content: "Hello", deliveryreporturl: url };
  const numbers = Array.from({ length: 7 }, (_, index) => 447777777770 + index);
  await call("POST /batch/send", { ...shared, destinations: numbers });
  sandbox.advance(1000);
  assert.deepEqual(
    (await come(7)).map(({ destination }) => destination),
    numbers,
  );
  // The second of them cannot be paid for.
  const content = "a".repeat(400);
  const batch = { ...shared, content, destinations: numbers.slice(0, 2), schedule: LATER };
  await call("POST /batch/schedule", batch);
  sandbox.advance(Date.parse(LATER) - NOW);
  sandbox.advance(1000);
  const statuses = (await come(9)).slice(7).map(({ destination, status }) => [destination, status]);
  assert.deepEqual(statuses, [
    [447777777771, "REJECTED"],
    [447777777770, "DELIVERED"],
  ]);
});

test("a text arrives by the machine's clock as well, whether or not somebody asks", async (t) => {
  const { url, come } = await receiver(t);
  const sandbox = createSandbox({ customers: [PAIR] });
  await send(sandbox, { deliveryreporturl: url });
  assert.equal((await come(1))[0].status, "DELIVERED");
});

test("a clock of one's own that is put forward makes a text arrive", async (t) => {
  const { url, come } = await receiver(t);
  let time = NOW;
  const sandbox = createSandbox({ ...OPTIONS, now: () => time });
  await send(sandbox, { deliveryreporturl: url });
  time += 1000;
  assert.equal((await come(1))[0].status, "DELIVERED");
});

for (const [what, url, options, isPosted] of [
  ["a loopback address", "http://127.9.9.9/x", {}, true],
  ["localhost", "http://localhost:8080/x", {}, true],
  ["a name below localhost", "http://app.localhost/x", {}, true],
  ["the loopback address of IPv6", "https://[::1]/x", {}, true],
  ["an address in another form", "http://0x7f000001/x", {}, true],
  ["another host", "https://app.example/x", {}, false],
  ["a host that looks like it", "http://localhost.app.example/x", {}, false],
  ["a host that begins like it", "http://127.0.0.1.app.example/x", {}, false],
  ["another address", "http://10.0.0.1/x", {}, false],
  ["every address", "http://0.0.0.0/x", {}, false],
  ["another host, where all are allowed", "https://app.example/x", { deliveryReports: "anywhere" }, true],
  ["localhost, where loopback is asked for", "http://localhost/x", { deliveryReports: "loopback" }, true],
  ["localhost, where there are to be none", "http://localhost/x", { deliveryReports: "none" }, false],
]) {
  test(`a report for ${what} is ${isPosted ? "" : "not "}posted`, async (t) => {
    const posted = [];
    let told;
    const isTold = new Promise((resolve) => (told = resolve));
    t.mock.method(globalThis, "fetch", async (input, init) => {
      posted.push(init.redirect === "manual" ? String(input) : "a redirect is followed");
      told();
      return new Response();
    });
    const sandbox = createSandbox({ ...OPTIONS, ...options });
    await send(sandbox, { deliveryreporturl: url });
    // One that is posted for certain comes after it.
    await send(sandbox, { deliveryreporturl: "http://localhost/last" });
    sandbox.advance(1000);
    if (options.deliveryReports !== "none") await isTold;
    while (options.deliveryReports !== "none" && !posted.includes("http://localhost/last"))
      await new Promise((resolve) => setImmediate(resolve));
    assert.equal(posted.length, options.deliveryReports === "none" ? 0 : isPosted ? 2 : 1);
    assert.equal(posted.includes(new URL(url).href) || posted.includes(url), isPosted);
  });
}

for (const value of ["all", true, null, ["none"]]) {
  test(`createSandbox refuses deliveryReports: ${JSON.stringify(value)}`, () => {
    assert.throws(() => createSandbox({ deliveryReports: value }), {
      name: "TypeError",
      message: "deliveryReports must be loopback, anywhere or none",
    });
  });
}

test("a URL that fails is no failure of the sandbox, and the reports after it are posted", async (t) => {
  const answers = [
    (response) => response.writeHead(500).end("no"),
    (response) => response.destroy(),
    (response) => response.writeHead(307, { Location: "/elsewhere" }).end(),
    (response) => response.writeHead(200).write("half"),
    (response) => response.end(),
  ];
  const { url, come, reports } = await receiver(t, (response, index) => answers[index](response));
  const closed = createServer();
  closed.listen(0, "127.0.0.1");
  await once(closed, "listening");
  const nobody = `http://127.0.0.1:${closed.address().port}/`;
  await new Promise((resolve) => closed.close(resolve));

  const sandbox = createSandbox(OPTIONS);
  for (const deliveryreporturl of [
    nobody,
    "http://user:password@localhost/",
    "http://localhost:1/",
    ...answers.map(() => url),
  ])
    await send(sandbox, { deliveryreporturl });
  sandbox.advance(1000);
  await come(answers.length);
  assert.deepEqual(
    sandbox.messages.map(({ status }) => status),
    Array(8).fill("DELIVERED"),
  );
  assert.equal(reports.filter(({ url }) => url === "/elsewhere").length, 0);
});

test("a report that nobody answers holds up the others for a while only", async (t) => {
  const { url, come } = await receiver(t, (response, index) => index > 0 && response.end());
  const sandbox = createSandbox(OPTIONS);
  t.mock.method(AbortSignal, "timeout", (ms) => {
    assert.ok(ms > 0 && ms < 60_000);
    return given.signal;
  });
  const given = new AbortController();
  for (const content of ["1", "2"]) await send(sandbox, { content, deliveryreporturl: url });
  sandbox.advance(1000);
  await come(1);
  t.mock.restoreAll();
  given.abort(new Error("late"));
  assert.equal((await come(2))[1].content, "2");
});

test("without fetch nothing is posted, and nothing fails", async (t) => {
  const sandbox = createSandbox(OPTIONS);
  await send(sandbox, { deliveryreporturl: "http://localhost/" });
  const { fetch } = globalThis;
  t.after(() => (globalThis.fetch = fetch));
  delete globalThis.fetch;
  sandbox.advance(1000);
  assert.equal(sandbox.messages[0].status, "DELIVERED");
});

test("what was deleted, and what was before a reset, is not reported", async (t) => {
  let answer;
  const { url, come } = await receiver(t, (response, index) => {
    if (index === 0) answer = () => response.end();
    else response.end();
  });
  const sandbox = createSandbox(OPTIONS);
  const { token, messageid } = await send(sandbox, { content: "deleted", deliveryreporturl: url });
  await sandbox.fetch(`https://api.test/v1/messages/${messageid}`, {
    method: "DELETE",
    headers: { Authorization: token },
  });
  for (const content of ["first", "waits for the first"]) await send(sandbox, { content, deliveryreporturl: url });
  sandbox.advance(1000);
  await send(sandbox, { content: "on its way", deliveryreporturl: url });
  await come(1);
  sandbox.reset();
  answer();
  sandbox.advance(1000);
  await send(sandbox, { content: "after", deliveryreporturl: url });
  sandbox.advance(1000);
  assert.deepEqual(
    (await come(2)).map(({ content }) => content),
    ["first", "after"],
  );
});

test("a text that is on its way keeps no process alive", async () => {
  const program = `
    import { createSandbox } from "smsworks-wasm/sandbox";
    const sandbox = createSandbox({ customers: [${JSON.stringify(PAIR)}], now: () => ${NOW} });
    const post = async (path, body, headers) => {
      const init = { method: "POST", body: JSON.stringify(body), headers };
      return (await sandbox.fetch("https://api.test/v1" + path, init)).json();
    };
    const { token } = await post("/auth/token", ${JSON.stringify(PAIR)});
    const text = { ...${JSON.stringify(MESSAGE)}, deliveryreporturl: "http://localhost:1/" };
    await post("/message/send", text, { Authorization: token });
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    timeout: 20_000,
    stdio: "inherit",
  });
  assert.deepEqual(await once(child, "close"), [0, null]);
});

/** Sends a text in the process. */
async function send({ fetch }, fields) {
  const post = async (path, body, headers) => {
    const init = { method: "POST", body: JSON.stringify(body), headers };
    return (await fetch(`https://api.test/v1${path}`, init)).json();
  };
  const { token } = await post("/auth/token", PAIR);
  const { messageid } = await post("/message/send", { ...MESSAGE, ...fields }, { Authorization: token });
  return { token, messageid };
}
