// What the API's descriptions refuse, and what they allow.
import assert from "node:assert/strict";
import test from "node:test";
import { createSandbox } from "smsworks-wasm/sandbox";
import { authorized, LATER, MESSAGE, NOW, PAIR } from "./both.mjs";

const BATCH = { sender: "Us", destinations: ["447777777777"], content: "Hello" };
const OTP = { destination: "447777777777" };
const RICH = { customers: [PAIR], now: () => NOW, credits: 1e6 };

const SENDERS = {
  takes: ["YourCompany", "a", "A1", "1", "447777777777", "123456789012345"],
  refuses: ["", "Your Us", "YourCompanyX", "1234567890123456", "Us!", "Ünited", "+447777777777", " Us", "Us\n", 5],
};
const DESTINATIONS = {
  takes: ["447777777777", 447777777777, "+447777777777", "00447777777777", "07777777777", "7777777777", "1234567"],
  refuses: ["", "12", "4477777777777777", "44 7777 777777", "x447777777777", 1.5, -447777777777, 1e21, 1e300, true],
};
const TEXTS = {
  sender: SENDERS,
  content: { takes: ["a", "a".repeat(1280), "€"], refuses: ["", "a".repeat(1281), 5, ["a"]] },
  tag: { takes: ["", null, "t".repeat(280)], refuses: ["t".repeat(281), 5] },
  validity: { takes: [null, 1, 1440, 2880], refuses: [0, -1, 2881, 1.5, 1e15, "60"] },
  ttl: { takes: [null, 0, 10, 1e6], refuses: [-1, 1.5, "10"] },
  ai: { takes: [true, false, null], refuses: ["true", 1] },
  deliveryreporturl: {
    takes: ["http://your.domain.com/path", "https://x/?a=b", "", null],
    refuses: ["x", "/path", "ftp://x/", 5, ["http://x/"]],
  },
};
const LISTS = {
  responseemail: { takes: [[], ["a@x.example", "b@x.example"], null], refuses: ["a@x.example", [5], [null], {}] },
  metadata: {
    takes: [[], [{ key: "a", value: "b" }], [{ key: "a" }], [{}], null],
    refuses: [{ key: "a", value: "b" }, ["a"], [null], [{ key: 5 }], [{ value: { a: 1 } }], "a", 5],
  },
};
const SCHEDULES = {
  takes: [
    LATER,
    "2029-12-31T23:00:00.000Z",
    "2030-01-01T00:00:00+01:00",
    "Tue Jan 01 2030 15:34:23 GMT+0100 (BST)",
    "2031-01-01",
  ],
  refuses: [undefined, null, "", "soon", "week 5", "2029-12-31T22:59:59.999Z", "2020-09-03T15:34:23Z", 1893456000000],
};
const ANY_SCHEDULE = { takes: ["", null, LATER, "2020-09-03T15:34:23Z"], refuses: [5] };
const QUERIES = {
  status: {
    takes: ["SENT", "DELIVERED", "EXPIRED", "UNDELIVERABLE", "REJECTED", "INCOMING", "UNKNOWN", null],
    refuses: ["", "sent", "FAILED", 5],
  },
  credits: { takes: [0, 2, 2.5, null], refuses: ["2", Infinity] },
  destination: { takes: ["447777777777", 447777777777, "none", null], refuses: [1.5, {}] },
  sender: { takes: ["Us", "nobody at all", null], refuses: [5] },
  keyword: { takes: ["SKYWALKER", null], refuses: [5] },
  from: { takes: ["Wed Jul 12 2017 20:26:28 GMT+0100 (BST)", LATER, null], refuses: ["", "soon", 5] },
  to: { takes: ["Wed Jul 12 2017 20:26:28 GMT+0100 (BST)", LATER, null], refuses: ["", "soon", 5] },
  limit: { takes: [0, 1, 1000, 2000, null], refuses: [-1, 1.5, "10", Infinity] },
  skip: { takes: [0, 1, 1e6, null], refuses: [-1, 1.5, "10"] },
  unread: { takes: [true, false, null], refuses: ["true", 1] },
  metadata: LISTS.metadata,
};
const OTPS = {
  sender: { takes: [...SENDERS.takes, undefined, null], refuses: SENDERS.refuses },
  destination: DESTINATIONS,
  length: { takes: [1, 4, 6, 20, "8", {}, "{}", null], refuses: [0, -1, 1.5, 1e9, "six", [6], true] },
  template: {
    takes: ["{{passcode}}", "{{passcode}} or {{passcode}}", null],
    refuses: ["", "none", "{{ passcode }}", `${"a".repeat(1280)}{{passcode}}`, "{{passcode}}".repeat(500), 5],
  },
  validity: { takes: [1, 300, 0.5, 1e15, 1e300, null], refuses: [0, -1, "300", Infinity] },
  passcode: { takes: ["123456", 123456, "AB-12", 0, null], refuses: ["", 1.5, -1, 1e21, "1".repeat(1300), [1]] },
  metadata: {
    takes: [{}, { a: [1, { b: null }] }, { a: "x".repeat(1016) }, null],
    refuses: [{ a: "x".repeat(1017) }, { a: "é".repeat(600) }, [], "a", 5],
  },
};

