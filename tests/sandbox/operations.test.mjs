// The 21 operations that need a token.
import assert from "node:assert/strict";
import test from "node:test";
import { createSandbox } from "smsworks-wasm/sandbox";
import { authorized, CUSTOMER, LATER, MESSAGE, NOW, OPTIONS, PAIR } from "./both.mjs";

authorized("a text is sent, found, and arrives", async ({ call, sandbox }) => {
  const metadata = [{ key: "order", value: "5" }];
  const sent = await call("POST /message/send", { ...MESSAGE, tag: "spring", metadata });
  const { messageid } = sent.body;
  assert.deepEqual(sent, {
    status: 201,
    body: { messageid, status: "SENT", credits: 9, creditsUsed: 1, messageparts: 1 },
  });
  assert.equal(typeof messageid, "string");

  const got = await call(`GET /messages/${messageid}`);
  const expected = {
    ...MESSAGE,
    destination: 447777777777,
    messageid,
    tag: "spring",
    metadata,
    customerid: PAIR.customerid,
  };
  assert.equal(got.status, 200);
  assert.deepEqual({ ...got.body, ...expected }, got.body);
  assert.deepEqual(sandbox.messages, [got.body]);

  sandbox.advance(1000);
  assert.equal((await call(`GET /messages/${messageid}`)).body.status, "DELIVERED");
  for (const [query, count] of [
    [{}, 1],
    [{ status: "DELIVERED" }, 1],
    [{ status: "SENT" }, 0],
    [{ destination: 447777777777, sender: "Us", credits: 1 }, 1],
    [{ destination: "447777777778" }, 0],
    [{ from: "2029-12-31T22:59:00Z", to: "2029-12-31T23:01:00Z" }, 1],
    [{ from: "2029-12-31T23:00:01Z" }, 0],
    [{ to: "Mon Dec 31 2029 22:59:59 GMT+0000" }, 0],
    [{ metadata }, 1],
    [{ metadata: [{ key: "order", value: "6" }] }, 0],
    [{ limit: 1, skip: 1 }, 0],
    [{ keyword: "X" }, 0],
  ]) {
    assert.equal((await call("POST /messages", query)).body.length, count, JSON.stringify(query));
  }

  assert.deepEqual(await call(`DELETE /messages/${messageid}`), {
    status: 200,
    body: { messageid, status: "DELETED" },
  });
  assert.equal((await call(`GET /messages/${messageid}`)).status, 404);
  assert.equal((await call(`DELETE /messages/${messageid}`)).status, 400);
  assert.deepEqual(sandbox.messages, []);
});

authorized("a flash text takes credits as others do", async ({ call }) => {
  assert.equal((await call("POST /message/flash", { ...MESSAGE, destination: 447777777777 })).status, 201);
  assert.deepEqual(await call("GET /credits/balance"), { status: 200, body: { credits: 9 } });
});

authorized("without enough credits nothing is sent", async ({ call, sandbox }) => {
  const two = { ...MESSAGE, content: "a".repeat(161) };
  for (let credits = 8; credits >= 0; credits -= 2)
    assert.equal((await call("POST /message/send", two)).body.credits, credits);
  for (const [route, body] of [
    ["POST /message/send", MESSAGE],
    ["POST /message/flash", MESSAGE],
    ["POST /batch/send", { ...MESSAGE, destinations: [1234567] }],
    ["POST /batch/any", [MESSAGE]],
    ["POST /otp/send", { destination: "447777777777" }],
  ]) {
    const refused = await call(route, body);
    assert.equal(refused.status, 402, route);
    const { message, ...rest } = refused.body;
    assert.equal(typeof message, "string");
    assert.deepEqual(rest, { errorCode: 402, status: "REJECTED", permanent: false });
  }
  assert.equal(sandbox.messages.length, 5);
  assert.deepEqual(sandbox.credits, { [PAIR.customerid]: 0 });
});

for (const [content, parts] of [
  ["a".repeat(160), 1],
  ["a".repeat(161), 2],
  ["a".repeat(306), 2],
  ["a".repeat(307), 3],
  ["€".repeat(80), 1],
  ["€".repeat(81), 2],
  ["ж".repeat(70), 1],
  ["ж".repeat(71), 2],
  ["ж".repeat(135), 3],
  ["\u{1f600}".repeat(35), 1],
  ["\u{1f600}".repeat(36), 2],
]) {
  test(`${content.length} of ${content.slice(0, 2)} take ${parts}`, async () => {
    const sandbox = createSandbox(OPTIONS);
    const post = (path, body, headers) =>
      sandbox
        .fetch(`https://api.test/v1${path}`, { method: "POST", body: JSON.stringify(body), headers })
        .then((answer) => answer.json());
    const { token } = await post("/auth/token", PAIR);
    const { creditsUsed } = await post("/message/send", { ...MESSAGE, content }, { Authorization: token });
    assert.equal(creditsUsed, parts);
  });
}

