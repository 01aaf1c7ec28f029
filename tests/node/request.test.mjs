// What leaves: one request, as the API's documentation says, and nothing beside it.
import assert from "node:assert/strict";
import test from "node:test";
import { AuthApi, keySecret, Login, login, SmsWorks } from "smsworks-wasm";
import { answering, CALLS, CREDENTIALS, CUSTOMERID, KEY_SECRET, LOGIN, PAIR, TOKEN } from "./calls.mjs";
import { hostileServer, json } from "./hostile-server.mjs";

const LIMIT = { timeout: 20_000 };

for (const call of CALLS) {
  test(`${call.operation} is ${call.method} ${call.path} with the documented headers`, LIMIT, async (t) => {
    const server = await hostileServer(t, json(call.status, call.answer));
    await call.on(new AuthApi({ baseUrl: server.baseUrl }));
    const [{ method, target, headers }, ...more] = server.requests;
    assert.deepEqual(more, []);
    assert.equal(method, call.method);
    assert.equal(new URL(target, server.origin).pathname, `/v1${call.path}`);
    assert.equal(headers["content-type"], "application/json");
    assert.equal(headers.accept, "application/json;charset=UTF-8");
    assert.deepEqual([headers.authorization, headers.cookie, headers.referer], [undefined, undefined, undefined]);
  });

  test(`${call.operation} asks fetch for no redirect, no cache, no cookie and no referrer`, LIMIT, async () => {
    const fetch = answering(call.answer, call.status);
    await call.on(new AuthApi({ fetch }));
    const [[url, init, ...rest]] = fetch.requests;
    assert.equal(typeof url, "string");
    assert.deepEqual(rest, []);
    const { method, redirect, cache, credentials, referrerPolicy, signal } = new Request(url, init);
    assert.deepEqual(
      { method, redirect, cache, credentials, referrerPolicy },
      {
        method: call.method,
        redirect: "manual",
        cache: "no-store",
        credentials: "omit",
        referrerPolicy: "no-referrer",
      },
    );
    assert.ok(signal instanceof AbortSignal && init.signal instanceof AbortSignal);
  });

  test(`${call.operation} calls fetch as a plain function`, LIMIT, async () => {
    let self = "not called";
    async function fetch() {
      self = this;
      return Response.json(call.answer);
    }
    await call.on(new AuthApi({ fetch }));
    assert.equal(self, undefined);
  });

  test(`${call.operation} goes to the API where nothing else is said`, LIMIT, async () => {
    const fetch = answering(call.answer, call.status);
    await call.on(new AuthApi({ fetch }));
    const { origin, pathname } = new URL(fetch.requests[0][0]);
    assert.equal(origin + pathname, `https://api.thesmsworks.co.uk/v1${call.path}`);
  });

  test(`${call.operation} looks globalThis.fetch up at each call`, LIMIT, async (t) => {
    const original = globalThis.fetch;
    t.after(() => {
      globalThis.fetch = original;
    });
    const api = new AuthApi();
    for (const fetch of [answering(call.answer), answering(call.answer)]) {
      globalThis.fetch = fetch;
      assert.deepEqual(await call.on(api), call.answer);
      assert.equal(fetch.requests.length, 1);
    }
  });
}

for (const customerid of [
  "0fca8c3c-6cbc-11e7-8154-a6006ad3dba0",
  "a b+c",
  "&customerid=other&x=y",
  "?#/\\..//",
  "%25%2e%2E%",
  ":@[]{}|^\"<>`'()*!~,;$=",
  "é ß 漢字 😀 \u202e \ufeff \u0301",
  "line\r\nX-Injected: 1\r\n\r\n\t\0\x7f",
  " ",
  ".",
]) {
  test(`the customer id ${JSON.stringify(customerid)} arrives intact`, LIMIT, async (t) => {
    const server = await hostileServer(t, json(201, PAIR));
    assert.deepEqual(await keySecret(customerid, { baseUrl: server.baseUrl }), PAIR);
    const [{ target, headers }] = server.requests;
    const { pathname, searchParams } = new URL(target, server.origin);
    assert.equal(pathname, "/v1/auth/getApiKey");
    assert.deepEqual([...searchParams], [["customerid", customerid]]);
    assert.equal(decodeURIComponent(target.split("customerid=")[1]), customerid);
    assert.match(target, /^[\x21-\x7e]+$/);
    assert.equal(headers["x-injected"], undefined);
  });
}

