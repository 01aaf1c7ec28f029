// JSON that nobody means to send: each is answered with a status and a JSON model, and none drops the connection.
import assert from "node:assert/strict";
import { authorized, LATER, MESSAGE, NOW, PAIR } from "./both.mjs";

const DEEP = 20_000;
/** As JSON. What is no JSON is among the bodies below. */
const OBJECTS = [
  "{}",
  '{"toString":null}',
  '{"toString":1}',
  '{"toString":{"toString":null}}',
  '{"valueOf":null,"toString":null}',
  '{"toJSON":1,"then":1}',
  '{"__proto__":null}',
  '{"__proto__":{"toString":null}}',
  '{"constructor":{"prototype":null}}',
  '{"length":-1,"0":"a"}',
  '{"length":1e300}',
  '{"a":{"b":{"c":[null,{"toString":null}]}}}',
  `${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}`,
];
const LISTS = [
  "[]",
  "[[]]",
  "[null]",
  '["447777777777"]',
  '[[["447777777777"]]]',
  '[{"toString":null}]',
  '[{"__proto__":null}]',
  '[{"key":{"toString":null},"value":[]}]',
  `[${"null,".repeat(10_000)}null]`,
  `${"[".repeat(DEEP)}${"]".repeat(DEEP)}`,
];
const SCALARS = [
  "null",
  "true",
  "false",
  "0",
  "-0",
  "-1",
  "0.5",
  "1e15",
  "9007199254740993",
  "1e21",
  "1e308",
  "1e999",
  "-1e999",
  '""',
  '" "',
  '"x"',
  '"__proto__"',
  '"constructor"',
  '"\\u0000"',
  '"\\ud800"',
  '"\\u202e"',
  '"$&$1{{passcode}}"',
  '"Infinity"',
  '"0x10"',
  '"-271821-04-21"',
  '"+275760-09-13T00:00:00Z"',
  '"+999999-01-01T00:00:00Z"',
  `"${"9".repeat(100_000)}"`,
];
const VALUES = [...OBJECTS, ...LISTS, ...SCALARS];

const TEXT = ["sender", "content", "deliveryreporturl", "schedule", "tag", "ttl", "validity", "ai"];
const MESSAGE_FIELDS = [...TEXT, "destination", "responseemail", "metadata", "unknown"];
const QUERY = [
  "status",
  "credits",
  "destination",
  "sender",
  "keyword",
  "from",
  "to",
  "limit",
  "skip",
  "unread",
  "metadata",
];
const MANY = { sender: "Us", content: "Hello", destinations: ["447777777777"], schedule: LATER };
const OPERATIONS = [
  ["POST /message/send", MESSAGE, MESSAGE_FIELDS],
  ["POST /message/flash", MESSAGE, MESSAGE_FIELDS],
  ["POST /message/schedule", { ...MESSAGE, schedule: LATER }, MESSAGE_FIELDS],
  ["POST /batch/send", MANY, [...TEXT, "destinations", "unknown"]],
  ["POST /batch/schedule", MANY, [...TEXT, "destinations", "unknown"]],
  ["POST /messages", {}, [...QUERY, "unknown"]],
  ["POST /messages/inbox", {}, QUERY],
  ["POST /messages/failed", {}, QUERY],
  [
    "POST /otp/send",
    { destination: "447777777777" },
    ["sender", "destination", "length", "template", "validity", "passcode", "metadata", "unknown"],
  ],
  ["POST /otp/verify", { passcode: "1" }, ["passcode", "messageid", "unknown"]],
  ["POST /auth/token", PAIR, ["customerid", "key", "secret", "unknown"]],
];
/** Where an object or a list is what the field is. */
const TAKE_OBJECTS = ["length", "metadata", "unknown"];
const TAKE_LISTS = ["metadata", "responseemail", "destinations", "unknown"];

const RICH = { customers: [PAIR], now: () => NOW, credits: 1e9 };