authorized("a scheduled text goes out at its time, under its id", async ({ call, sandbox }) => {
  const { status, body } = await call("POST /message/schedule", { ...MESSAGE, schedule: LATER });
  assert.deepEqual([status, body.status], [200, "SCHEDULED"]);
  const waiting = { sender: "Us", content: "Hello", destination: "447777777777", schedule: LATER };
  const listed = async () => (await call("GET /messages/schedule")).body;
  assert.deepEqual(await listed(), [{ id: body.messageid, batch: false, status: "SCHEDULED", message: waiting }]);
  assert.deepEqual([sandbox.messages, sandbox.credits], [[], { [PAIR.customerid]: 10 }]);

  sandbox.advance(Date.parse(LATER) - NOW);
  assert.deepEqual((await listed())[0].status, "PROCESSED");
  assert.equal((await call(`GET /messages/${body.messageid}`)).body.schedule, LATER);
  assert.deepEqual(sandbox.credits, { [PAIR.customerid]: 9 });
  assert.equal((await call(`DELETE /messages/schedule/${body.messageid}`)).status, 400);
});

authorized("what is scheduled can be cancelled", async ({ call, sandbox }) => {
  const text = (await call("POST /message/schedule", { ...MESSAGE, schedule: LATER })).body.messageid;
  const batch = (await call("POST /batch/schedule", { ...MESSAGE, destinations: [1234567], schedule: LATER })).body
    .batchid;
  assert.equal((await call(`DELETE /messages/schedule/${batch}`)).status, 404);
  assert.equal((await call(`DELETE /batches/schedule/${text}`)).status, 404);
  assert.deepEqual((await call(`DELETE /messages/schedule/${text}`)).body, { messageid: text, status: "CANCELLED" });
  assert.deepEqual((await call(`DELETE /batches/schedule/${batch}`)).body, { messageid: batch, status: "CANCELLED" });
  sandbox.advance(Date.parse(LATER) - NOW);
  assert.deepEqual(sandbox.messages, []);
  assert.deepEqual(
    (await call("GET /messages/schedule")).body.map(({ status }) => status),
    ["CANCELLED", "CANCELLED"],
  );
});

authorized("a batch goes to all of its numbers, now or later", async ({ call, sandbox }) => {
  const many = { sender: "Us", content: "Hello", destinations: ["447777777777", 447777777778] };
  const { status, body } = await call("POST /batch/send", many);
  assert.deepEqual([status, body.status], [201, "SCHEDULED"]);
  const sent = (await call(`GET /batch/${body.batchid}`)).body;
  assert.deepEqual(
    sent.map(({ destination, batchid }) => [destination, batchid]),
    many.destinations.map((to) => [Number(to), body.batchid]),
  );

  const any = await call("POST /batch/any", [MESSAGE, { ...MESSAGE, content: "Other" }]);
  assert.deepEqual(
    (await call(`GET /batch/${any.body.batchid}`)).body.map(({ content }) => content),
    ["Hello", "Other"],
  );

  const later = await call("POST /batch/schedule", { ...many, schedule: LATER });
  assert.deepEqual([later.status, later.body.status], [201, "SCHEDULED"]);
  assert.equal((await call(`GET /batch/${later.body.batchid}`)).status, 404);
  const [{ batch, message }] = (await call("GET /messages/schedule")).body;
  assert.deepEqual([batch, message.destinations], [true, ["447777777777", "447777777778"]]);
  sandbox.advance(Date.parse(LATER) - NOW);
  assert.equal((await call(`GET /batch/${later.body.batchid}`)).body.length, 2);
  assert.deepEqual(sandbox.credits, { [PAIR.customerid]: 4 });
});

authorized("a scheduled text that cannot be paid for is rejected", async ({ call, sandbox }) => {
  const schedule = LATER;
  await call("POST /batch/schedule", {
    ...MESSAGE,
    content: "a".repeat(1280),
    destinations: [1234567, 1234568],
    schedule,
  });
  sandbox.advance(Date.parse(LATER) - NOW);
  const failed = (await call("POST /messages/failed", {})).body;
  assert.deepEqual(
    failed.map(({ destination, status, failurereason }) => [destination, status, failurereason.code]),
    [[1234568, "REJECTED", 402]],
  );
});