for (const [route, base, fields] of [
  ["POST /message/send", MESSAGE, { ...TEXTS, ...LISTS, destination: DESTINATIONS, schedule: ANY_SCHEDULE }],
  ["POST /message/flash", MESSAGE, { ...TEXTS, ...LISTS, destination: DESTINATIONS, schedule: ANY_SCHEDULE }],
  [
    "POST /message/schedule",
    { ...MESSAGE, schedule: LATER },
    { ...TEXTS, ...LISTS, destination: DESTINATIONS, schedule: SCHEDULES },
  ],
  ["POST /batch/send", BATCH, { ...TEXTS, schedule: ANY_SCHEDULE }],
  ["POST /batch/schedule", { ...BATCH, schedule: LATER }, { ...TEXTS, schedule: SCHEDULES }],
  ["POST /messages", {}, QUERIES],
  ["POST /messages/inbox", {}, QUERIES],
  ["POST /messages/failed", {}, QUERIES],
  ["POST /otp/send", OTP, OTPS],
]) {
  authorized(
    `${route} takes what the description allows, and refuses the rest`,
    async ({ call, sandbox }) => {
      for (const [field, { takes, refuses }] of Object.entries(fields)) {
        for (const value of takes) {
          const { status, body } = await call(route, json({ ...base, [field]: value }));
          assert.ok(status === 200 || status === 201, `${field} ${json(value)}: ${status} ${body.message}`);
        }
        const before = [sandbox.messages.length, sandbox.credits];
        for (const value of refuses) {
          const { status, body } = await call(route, json({ ...base, [field]: value }));
          assert.equal(status, 400, `${field} ${json(value)?.slice(0, 100)}`);
          assert.match(body.message, new RegExp(`${field}|'key'|'value'`, "i"));
        }
        assert.deepEqual([sandbox.messages.length, sandbox.credits], before);
      }
    },
    RICH,
  );
}

/** JSON, with a number beyond what a number can hold where `Infinity` is given. */
function json(value) {
  return JSON.stringify(value, (_, each) => (each === Infinity ? "INFINITY" : each))?.replace('"INFINITY"', "1e999");
}

authorized("each field that the description requires is missed", async ({ call }) => {
  for (const [route, base] of [
    ["POST /message/send", MESSAGE],
    ["POST /message/flash", MESSAGE],
    ["POST /message/schedule", { ...MESSAGE, schedule: LATER }],
    ["POST /batch/send", BATCH],
    ["POST /batch/schedule", { ...BATCH, schedule: LATER }],
    ["POST /otp/send", OTP],
    ["POST /otp/verify", { passcode: "1" }],
    ["POST /auth/token", { key: "key-1", secret: "secret-1" }],
  ]) {
    for (const field of Object.keys(base)) {
      const { [field]: _, ...rest } = base;
      assert.equal((await call(route, rest)).status, 400, `${route} without ${field}`);
    }
  }
  assert.equal((await call("POST /batch/any", [MESSAGE, { sender: "Us" }])).status, 400);
  for (const route of ["POST /messages", "POST /messages/inbox", "POST /messages/failed"]) {
    assert.equal((await call(route)).status, 400, `${route} without a body`);
  }
});