/** It answered with a model, and the status is one of a request that was understood or refused. */
function check({ status, body }, what) {
  assert.ok(status >= 200 && status < 500, `${what}: ${status}`);
  assert.ok(typeof body === "object" && body !== null, what);
  if (status < 400) return;
  assert.deepEqual(Object.keys(body).sort(), ["errorCode", "message", "permanent", "status"], what);
  assert.match(body.message, /^[A-Z].{5,140}$/, what);
}

for (const [route, base, fields] of OPERATIONS) {
  authorized(
    `${route} answers whatever a field holds`,
    async ({ call, sandbox }) => {
      for (const field of fields) {
        for (const value of VALUES) {
          const { [field]: _, ...rest } = base;
          const answer = await call(
            route,
            `${JSON.stringify(rest).slice(0, -1)}${Object.keys(rest).length ? "," : ""}"${field}":${value}}`,
          );
          const what = `${field} ${value.slice(0, 60)}`;
          check(answer, what);
          const isWrong =
            (OBJECTS.includes(value) && !TAKE_OBJECTS.includes(field)) ||
            (LISTS.includes(value) && !TAKE_LISTS.includes(field));
          if (isWrong) assert.equal(answer.status, 400, what);
        }
      }
      // And all that it kept can still be shown.
      for (const route of ["POST /messages", "POST /messages/inbox", "POST /messages/failed"]) {
        assert.equal((await call(route, {})).status, 200, route);
      }
      assert.equal((await call("GET /messages/schedule")).status, 200);
      for (const { messageid } of sandbox.messages.slice(-300)) {
        assert.equal((await call(`GET /messages/${messageid}`)).status, 200);
        if (route === "POST /otp/send") assert.equal((await call(`GET /otp/${messageid}`)).status, 200);
      }
    },
    RICH,
  );
}

authorized(
  "every operation answers whatever its body is",
  async ({ call, ask, token }) => {
    const broken = ["", " ", "{", "]", "nul", "{'a':1}", '{"a":1}x', "\u0000", '{"a":01}', '"\u0007"', "NaN"];
    for (const [route] of [...OPERATIONS, ["POST /batch/any"]]) {
      for (const body of [...broken, ...VALUES]) {
        const answer = await call(route, body);
        const what = `${route} ${body.slice(0, 60)}`;
        check(answer, what);
        if (!body.startsWith("{") && !body.startsWith("[")) assert.equal(answer.status, 400, what);
      }
      for (const bytes of [[0xff], [0xef, 0xbb, 0xbf], [0xed, 0xa0, 0x80], [0, 0x7b, 0, 0x7d]]) {
        const [method, path] = route.split(" ");
        const init = { method, body: Uint8Array.from(bytes), headers: { Authorization: token } };
        const response = await ask(path, init);
        assert.equal(response.status, 400, `${route} ${bytes}`);
        await response.json();
      }
    }
    for (const value of VALUES) {
      check(await call("POST /batch/any", `[${value}]`), value.slice(0, 60));
      for (const field of MESSAGE_FIELDS) {
        const body = `[${JSON.stringify(MESSAGE).slice(0, -1)},"${field}":${value}}]`;
        check(await call("POST /batch/any", body), `${field} ${value.slice(0, 60)}`);
      }
      for (const route of ["POST /batch/send", "POST /batch/schedule"]) {
        check(
          await call(route, `{"sender":"Us","content":"Hello","schedule":"${LATER}","destinations":[${value}]}`),
          value.slice(0, 60),
        );
      }
    }
  },
  RICH,
);

authorized("every operation answers whatever its path and its query are", async ({ call }) => {
  const ids = [
    "__proto__",
    "constructor",
    "toString",
    "%00",
    "%E0%A4",
    "%",
    "%2F",
    "-1",
    "1e999",
    "null",
    "a".repeat(5000),
  ];
  for (const id of ids) {
    for (const route of [
      "GET /messages/",
      "DELETE /messages/",
      "DELETE /messages/schedule/",
      "GET /batch/",
      "DELETE /batches/schedule/",
      "GET /otp/",
      "GET /utils/errors/",
      "GET /auth/getApiKey?customerid=",
    ]) {
      const answer = await call(route + id);
      check(answer, route + id.slice(0, 60));
      assert.ok(answer.status >= 400, route + id.slice(0, 60));
    }
  }
});
