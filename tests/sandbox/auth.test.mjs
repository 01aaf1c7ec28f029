import assert from "node:assert/strict";
import test from "node:test";
import { createSandbox } from "smsworks-wasm/sandbox";
import { asking, both, CUSTOMER, decode, PAIR } from "./both.mjs";

const { customerid, key, secret } = PAIR;
const OTHER = { customerid: "customer-2", key: "key-2", secret: "secret-2" };
const SEEDED = { customers: [PAIR, OTHER, "customer-3"], now: () => 1_700_000_000_999 };

both("keySecret answers 201 with a UUID and a long secret, as JSON", async ({ keySecret }) => {
  const response = await keySecret();
  assert.equal(response.status, 201);
  assert.equal(response.headers.get("content-type"), "application/json; charset=utf-8");
  const text = await response.text();
  assert.equal(response.headers.get("content-length"), String(text.length));
  const pair = JSON.parse(text);
  assert.deepEqual(Object.keys(pair), ["key", "secret"]);
  assert.match(pair.key, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.match(pair.secret, /^[0-9a-f]{64}$/);
});

both("keySecret makes a new pair each time, and every pair stays valid", async ({ keySecret, login }) => {
  const answers = await Promise.all(Array.from({ length: 50 }, () => keySecret()));
  const pairs = await Promise.all(answers.map((answer) => answer.json()));
  assert.equal(new Set(pairs.map((pair) => pair.key)).size, 50);
  assert.equal(new Set(pairs.map((pair) => pair.secret)).size, 50);

  const logins = await Promise.all(pairs.map((pair) => login(pair)));
  assert.deepEqual(new Set(logins.map(({ status }) => status)), new Set([200]));
  const tokens = await Promise.all(logins.map((answer) => answer.json()));
  assert.deepEqual(
    tokens.map(({ token }) => decode(token).payload.key),
    pairs.map((pair) => pair.key),
  );
});

both(
  "only the customers that are named are known",
  async ({ keySecret }) => {
    for (const named of ["customer-1", "customer-2", "customer-3"]) {
      assert.equal((await keySecret(named)).status, 201, named);
    }
    assert.equal((await keySecret(CUSTOMER)).status, 401);
  },
  SEEDED,
);

for (const [what, credentials] of [
  ["key and secret", { key, secret }],
  ["customerid, key and secret", { customerid, key, secret }],
  ["null for the customerid", { customerid: null, key, secret }],
  ["fields that it does not know", { key, secret, extra: [1] }],
]) {
  both(
    `login takes ${what}`,
    async ({ login }) => {
      const response = await login(credentials);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get("content-type"), "application/json; charset=utf-8");
      const body = await response.json();
      assert.deepEqual(Object.keys(body), ["token"]);
      assert.match(body.token, /^JWT [\w-]+\.[\w-]+\.[\w-]+$/);
    },
    SEEDED,
  );
}

for (const type of [undefined, "text/plain", "application/x-www-form-urlencoded"]) {
  both(
    `login takes JSON that is declared as ${type}`,
    async ({ ask }) => {
      const body = new Blob([JSON.stringify({ key, secret })], { type });
      assert.equal((await ask("/auth/token", { method: "POST", body })).status, 200);
    },
    SEEDED,
  );
}

const POST = (body) => ["/auth/token", { method: "POST", body }];
for (const [what, [path, init], status] of [
  ["no customerid", ["/auth/getApiKey"], 400],
  ["an empty customerid", ["/auth/getApiKey?customerid="], 400],
  ["an unknown customer", ["/auth/getApiKey?customerid=customer-9"], 401],
  ["a customerid in other letters", ["/auth/getApiKey?customerid=CUSTOMER-1"], 401],
  ["no body", POST(undefined), 400],
  ["a body that is not JSON", POST('{"key":"key-1","secret":"secret-1"'), 400],
  ["a body that is not UTF-8", POST(Buffer.from('{"key":"key-1","secret":"\xff"}', "latin1")), 400],
  ["JSON null", POST("null"), 400],
  ["a JSON array", POST('["key-1","secret-1"]'), 400],
  ["a JSON string", POST('"secret-1"'), 400],
  ["no secret", POST('{"key":"key-1"}'), 400],
  ["no key", POST('{"secret":"secret-1"}'), 400],
  ["a wrong secret", POST('{"key":"key-1","secret":"secret-9"}'), 401],
  ["a secret of another type", POST('{"key":"key-1","secret":["secret-1"]}'), 400],
  ["an unknown key", POST('{"key":"key-9","secret":"secret-1"}'), 401],
  ["another pair's secret", POST('{"key":"key-1","secret":"secret-2"}'), 401],
  ["a customer who does not own the key", POST('{"customerid":"customer-2","key":"key-1","secret":"secret-1"}'), 401],
  ["an empty customerid in a login", POST('{"customerid":"","key":"key-1","secret":"secret-1"}'), 401],
]) {
  both(
    `${what} is refused with the API's error model, which repeats nothing`,
    async ({ ask }) => {
      const response = await ask(path, init);
      assert.equal(response.status, status);
      assert.equal(response.headers.get("content-type"), "application/json; charset=utf-8");
      const text = await response.text();
      const { message, ...rest } = JSON.parse(text);
      assert.match(message, /^[A-Z].*[^.]$/);
      assert.deepEqual(rest, { errorCode: status, status: "REJECTED", permanent: true });
      assert.doesNotMatch(text, /(key|secret|customer)-\d/i);
    },
    SEEDED,
  );
}

both(
  "a token is an HS256 JWT of the pair, from now and for 25 years",
  async ({ login }) => {
    const { token } = await (await login(PAIR)).json();
    const { header, payload, signature } = decode(token);
    assert.deepEqual(header, { alg: "HS256", typ: "JWT" });
    assert.deepEqual(payload, { key, secret, iat: 1_700_000_000, exp: 1_700_000_000 + 788_400_000 });
    assert.equal(signature.length, 32);
  },
  SEEDED,
);

test("the clock and the lifetime of tokens are the caller's", async () => {
  let time = 5_000;
  const { fetch } = createSandbox({ customers: [PAIR], now: () => time, tokenLifetimeSeconds: 60 });
  const { login } = asking(fetch, "http://sandbox");
  const validity = async () => {
    const { iat, exp } = decode((await (await login(PAIR)).json()).token).payload;
    return [iat, exp];
  };
  assert.deepEqual(await validity(), [5, 65]);
  time = 3_600_999;
  assert.deepEqual(await validity(), [3600, 3660]);
});

test("the clock is the one of the moment, so that a test may replace Date", async (t) => {
  const { fetch } = createSandbox({ customers: [PAIR] });
  t.mock.timers.enable({ apis: ["Date"], now: 42_000 });
  const response = await asking(fetch, "http://sandbox").login(PAIR);
  assert.equal(decode((await response.json()).token).payload.iat, 42);
});

test("a signature depends on the content and on the sandbox's own key", async () => {
  const token = async (sandbox, pair) => {
    const response = await asking(sandbox.fetch, "http://sandbox").login(pair);
    return (await response.json()).token;
  };
  const [one, two] = [createSandbox(SEEDED), createSandbox(SEEDED)];
  const [first, again, otherPair, otherSandbox] = await Promise.all([
    token(one, PAIR),
    token(one, PAIR),
    token(one, OTHER),
    token(two, PAIR),
  ]);
  assert.equal(again, first);
  assert.notDeepEqual(decode(otherPair).signature, decode(first).signature);
  assert.deepEqual(decode(otherSandbox).payload, decode(first).payload);
  assert.notDeepEqual(decode(otherSandbox).signature, decode(first).signature);
});