authorized("a British number may be written as it is dialled there", async ({ call }) => {
  await call("POST /message/send", { ...MESSAGE, destination: "07777777777" });
  for (const destination of ["07777777777", "447777777777", 447777777777, "+447777777777"]) {
    const [found] = (await call("POST /messages", { destination })).body;
    assert.equal(found?.destination, 447777777777, String(destination));
  }
});

authorized(
  "a page is as large as it is asked to be, up to 1000",
  async ({ call }) => {
    const destinations = Array.from({ length: 1100 }, (_, index) => 447_777_000_000 + index);
    await call("POST /batch/send", { ...BATCH, destinations });
    for (const [query, first, count] of [
      [{}, 0, 1000],
      [{ limit: 2000 }, 0, 1000],
      [{ limit: 5 }, 0, 5],
      [{ limit: 0 }, undefined, 0],
      [{ skip: 1098 }, 1098, 2],
      [{ skip: 3, limit: 2 }, 3, 2],
      [{ skip: 5000 }, undefined, 0],
    ]) {
      const { body } = await call("POST /messages", query);
      assert.equal(body.length, count, JSON.stringify(query));
      if (count) assert.equal(body[0].destination, destinations[first]);
    }
  },
  RICH,
);

authorized("only fields that the description has are kept and shown", async ({ call, sandbox }) => {
  const metadata = [{ key: "order", value: "5", more: "x" }];
  const extra = { metadata, responseemail: ["a@x.example"], unknown: 1, unread: true, keyword: "K", batchid: "9" };
  const shown = ["content", "created", "customerid", "destination", "messageid", "modified", "schedule", "sender"];
  const keys = (text) => Object.keys(text).sort();

  const { messageid } = (await call("POST /message/send", { ...MESSAGE, ...extra })).body;
  const text = (await call(`GET /messages/${messageid}`)).body;
  assert.deepEqual(keys(text), [...shown, "metadata", "status", "tag"].sort());
  assert.deepEqual(text.metadata, [{ key: "order", value: "5" }]);

  const { batchid } = (await call("POST /batch/send", { ...BATCH, ...extra })).body;
  const [ofBatch] = (await call(`GET /batch/${batchid}`)).body;
  assert.deepEqual(keys(ofBatch), [...shown, "batchid", "status", "tag"].sort());
  assert.equal(ofBatch.batchid, batchid);

  const otp = (await call("POST /otp/send", { ...OTP, tag: "x", deliveryreporturl: "http://x/" })).body;
  assert.deepEqual(keys((await call(`GET /messages/${otp.messageid}`)).body), [...shown, "status", "tag"].sort());

  const received = sandbox.receive({ sender: "447777777777", destination: 447777777778, content: "Yes", keyword: "K" });
  assert.deepEqual(keys(received), [...shown, "keyword", "status", "tag"].sort());
  assert.deepEqual((await call("POST /messages/inbox", {})).body, [received]);
  const ids = async (query) => (await call("POST /messages", query)).body.map((text) => text.messageid);
  assert.deepEqual(await ids({ unread: true }), [received.messageid]);
  await call(`GET /messages/${received.messageid}`);
  assert.deepEqual([await ids({ unread: true }), await ids({ unread: false })], [[], [received.messageid]]);
  assert.deepEqual(await ids({ credits: 0 }), [received.messageid]);
  assert.deepEqual(await ids({ metadata: [{ key: "order", value: "5" }] }), [messageid]);
});

authorized("a number does for an id or a passcode, as a string does", async ({ call }) => {
  for (const make of [String, Number]) {
    const messageid = make((await call("POST /otp/send", { ...OTP, passcode: make("4321") })).body.messageid);
    const other = make((await call("POST /otp/send", { ...OTP, passcode: make("4321") })).body.messageid);
    const verified = await call("POST /otp/verify", { passcode: make("4321"), messageid });
    assert.deepEqual([verified.status, verified.body.status], [200, "VERIFIED"]);
    assert.equal((await call("POST /otp/verify", { passcode: make("4321"), messageid })).status, 404);
    assert.equal((await call("POST /otp/verify", { passcode: make("4321"), messageid: other })).status, 200);
  }
  const { messageid } = (await call("POST /otp/send", OTP)).body;
  const { passcode } = (await call(`GET /otp/${messageid}`)).body;
  assert.equal(typeof passcode, "number");
  assert.equal((await call("POST /otp/verify", { passcode })).body.status, "VERIFIED");
});