for (const [what, credentials, body] of [
  ["all three", CREDENTIALS, CREDENTIALS],
  ["only key and secret", { key: "k", secret: "s" }, { key: "k", secret: "s" }],
  ["a Login", new Login(CREDENTIALS), CREDENTIALS],
  [
    "a Login that was filled in later",
    Object.assign(new Login(), { key: "k", secret: "s" }),
    { key: "k", secret: "s" },
  ],
  ["an empty Login", new Login(), {}],
  ["nothing but undefined", { customerid: undefined, key: undefined }, {}],
  ["fields that are inherited", Object.create({ key: "k", secret: "s" }), { key: "k", secret: "s" }],
  [
    "fields without a prototype",
    Object.assign(Object.create(null), { key: "k", secret: "s" }),
    { key: "k", secret: "s" },
  ],
  [
    "characters that JSON escapes",
    { key: '"\\/\b\f\n\r\t\0\u2028', secret: "é😀" },
    { key: '"\\/\b\f\n\r\t\0\u2028', secret: "é😀" },
  ],
]) {
  test(`login sends ${what} as JSON`, LIMIT, async (t) => {
    const server = await hostileServer(t, json(200, { token: TOKEN }));
    assert.deepEqual(await login(credentials, { baseUrl: server.baseUrl }), { token: TOKEN });
    assert.deepEqual(JSON.parse(server.requests[0].body), body);
  });
}

test("a customer id is no part of a login's URL, nor a body of keySecret", LIMIT, async () => {
  const [get, post] = [answering(PAIR), answering({ token: TOKEN })];
  await KEY_SECRET.on(new AuthApi({ fetch: get }));
  await LOGIN.on(new AuthApi({ fetch: post }));
  assert.equal(get.requests[0][1].body ?? null, null);
  assert.equal(post.requests[0][0], "https://api.thesmsworks.co.uk/v1/auth/token");
});

test("an option of the call goes before the client's", LIMIT, async (t) => {
  const server = await hostileServer(t, json(503, { message: "Not now" }));
  const api = new AuthApi({ baseUrl: server.baseUrl, retries: 5 });
  await assert.rejects(api.login(CREDENTIALS, { retries: 0 }));
  assert.equal(server.requests.length, 1);
});

test("undefined for an option is its default", LIMIT, async () => {
  const original = globalThis.fetch;
  const fetch = answering(PAIR);
  globalThis.fetch = fetch;
  try {
    const none = { timeoutMs: undefined, retries: undefined, signal: undefined };
    const client = { ...none, baseUrl: undefined, fetch: undefined, allowInsecureHttp: undefined };
    assert.deepEqual(await new AuthApi(client).keySecret(CUSTOMERID, none), PAIR);
    assert.deepEqual(await keySecret(CUSTOMERID, client), PAIR);
    assert.deepEqual(await new AuthApi(undefined).keySecret(CUSTOMERID, undefined), PAIR);
    assert.deepEqual(await new AuthApi({ retries: 1 }).keySecret(CUSTOMERID, none), PAIR);
    assert.equal(fetch.requests.length, 4);
  } finally {
    globalThis.fetch = original;
  }
});

test("undefined for an option of the call leaves the client's", LIMIT, async (t) => {
  const server = await hostileServer(t, json(503, { message: "Not now" }));
  const api = new AuthApi({ baseUrl: server.baseUrl, retries: 0 });
  await assert.rejects(api.login(CREDENTIALS, { retries: undefined }));
  assert.equal(server.requests.length, 1);
});

test("a body of more characters than a text may have arrives whole", LIMIT, async () => {
  const fetch = answering({ messageid: "m" }, 201);
  const sms = new SmsWorks({ token: TOKEN, fetch });
  const destinations = Array.from({ length: 5000 }, (_, at) => `${"0".repeat(300)}${at}`);
  await sms.batches.send({ sender: "s", content: "c", destinations }).catch(() => {});
  assert.deepEqual(JSON.parse(fetch.requests[0][1].body).destinations, destinations);
});
