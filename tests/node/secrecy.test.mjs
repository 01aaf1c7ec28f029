// No field, message, stack or cause of an error holds what was sent, even where the server or the network repeats it.
import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { inspect } from "node:util";
import { AuthApi, Login, SmsWorksError } from "smsworks-wasm";
import { answering, BODY_TEXT, CALLS, CREDENTIALS, CUSTOMERID, LOGIN, PAIR, rejection, TOKEN } from "./calls.mjs";
import { hostileServer, json, reply } from "./hostile-server.mjs";
import { assertHoldsNothingSecret } from "./secrecy.mjs";

const LIMIT = { timeout: 20_000 };

const ENCODINGS = [
  ["as it is", (text) => text],
  ["percent-encoded", encodeURIComponent],
  ["percent-encoded in lower case", (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase())],
  [
    "percent-encoded to the last character",
    (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join(""),
  ],
  ["encoded as a form", (text) => new URLSearchParams({ text }).toString().slice("text=".length)],
  ["encoded as a path, which leaves most characters", (text) => encodeURI(text)],
  ["as JSON within the JSON", (text) => JSON.stringify({ text })],
];
const SENT = { keySecret: { customerid: CUSTOMERID }, login: CREDENTIALS };

for (const call of CALLS) {
  for (const [how, encode] of ENCODINGS) {
    test(`what the API's error model repeats of ${call.operation}, ${how}, is not shown`, LIMIT, async (t) => {
      const repeated = Object.entries(SENT[call.operation])
        .map(([name, text]) => `${name}=${encode(text)}`)
        .join("&");
      const model = {
        message: `Refused: ${repeated}.`,
        errorCode: 7,
        status: `BAD ${repeated}`,
        permanent: true,
        repeated,
      };
      const server = await hostileServer(t, json(401, model));
      const { reason: error } = await rejection(call.on(new AuthApi({ baseUrl: server.baseUrl })));
      assert.deepEqual([error.code, error.status], ["http", 401]);
      assert.match(error.api.message, /^Refused: /);
      assertHoldsNothingSecret(error, ...Object.values(SENT[call.operation]).map(encode));
    });
  }

  test(`a token that the API's error model tells of in ${call.operation} is not shown`, LIMIT, async (t) => {
    const [header, payload, signature] = TOKEN.slice(4).split(".");
    const model = { message: `The token ${TOKEN} (${TOKEN.slice(4)}) is bad`, errorCode: 7, status: `JWT:${TOKEN}` };
    const server = await hostileServer(t, json(400, model));
    const { reason: error } = await rejection(call.on(new AuthApi({ baseUrl: server.baseUrl })));
    assert.match(error.api.message, /^The token JWT .* is bad$/);
    assertHoldsNothingSecret(error, header, payload, signature);
  });

  test(`a body that is no error model stays out of the error of ${call.operation}`, LIMIT, async (t) => {
    const bodies = [
      { error: BODY_TEXT, ...PAIR },
      { message: { text: BODY_TEXT }, errorCode: BODY_TEXT },
      [{ message: BODY_TEXT }],
      BODY_TEXT,
    ];
    const server = await hostileServer(t, ...bodies.map((body) => json(400, body)));
    for (const _ of bodies) {
      const { reason: error } = await rejection(call.on(new AuthApi({ baseUrl: server.baseUrl })));
      assert.deepEqual([error.code, error.api], ["http", undefined]);
      assertHoldsNothingSecret(error);
    }
  });

  test(`headers of the reply stay out of the error of ${call.operation}`, LIMIT, async (t) => {
    const headers = {
      "X-Echo": encodeURIComponent(CREDENTIALS.key),
      "Set-Cookie": `token=${TOKEN}`,
      "Retry-After": BODY_TEXT,
    };
    const server = await hostileServer(
      t,
      json(400, { message: "No" }, headers),
      reply(307, "", { ...headers, Location: "/?" }),
    );
    for (const code of ["http", "redirect"]) {
      const { reason: error } = await rejection(call.on(new AuthApi({ baseUrl: server.baseUrl })));
      assert.equal(error.code, code);
      assertHoldsNothingSecret(error);
    }
  });

  test(`the target of a redirect stays out of the error of ${call.operation}`, LIMIT, async (t) => {
    const query = new URLSearchParams({ ...CREDENTIALS, token: TOKEN });
    const server = await hostileServer(t, reply(302, BODY_TEXT, { Location: `/elsewhere?${query}` }));
    const { reason: error } = await rejection(call.on(new AuthApi({ baseUrl: server.baseUrl })));
    assert.equal(error.code, "redirect");
    assertHoldsNothingSecret(error);
  });
}

test("half of a credential that contains another is not left over", LIMIT, async (t) => {
  const credentials = { customerid: "abcd", key: "abcd-efgh", secret: "efgh-abcd-efgh" };
  const message = `${Object.values(credentials).join(" ")} ${Object.values(credentials).join("")}`;
  const server = await hostileServer(t, json(401, { message }));
  const { reason: error } = await rejection(new AuthApi({ baseUrl: server.baseUrl }).login(credentials));
  assertHoldsNothingSecret(error, "abcd", "efgh");
});

describe("an object that carries credentials or an option shows none of them", () => {
  const api = new AuthApi({ baseUrl: "https://user-4e1b:word-4e1b@example.com/" });
  test("AuthApi", () => assertHoldsNothingSecret(api, "word-4e1b"));
  test("an error about a base URL with a password", LIMIT, async () => {
    const { reason: error } = await rejection(LOGIN.on(api));
    assert.equal(error.code, "invalid_argument");
    assertHoldsNothingSecret(error, "user-4e1b", "word-4e1b");
  });
});

test("an error that is printed shows its fields", LIMIT, async () => {
  const api = new AuthApi({ fetch: answering({ message: "No such key", errorCode: 7 }, 403) });
  const { reason: error } = await rejection(api.login(new Login(CREDENTIALS)));
  assert.ok(error instanceof SmsWorksError);
  const printed = inspect(error);
  for (const text of ["SmsWorksError: login failed", "code: 'http'", "status: 403", "No such key", "errorCode: 7"]) {
    assert.ok(printed.includes(text), text);
  }
});