authorized("a one-time password may hold for longer than a date can say", async ({ call, sandbox }) => {
  const { messageid } = (await call("POST /otp/send", { ...OTP, validity: 1e15 })).body;
  sandbox.advance(1e11);
  const { validity, expires, status } = (await call(`GET /otp/${messageid}`)).body;
  assert.deepEqual([validity, expires, status], [1e15, "+275760-09-13T00:00:00.000Z", undefined]);
});

for (const [what, route, body] of [
  ["of one text", "POST /batch/send", { ...BATCH, destinations: Array(5000).fill("447777777777") }],
  [
    "of texts that are as long as can be, and escaped",
    "POST /batch/any",
    Array(5000).fill({ ...MESSAGE, content: "ж".repeat(1280), tag: "ж".repeat(280) }),
  ],
]) {
  authorized(
    `a batch of 5000 is taken, ${what}, and no larger one`,
    async ({ call, sandbox }) => {
      const escaped = (value) => JSON.stringify(value).replaceAll("ж", "\\u0436");
      const { status, body: answer } = await call(route, escaped(body));
      assert.equal(status, 201);
      assert.equal((await call(`GET /batch/${answer.batchid}`)).body.length, 5000);
      const more = Array.isArray(body)
        ? [...body, MESSAGE]
        : { ...body, destinations: [...body.destinations, "1234567"] };
      assert.equal((await call(route, escaped(more))).status, 400);
      assert.equal(sandbox.messages.length, 5000);
    },
    RICH,
  );
}

for (const ms of [Infinity, NaN, -1, "5", undefined, null, {}, 5n]) {
  test(`advance refuses ${String(ms)} of ${typeof ms}`, () => {
    const sandbox = createSandbox();
    assert.throws(() => sandbox.advance(ms), { name: "TypeError", message: /^advance takes/ });
  });
}

authorized("the clock stops at the last date that there is", async ({ call, sandbox }) => {
  const { messageid } = (await call("POST /otp/send", OTP)).body;
  sandbox.advance(Number.MAX_VALUE);
  sandbox.advance(Number.MAX_VALUE);
  sandbox.advance(Number.MAX_VALUE);
  assert.equal((await call("GET /utils/test")).status, 401);
  assert.equal(sandbox.messages[0].messageid, messageid);
  assert.equal(sandbox.messages[0].modified, "+275760-09-13T00:00:00.000Z");
});

test("a clock that tells no time is the caller's own TypeError", async () => {
  const { fetch } = createSandbox({ now: () => NaN });
  await assert.rejects(fetch("http://sandbox/auth/token"), { name: "TypeError", message: /^now must/ });
});

for (const [what, message] of [
  ["nothing", {}],
  ["a sender that is none", { sender: {}, destination: "447777777778", content: "x" }],
  ["a destination that is none", { sender: "447777777777", destination: { toString: null }, content: "x" }],
  ["no content", { sender: "447777777777", destination: "447777777778", content: "" }],
  ["a keyword that is none", { sender: "447777777777", destination: "447777777778", content: "x", keyword: 5 }],
]) {
  test(`receive refuses ${what} with a TypeError`, () => {
    const sandbox = createSandbox();
    assert.throws(() => sandbox.receive(message), { name: "TypeError", message: /must be/ });
    assert.deepEqual(sandbox.messages, []);
  });
}

test("a text is received from a number in any spelling", () => {
  const sandbox = createSandbox();
  for (const sender of ["447777777777", "+447777777777", "00447777777777", "07777777777"]) {
    assert.equal(sandbox.receive({ sender, destination: 447777777778, content: "x" }).sender, "447777777777");
  }
});