authorized("a number that belongs to nobody gets nothing", async ({ call, sandbox }) => {
  await call("POST /message/send", { ...MESSAGE, destination: 447700900123 });
  sandbox.advance(1000);
  const [{ status, failurereason }] = (await call("POST /messages/failed", {})).body;
  assert.deepEqual([status, failurereason.permanent], ["UNDELIVERABLE", true]);
});

authorized("a text that comes in is in the inbox until it is read", async ({ call, sandbox }) => {
  const { messageid } = sandbox.receive({
    sender: "447777777777",
    destination: "447777777778",
    content: "Yes",
    keyword: "YES",
  });
  const inbox = async () => (await call("POST /messages/inbox", {})).body.map((message) => message.messageid);
  assert.deepEqual(await inbox(), [messageid]);
  assert.deepEqual(await inbox(), [messageid]);
  assert.equal((await call("POST /messages", { status: "INCOMING", keyword: "YES", unread: true })).body.length, 1);
  assert.equal((await call(`GET /messages/${messageid}`)).body.content, "Yes");
  assert.deepEqual(await inbox(), []);
  assert.throws(() => sandbox.receive(null), TypeError);
  assert.throws(
    () => sandbox.receive({ sender: "1", destination: "447777777778", content: "x", customerid: "secret-1" }),
    TypeError,
  );
});

authorized("a one-time password is sent, verified once, and expires", async ({ call, sandbox }) => {
  const metadata = { cart: 5 };
  const template = "Code: {{passcode}}!";
  const sent = await call("POST /otp/send", {
    destination: "447777777777",
    length: 8,
    template,
    validity: 60,
    metadata,
  });
  assert.deepEqual([sent.status, sent.body.status, sent.body.credits], [201, "SENT", 9]);
  const { messageid } = sent.body;
  const [, passcode] = /^Code: (\d{8})!$/.exec(sandbox.messages[0].content);

  assert.equal((await call("POST /otp/verify", { passcode: "0", messageid })).status, 404);
  const verified = await call("POST /otp/verify", { passcode });
  assert.deepEqual([verified.status, verified.body.status, verified.body.metadata], [200, "VERIFIED", metadata]);
  assert.equal((await call("POST /otp/verify", { passcode })).status, 404);
  assert.equal((await call(`GET /otp/${messageid}`)).body.status, "VERIFIED");

  const own = (await call("POST /otp/send", { destination: 447777777777, passcode: 4321, length: {} })).body.messageid;
  assert.deepEqual((await call(`GET /otp/${own}`)).body, {
    destination: "447777777777",
    passcode: 4321,
    validity: 300,
    created: "2029-12-31T23:00:00.000Z",
    expires: "2029-12-31T23:05:00.000Z",
    modified: "2029-12-31T23:00:00.000Z",
  });
  sandbox.advance(300_000);
  assert.deepEqual((await call("POST /otp/verify", { passcode: "4321" })).body.status, "EXPIRED");
  assert.equal((await call(`GET /otp/${own}`)).body.status, "EXPIRED");
  assert.equal((await call("GET /otp/none")).status, 404);
});

authorized("the utilities answer", async ({ call }) => {
  assert.deepEqual(await call("GET /utils/test"), { status: 200, body: { message: PAIR.customerid } });
  for (const [code, status] of [
    [34, 400],
    [402, 402],
    [503, 503],
    [0, 400],
    [999, 400],
  ]) {
    const { message, ...rest } = (await call(`GET /utils/errors/${code}`)).body;
    assert.equal(typeof message, "string");
    assert.deepEqual(rest, { errorCode: code, status: "REJECTED", permanent: status < 500 });
    assert.equal((await call(`GET /utils/errors/${code}`)).status, status);
  }
  assert.equal((await call("GET /utils/errors/x")).status, 404);
});

const OPERATIONS = [
  "POST /message/send",
  "POST /message/flash",
  "POST /message/schedule",
  "POST /messages",
  "POST /messages/inbox",
  "POST /messages/failed",
  "GET /messages/schedule",
  "DELETE /messages/schedule/1",
  "GET /messages/1",
  "DELETE /messages/1",
  "POST /batch/send",
  "POST /batch/any",
  "POST /batch/schedule",
  "GET /batch/1",
  "DELETE /batches/schedule/1",
  "POST /otp/send",
  "POST /otp/verify",
  "GET /otp/1",
  "GET /credits/balance",
  "GET /utils/test",
  "GET /utils/errors/1",
];

authorized("only a token of this sandbox that holds opens an operation", async ({ call, login, token, sandbox }) => {
  const forged = `${token.slice(0, -4)}AAAA`;
  for (const route of OPERATIONS) {
    for (const Authorization of [
      "",
      "JWT",
      "JWT x",
      "JWT a.b.c",
      token.replace("JWT", "Bearer"),
      token.slice(4),
      forged,
    ]) {
      assert.equal((await call(route, undefined, { Authorization })).status, 401, `${route} with ${Authorization}`);
    }
  }
  assert.equal((await call("GET /utils/test")).status, 200);
  sandbox.revokeTokens();
  assert.equal((await call("GET /utils/test")).status, 401);
  const { token: next } = await (await login(PAIR)).json();
  assert.equal((await call("GET /utils/test", undefined, { Authorization: next })).status, 200);
  sandbox.advance(1e15);
  assert.equal((await call("GET /utils/test", undefined, { Authorization: next })).status, 401);
});

for (const [what, body] of [
  ["no JSON", "{"],
  ["null", "null"],
  ["a number", "5"],
  ["a list in a list", "[[]]"],
  ["nothing", ""],
  [
    "wrong types",
    { sender: 5, destination: {}, destinations: {}, content: [], schedule: 5, passcode: {}, template: 5, from: {} },
  ],
  ["a prototype", '{"__proto__":{"sender":"x"},"constructor":5,"destinations":[null]}'],
  ["a number that is none", { ...MESSAGE, destination: "12", destinations: ["x"] }],
  ["a long text", { ...MESSAGE, content: "a".repeat(1281), destinations: [1234567] }],
  ["a date that is none", { ...MESSAGE, destinations: [1234567], schedule: "soon", from: "soon" }],
  ["too many", { ...MESSAGE, destinations: Array(5001).fill(1234567) }],
]) {
  authorized(`${what} is answered, and sends nothing`, async ({ call, sandbox }) => {
    for (const route of OPERATIONS.filter((route) => /^POST .*(send|flash|schedule|any|messages|verify)/.test(route))) {
      if (what === "a date that is none" && !/schedule|messages/.test(route)) continue;
      if (what === "too many" && !/batch/.test(route)) continue;
      if (what === "a long text" && /otp/.test(route)) continue;
      const { status, body: error } = await call(route, body);
      const isFine = /messages|verify/.test(route) && [200, 404].includes(status);
      assert.ok(isFine || status === 400, `${route}: ${status}`);
      if (!isFine) assert.equal(typeof error.message, "string");
    }
    assert.deepEqual([sandbox.messages, sandbox.credits], [[], { [PAIR.customerid]: 10 }]);
  });
}

authorized("a reset takes all of it back", async ({ call, sandbox }) => {
  await call("POST /message/send", MESSAGE);
  sandbox.advance(5000);
  sandbox.reset();
  assert.deepEqual([sandbox.messages, sandbox.credits], [[], { [PAIR.customerid]: 10 }]);
  assert.equal((await call("GET /credits/balance")).body.credits, 10);
  assert.equal(sandbox.requests[0].at, NOW);
});

test("customers see what is theirs", async () => {
  const other = { customerid: "customer-2", key: "key-2", secret: "secret-2" };
  const { fetch } = createSandbox({ customers: [PAIR, other, CUSTOMER] });
  const post = async (path, body, Authorization = "") => {
    const answer = await fetch(`https://api.test${path}`, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { Authorization },
    });
    return answer.json();
  };
  const [{ token: one }, { token: two }] = [await post("/auth/token", PAIR), await post("/auth/token", other)];
  await post("/message/send", MESSAGE, one);
  assert.equal((await post("/messages", {}, one)).length, 1);
  assert.equal((await post("/messages", {}, two)).length, 0);
});

authorized("a fault of a route fails that one", async ({ call, sandbox }) => {
  sandbox.fail({ operation: "POST /message/send", status: 429, times: 1 });
  assert.equal((await call("GET /credits/balance")).status, 200);
  assert.equal((await call("POST /message/send", MESSAGE)).status, 429);
  assert.equal((await call("POST /message/send", MESSAGE)).status, 201);
  assert.deepEqual(
    sandbox.requests.map(({ operation }) => operation),
    ["login", "GET /credits/balance", "POST /message/send", "POST /message/send"],
  );
});
