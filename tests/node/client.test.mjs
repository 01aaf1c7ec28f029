// SmsWorks: which token a request carries, when there is a login, and what is sent again.
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { test } from "node:test";
import { inspect } from "node:util";
import { AuthApi, SmsWorks, SmsWorksError } from "smsworks-wasm";
import { createSandbox } from "smsworks-wasm/sandbox";
import { json, jwt, serveApi } from "./api-server.mjs";
import { run } from "./child.mjs";
import { assertHoldsNothingSecret } from "./secrecy.mjs";

const PAIR = { customerid: "customer-8f20", key: "key-4a1c", secret: "secret-77d0" };
const MESSAGE = { sender: "Us", destination: "447777777777", content: "Hello" };
const SEND = "POST /message/send";
const BALANCE = "GET /credits/balance";

/** A sandbox, and a client of it. */
const sandboxed = (options, given) => {
  const sandbox = createSandbox({ customers: [PAIR], ...given });
  const sms = new SmsWorks({ credentials: PAIR, fetch: sandbox.fetch, ...options });
  const count = (operation) => sandbox.requests.filter((request) => request.operation === operation).length;
  return { sandbox, sms, logins: () => count("login"), count };
};

const seconds = () => Math.floor(Date.now() / 1000);

test("ten thousand who ask for a token make one login", async () => {
  const { sms, logins } = sandboxed();
  const tokens = await Promise.all(Array.from({ length: 10_000 }, () => sms.token()));
  assert.equal(new Set(tokens).size, 1);
  assert.match(tokens[0], /^JWT eyJ/);
  assert.equal(await sms.token(), tokens[0]);
  assert.equal(logins(), 1);
});

test("who aborts stops waiting, and the others get theirs", async () => {
  const { sms, logins } = sandboxed();
  for (const index of [0, 5000, 9999]) {
    await sms.forget();
    const before = logins();
    const abort = new AbortController();
    const calls = Array.from({ length: 10_000 }, (_, at) => sms.token(at === index ? { signal: abort.signal } : {}));
    abort.abort("enough");
    const outcomes = await Promise.allSettled(calls);
    assert.deepEqual(outcomes[index], { status: "rejected", reason: "enough" });
    assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 9999);
    assert.equal(logins() - before, 1);
  }
});

test("a login that all have left is given up, and the next call makes another", async (t) => {
  const api = await serveApi(t, { login: ["silence", jwt({})] });
  const sms = new SmsWorks({ baseUrl: api.baseUrl, credentials: PAIR });
  const abort = new AbortController();
  const waiting = Promise.allSettled([
    sms.token({ signal: abort.signal }),
    sms.request(BALANCE, { signal: abort.signal }),
  ]);
  await api.closed(() => abort.abort("enough"));
  for (const { reason } of await waiting) assert.equal(reason, "enough");
  assert.equal(await sms.token(), jwt({}));
  assert.equal(api.logins, 2);
});

test("who cannot wait for the login misses it, and the others get theirs", async (t) => {
  let answer;
  const fetch = () => new Promise((resolve) => (answer = () => resolve(json({ token: "JWT opaque" }))));
  const sms = new SmsWorks({ credentials: PAIR, fetch });
  const patient = sms.token();
  await assert.rejects(sms.token({ timeoutMs: 1 }), { code: "timeout", operation: "token" });
  await assert.rejects(sms.authorization({ timeoutMs: 1 }), { code: "timeout", operation: "authorization" });
  await assert.rejects(sms.request(BALANCE, { timeoutMs: 1 }), { code: "timeout", operation: BALANCE });
  answer();
  assert.equal(await patient, "JWT opaque");
});

test("a failed login fails all who waited, and is forgotten", async () => {
  const { sandbox, sms, logins } = sandboxed({ retries: 0 });
  sandbox.fail({ operation: "login", status: 503, times: 1 });
  const calls = [...Array.from({ length: 99 }, () => sms.token()), sms.request(BALANCE)];
  const outcomes = await Promise.allSettled(calls);
  const errors = outcomes.map(({ reason }) => reason);
  for (const error of errors) {
    assert.ok(error instanceof SmsWorksError);
    assert.deepEqual([error.code, error.operation, error.status], ["http", "login", 503]);
  }
  assert.equal(new Set(errors).size, 100);
  assert.match(await sms.token(), /^JWT eyJ/);
  assert.equal(logins(), 2);
});

test("a thousand requests whose token was revoked make one login, and each is repeated once", async () => {
  const sandbox = createSandbox({ customers: [PAIR] });
  const requests = { "/v1/auth/token": 0, "/v1/message/send": 0 };
  const fetch = (url, init) => (requests[new URL(url).pathname]++, sandbox.fetch(url, init));
  const sms = new SmsWorks({ credentials: PAIR, fetch });
  await sms.token();
  sandbox.revokeTokens();
  const sends = Array.from({ length: 1000 }, (_, index) =>
    sms.request(SEND, { body: { ...MESSAGE, content: `Hello ${index}` } }),
  );
  const sent = await Promise.all(sends);
  assert.equal(new Set(sent.map(({ messageid }) => messageid)).size, 1000);
  assert.deepEqual(new Set(sandbox.messages.map(({ content }) => content)).size, 1000);
  assert.equal(sandbox.messages.length, 1000);
  assert.deepEqual(requests, { "/v1/auth/token": 2, "/v1/message/send": 2000 });
});

test("a late 401 to an old token is no reason to log in again", async (t) => {
  const held = [];
  const api = await serveApi(t, { login: [jwt({ n: 1 }), jwt({ n: 2 })] });
  const fetch = async (url, init) => {
    const response = await globalThis.fetch(url, init);
    if (url.endsWith("/slow") && held.length === 0) await new Promise((resolve) => held.push(resolve));
    return response;
  };
  const sms = new SmsWorks({ baseUrl: api.baseUrl, credentials: PAIR, fetch });
  await sms.token();
  api.accept(jwt({ n: 2 }));
  const slow = sms.request("GET /slow");
  await api.asked("/v1/slow");
  await sms.request("GET /quick");
  held[0]();
  await slow;
  assert.equal(api.logins, 2);
});

test("a second 401 is the error", async (t) => {
  const api = await serveApi(t, { login: [jwt({ n: 1 }), jwt({ n: 2 })] });
  api.accept("none");
  const sms = new SmsWorks({ baseUrl: api.baseUrl, credentials: PAIR });
  await assert.rejects(sms.request(BALANCE), { code: "http", operation: BALANCE, status: 401, retryable: false });
  assert.deepEqual([api.logins, api.requests.length], [2, 2]);
  const response = await sms.fetch("/credits/balance");
  assert.equal(response.status, 401);
});

test("without credentials a refused token is the error, and stays", async (t) => {
  const api = await serveApi(t, { login: [] });
  api.accept("none");
  const sms = new SmsWorks({ baseUrl: api.baseUrl, token: jwt({ exp: 5 }) });
  for (const count of [1, 2]) {
    await assert.rejects(sms.request(BALANCE), { code: "http", status: 401 });
    assert.equal(api.requests.length, count);
  }
  assert.equal(await sms.token(), jwt({ exp: 5 }));
});

test("a text whose connection died after it was written is not sent again; what reads is", async (t) => {
  const api = await serveApi(t, {
    login: [jwt({})],
    answers: { "/v1/message/send": ["cut"], "/v1/credits/balance": ["cut", { credits: 5 }] },
  });
  const sms = new SmsWorks({ baseUrl: api.baseUrl, credentials: PAIR });
  await assert.rejects(sms.request(SEND, { body: MESSAGE }), {
    code: "network",
    operation: SEND,
    effect: "unknown",
    retryable: false,
  });
  assert.deepEqual(
    api.requests.map(({ body }) => body),
    [JSON.stringify(MESSAGE)],
  );
  assert.deepEqual(await sms.request(BALANCE), { credits: 5 });
  assert.equal(api.requests.length, 3);
});

const SENT = {
  "POST /message/send": 1,
  "POST /message/flash": 1,
  "POST /message/schedule": 1,
  "POST /batch/send": 1,
  "POST /batch/any": 1,
  "POST /batch/schedule": 1,
  "POST /otp/send": 1,
  "POST /otp/verify": 1,
  "POST /unknown": 1,
  "POST /messages": 3,
  "POST /messages/inbox": 3,
  "POST /messages/failed": 3,
  "GET /messages/schedule": 3,
  "GET /messages/5": 3,
  "DELETE /messages/5": 3,
  "DELETE /messages/schedule/5": 3,
  "DELETE /batches/schedule/5": 3,
  "GET /batch/5": 3,
  "GET /otp/5": 3,
  "GET /utils/errors/5": 3,
};
const FAILURES = {
  "a network failure": () => Promise.reject(new TypeError("fetch failed")),
  "a 500": async () => json({ message: "No" }, 500),
  "a 503": async () => json({ message: "No" }, 503),
};

// At the same time, since what is sent again waits first.
test("how often a request is sent where there is always", { concurrency: true }, (t) => {
  const cases = Object.entries(SENT).flatMap(([route, expected]) =>
    Object.entries(FAILURES).map((failure) => [route, expected, ...failure]),
  );
  const tests = cases.map(([route, expected, failure, reply]) =>
    t.test(`${failure}: ${route} ${expected} times`, async () => {
      const [method, path] = route.split(" ");
      for (const send of [(sms) => sms.request(route), (sms) => sms.fetch(path, { method })]) {
        let count = 0;
        const fetch = () => (count++, reply());
        await send(new SmsWorks({ token: "JWT opaque", fetch })).catch(() => {});
        assert.equal(count, expected);
      }
    }),
  );
  return Promise.all(tests);
});

for (const status of [429, 503]) {
  test(`a text that was answered ${status} with Retry-After is sent again, once that has passed`, async () => {
    const times = [];
    const fetch = async () => {
      times.push(Date.now());
      return times.length === 1
        ? json({ message: "Wait" }, status, { "Retry-After": "1" })
        : json({ messageid: "1" }, 201);
    };
    const sms = new SmsWorks({ token: "JWT opaque", fetch });
    assert.deepEqual(await sms.request(SEND, { body: MESSAGE }), { messageid: "1" });
    assert.equal(times.length, 2);
    assert.ok(times[1] - times[0] >= 990, "before it had passed");
  });
}

test("a token is renewed before it expires, by the margin", async (t) => {
  const login = [jwt({ n: 1, exp: seconds() + 7200 }), jwt({ n: 2, exp: seconds() + 7200 })];
  const api = await serveApi(t, { login });
  const token = jwt({ exp: seconds() + 30 });
  const sms = new SmsWorks({ baseUrl: api.baseUrl, credentials: PAIR, token });
  assert.equal(await sms.token(), login[0]);
  assert.equal(await sms.token(), login[0]);
  const wide = new SmsWorks({ baseUrl: api.baseUrl, credentials: PAIR, token: login[0], refreshMarginMs: 7_300_000 });
  assert.equal(await wide.token(), login[1]);
  // No login would bring one that lives longer than that margin.
  assert.equal(await wide.token(), login[1]);
  assert.equal(api.logins, 2);
  const none = new SmsWorks({ baseUrl: api.baseUrl, credentials: PAIR, token, refreshMarginMs: 0 });
  assert.equal(await none.token(), token);
});

for (const days of [-1, 1]) {
  test(`a clock that is ${days} day off makes no login per request`, async (t) => {
    const issued = seconds() - days * 86_400;
    const login = [1, 2, 3].map((n) => jwt({ n, iat: issued, exp: issued + 3600 }));
    const api = await serveApi(t, { login });
    for (const options of [{}, { token: jwt({ iat: issued, exp: issued + 3600 }) }]) {
      api.logins = 0;
      const sms = new SmsWorks({ baseUrl: api.baseUrl, credentials: PAIR, ...options });
      for (let count = 0; count < 5; count++) await sms.request(BALANCE).catch(() => {});
      assert.ok(api.logins <= 1, `${api.logins} logins`);
    }
  });
}

for (const token of ["JWT opaque", jwt({}), jwt({ iat: 5 }), "JWT a.b.c", jwt({ exp: "soon" })]) {
  test(`a token that says nothing of its end is used until a 401 (${token.length})`, async (t) => {
    const api = await serveApi(t, { login: [token, token] });
    const sms = new SmsWorks({ baseUrl: api.baseUrl, credentials: PAIR });
    for (let count = 0; count < 3; count++) await sms.request(BALANCE);
    assert.equal(api.logins, 1);
  });
}

test("a token is carried as it came, and with a scheme where it has none", async (t) => {
  const api = await serveApi(t, { login: [] });
  for (const [token, header] of [
    ["JWT a.b.c", "JWT a.b.c"],
    ["a.b.c", "JWT a.b.c"],
    ["Bearer x", "Bearer x"],
  ]) {
    api.accept(header);
    const sms = new SmsWorks({ baseUrl: api.baseUrl, token });
    assert.equal(await sms.token(), token);
    assert.equal(await sms.authorization(), header);
    await sms.request(BALANCE);
    assert.equal((await sms.fetch("/x")).status, 200);
  }
});

test("forget makes the next call log in, also while a login is under way", async () => {
  const { sms, logins } = sandboxed({ token: "JWT given" });
  assert.equal(await sms.token(), "JWT given");
  await sms.forget();
  assert.match(await sms.token(), /^JWT eyJ/);
  await sms.forget();
  const first = sms.token();
  await sms.forget();
  await Promise.all([first, sms.token()]);
  assert.equal(logins(), 3);
});

test("a store is asked first, and told; two clients that share one make one login", async () => {
  for (const wrap of [(value) => value, async (value) => value]) {
    let kept = null;
    const calls = [];
    const tokenStore = {
      get: () => (calls.push("get"), wrap(kept)),
      set: (token) => (calls.push("set"), (kept = token), wrap(undefined)),
    };
    const { sandbox, sms, logins } = sandboxed({ tokenStore });
    const other = new SmsWorks({ credentials: PAIR, fetch: sandbox.fetch, tokenStore });
    const token = await sms.token();
    assert.equal(await other.token(), token);
    assert.equal(logins(), 1);
    assert.deepEqual(calls, ["get", "set", "get"]);

    sandbox.revokeTokens();
    await sms.request(BALANCE);
    await other.request(BALANCE);
    assert.equal(logins(), 2, "the other takes over what is in the store");
    await sms.forget();
    assert.equal(kept, null);
  }
});

for (const [what, tokenStore] of Object.entries({
  "get throws": {
    get: () => {
      throw new Error("down");
    },
    set() {},
  },
  "get rejects": {
    get: async () => {
      throw new Error("down");
    },
    set() {},
  },
  "set throws": {
    get: () => null,
    set: () => {
      throw new Error("down");
    },
  },
  "set rejects": { get: () => null, set: () => Promise.reject(new Error("down")) },
  "get is missing": { set() {} },
})) {
  test(`a store whose ${what} fails the call that waits for it`, async () => {
    const { sms } = sandboxed({ tokenStore });
    await assert.rejects(sms.token(), (error) => {
      assert.ok(error instanceof SmsWorksError);
      assert.deepEqual([error.code, error.operation], ["invalid_argument", "login"]);
      assert.ok(error.cause instanceof Error);
      return true;
    });
  });
}

test("a token that is refused while the store is told of it is not sent again", async () => {
  const sent = [];
  const steps = new EventEmitter();
  const [isSaving, isRefused] = [once(steps, "save"), once(steps, "refuse")];
  let logins = 0;
  const fetch = async (url, { headers }) => {
    if (url.endsWith("/auth/token")) return Response.json({ token: jwt({ login: ++logins }) });
    sent.push(headers.get("Authorization"));
    if (logins > 1) return Response.json({ credits: 1 });
    steps.emit("refuse");
    return Response.json({}, { status: 401 });
  };
  const set = () => logins === 1 && new Promise((resolve) => steps.emit("save", resolve));
  const sms = new SmsWorks({ credentials: PAIR, fetch, tokenStore: { get: () => null, set } });
  const first = sms.request(BALANCE);
  const [endSave] = await isSaving;
  const second = sms.request(BALANCE);
  await isRefused;
  await new Promise(setImmediate);
  endSave();
  assert.deepEqual(await Promise.all([first, second]), [{ credits: 1 }, { credits: 1 }]);
  const expected = [1, 2, 2].map((login) => jwt({ login }));
  assert.deepEqual(sent, expected);
});

test("a store that never answers fails the call by its deadline", async () => {
  const { sms } = sandboxed({ timeoutMs: 5, tokenStore: { get: () => new Promise(() => {}), set() {} } });
  await assert.rejects(sms.token(), { code: "timeout" });
});

test("credentials are asked for before each login", async () => {
  let asked = 0;
  const { sandbox, sms } = sandboxed({ credentials: async () => (asked++, PAIR) });
  await sms.token();
  sandbox.revokeTokens();
  await sms.request(BALANCE);
  assert.equal(asked, 2);
  const failing = new SmsWorks({ credentials: () => Promise.reject(new Error("vault")), fetch: sandbox.fetch });
  await assert.rejects(failing.token(), { code: "invalid_argument", operation: "login", cause: new Error("vault") });
  for (const given of [null, 5, { key: 5, secret: "s" }]) {
    const wrong = new SmsWorks({ credentials: () => given, fetch: sandbox.fetch });
    await assert.rejects(wrong.token(), { code: "invalid_argument", operation: "login" });
  }
});

test("what is given is copied", async () => {
  const credentials = { ...PAIR };
  const { sms } = sandboxed({ credentials });
  const body = { ...MESSAGE };
  credentials.secret = "changed";
  const sent = sms.request(SEND, { body });
  body.content = 5;
  assert.equal((await sent).status, "SENT");
});

for (const [what, options, parameter] of [
  ["credentials that are none", { credentials: 5 }, "credentials"],
  ["a key that is a number", { credentials: { key: 5, secret: "x" } }, "credentials.key"],
  ["a token that is a number", { token: 5 }, "token"],
  ["an empty token", { token: "" }, "token"],
  ["a token with a line break", { token: "JWT secret-77d0\r\nX: y" }, "token"],
  ["a margin that is a text", { credentials: PAIR, refreshMarginMs: "1" }, "refreshMarginMs"],
  ["a negative margin", { credentials: PAIR, refreshMarginMs: -1 }, "refreshMarginMs"],
  ["neither credentials nor a token", {}, "credentials"],
  ["options that are none", 5, "options"],
  ["a wrong base URL", { credentials: PAIR, baseUrl: "ftp://x" }, "baseUrl"],
]) {
  test(`${what}: a clear error, and nothing is sent`, async () => {
    let count = 0;
    const fetch = () => count++;
    const sms = new SmsWorks(typeof options === "object" ? { fetch, ...options } : options);
    for (const call of [
      () => sms.token(),
      () => sms.authorization(),
      () => sms.request(BALANCE),
      () => sms.fetch("/x"),
    ]) {
      await assert.rejects(call(), (error) => {
        assert.ok(error instanceof SmsWorksError);
        assert.equal(error.code, "invalid_argument");
        assert.ok(error.message.includes(`'${parameter}'`), error.message);
        assert.ok(!inspect(error, { showHidden: true }).includes("secret-77d0"));
        return true;
      });
    }
    assert.equal(count, 0);
  });
}

test("undefined and null options are none", async () => {
  const sms = new SmsWorks();
  await assert.rejects(sms.token(), { code: "invalid_argument" });
  await assert.rejects(new SmsWorks(null).token(), { code: "invalid_argument" });
});

for (const [input, ...more] of [
  ["https://elsewhere.example/"],
  ["//elsewhere"],
  ["\\\\elsewhere\\x"],
  ["/\t/elsewhere"],
  [" //elsewhere"],
  ["https:elsewhere"],
  ["/.."],
  ["/../other"],
  [".."],
  ["/a/../../b"],
  ["/%2e%2e/b"],
  ["/.%2E/b"],
  ["\\..\\b"],
  ["https://api.thesmsworks.co.uk/v1/../v2"],
  ["https://api.thesmsworks.co.uk/v10"],
  ["https://api.thesmsworks.co.uk"],
  ["https://api.thesmsworks.co.uk:444/v1/x"],
  ["https://user:pass@api.thesmsworks.co.uk/v1/x"],
  ["https://api.thesmsworks.co.uk.elsewhere.example/v1/x"],
  ["http://api.thesmsworks.co.uk/v1/x"],
  ["data:text/plain,x"],
  ["javascript:1"],
  [new URL("https://elsewhere.example/v1/")],
  [new Request("https://elsewhere.example/v1/")],
  [new Request("https://elsewhere.example/v1/", { method: "POST", body: "x" })],
  // Which every platform's refuses (WHATWG Fetch, 2.2.1), as if the connection had failed.
  ["/x", { method: "CONNECT" }],
  ["/x", { method: "trace" }],
  ["/x", { method: "TRACK" }],
]) {
  test(`fetch refuses ${JSON.stringify([input.url ?? input, ...more])} before anything is sent`, async () => {
    let count = 0;
    const sms = new SmsWorks({ credentials: PAIR, fetch: () => count++ });
    await assert.rejects(sms.fetch(input, ...more), { code: "invalid_argument", operation: "fetch" });
    assert.equal(count, 0);
  });
}

for (const [input, url] of [
  ["/credits/balance", "https://api.test/v1/credits/balance"],
  ["credits/balance", "https://api.test/v1/credits/balance"],
  ["", "https://api.test/v1/"],
  ["?a=b", "https://api.test/v1/?a=b"],
  ["/a/../b?c=//d#e", "https://api.test/v1/b?c=//d#e"],
  ["https://api.test/v1/x", "https://api.test/v1/x"],
  ["HTTPS://API.TEST:443/v1/x", "https://api.test/v1/x"],
  [new URL("https://api.test/v1/x?y"), "https://api.test/v1/x?y"],
]) {
  test(`fetch sends ${input} to ${url}`, async () => {
    const sent = [];
    const fetch = async (...given) => (sent.push(given), new Response("fine", { status: 418 }));
    const sms = new SmsWorks({ baseUrl: "https://api.test/v1/", token: "JWT opaque", fetch });
    const response = await sms.fetch(input, {
      method: "PUT",
      headers: { "X-Own": "1", authorization: "other" },
      body: "x",
    });
    assert.equal(await response.text(), "fine");
    const [[to, { method, headers, body, redirect }]] = sent;
    assert.deepEqual([to, method, body, redirect], [url, "PUT", "x", "manual"]);
    assert.deepEqual(Object.fromEntries(headers), { "x-own": "1", authorization: "JWT opaque" });
  });
}

test("a Request goes out with its body, also a second time", async () => {
  const { sandbox, sms } = sandboxed({ baseUrl: "https://api.test/v1" });
  await sms.token();
  sandbox.revokeTokens();
  const init = { method: "POST", body: JSON.stringify(MESSAGE), headers: { "Content-Type": "application/json" } };
  const response = await sms.fetch(new Request("https://api.test/v1/message/send", init));
  assert.equal(response.status, 201);
  assert.equal(sandbox.messages.length, 1);
});

test("a body that can be read once is sent once", async () => {
  const { sandbox, sms, logins } = sandboxed({ baseUrl: "https://api.test/v1" });
  await sms.token();
  sandbox.revokeTokens();
  const body = new Blob([JSON.stringify(MESSAGE)]).stream();
  const response = await sms.fetch("/message/send", { method: "POST", body, duplex: "half" });
  assert.equal(response.status, 401);
  assert.equal(logins(), 1);
});

for (const [what, input, init] of [
  ["a GET with a body", "/x", { body: "x" }],
  ["headers that are none", "/x", { headers: { "not a name": "x" } }],
]) {
  test(`fetch refuses ${what}`, async () => {
    const sms = new SmsWorks({ token: "JWT opaque", fetch: () => assert.fail("sent") });
    await assert.rejects(sms.fetch(input, init), { code: "invalid_argument", operation: "fetch" });
  });
}

test("fetch refuses a Request that was read", async () => {
  const request = new Request("https://api.thesmsworks.co.uk/v1/x", { method: "POST", body: "x" });
  await request.text();
  const sms = new SmsWorks({ token: "JWT opaque", fetch: () => assert.fail("sent") });
  await assert.rejects(sms.fetch(request), { code: "invalid_argument" });
});

test("fetch follows no redirect, and rejects as every call does", async (t) => {
  const api = await serveApi(t, { login: [], answers: { "/v1/a": ["redirect"], "/v1/b": ["cut", "cut", "cut"] } });
  const token = jwt({});
  api.accept(token);
  const sms = new SmsWorks({ baseUrl: api.baseUrl, token });
  await assert.rejects(sms.fetch("/a"), { code: "redirect", operation: "fetch", status: 307 });
  assert.equal(api.requests.length, 1);
  await assert.rejects(sms.fetch("/b"), { code: "network", operation: "fetch" });
});

test("a signal ends a fetch, before it, in it, and while its body is read", async (t) => {
  const api = await serveApi(t, { login: [], answers: { "/v1/half": ["half"], "/v1/silence": ["silence"] } });
  const token = jwt({});
  api.accept(token);
  const sms = new SmsWorks({ baseUrl: api.baseUrl, token });
  await assert.rejects(sms.fetch("/x", { signal: AbortSignal.abort("early") }), (reason) => reason === "early");

  const abort = new AbortController();
  const silent = sms.fetch("/silence", { signal: abort.signal });
  await api.asked("/v1/silence");
  abort.abort("enough");
  await assert.rejects(silent, (reason) => reason === "enough");

  for (const make of [
    (signal) => ["/half", { signal }],
    (signal) => [new Request(`${api.baseUrl}/half`, { signal })],
  ]) {
    const later = new AbortController();
    const response = await sms.fetch(...make(later.signal));
    const text = response.text();
    later.abort(new Error("later"));
    await assert.rejects(text, { message: "later" });
  }
});

test("a request has a query, path parameters and JSON", async () => {
  const sent = [];
  const fetch = async (url, init) => (sent.push([url, init]), json({ fine: true }));
  const sms = new SmsWorks({ baseUrl: "https://api.test/v1", token: "JWT opaque", fetch });
  const query = { a: 1, b: ["x y", true], c: null, d: undefined, e: "ü&" };
  assert.deepEqual(await sms.request("PUT /a/{one}/{two}", { params: { one: "a/b", two: 5 }, query, body: [1] }), {
    fine: true,
  });
  const [[url, { method, headers, body, redirect }]] = sent;
  assert.equal(url, "https://api.test/v1/a/a%2Fb/5?a=1&b=x%20y&b=true&e=%C3%BC%26");
  assert.deepEqual([method, body, redirect], ["PUT", "[1]", "manual"]);
  const carried = {
    accept: "application/json;charset=UTF-8",
    authorization: "JWT opaque",
    "content-type": "application/json",
  };
  assert.deepEqual(Object.fromEntries(headers), carried);
});

for (const [what, route, input, message] of [
  [
    "a missing parameter",
    "GET /messages/{messageid}",
    {},
    "Missing the required parameter 'messageid' when calling GET /messages/{messageid}",
  ],
  ["an empty one", "GET /messages/{messageid}", { params: { messageid: "" } }, /'messageid' must not be empty/],
  ["one that leaves the path", "GET /messages/{messageid}", { params: { messageid: ".." } }, /'params'/],
  ["one that is an object", "GET /messages/{messageid}", { params: { messageid: {} } }, /'messageid' must be a string/],
  ["parameters that are none", "GET /messages/{messageid}", { params: "x" }, /'params' must be an object/],
  ["a query that is a list", "GET /x", { query: [1] }, /'query' must be an object/],
  ["half a character", "GET /{x}", { params: { x: "\ud800" } }, /'x' must be well-formed/],
  ["a GET with a body", "GET /x", { body: {} }, /'body' must be left out/],
  ["a body that JSON cannot hold", "POST /x", { body: { n: 5n } }, /'body' must be what JSON can hold/],
  ["a route without a method", "/x", {}, /'route' must be a method and a path/],
  ["a route with a query", "GET /x?y=secret-77d0", {}, /'route' must be/],
  ["a route elsewhere", "GET //elsewhere/x", {}, /'route' must be/],
  ["a route with a URL", "GET https://elsewhere/x", {}, /'route' must be/],
  ["no route", undefined, {}, "Missing the required parameter 'route' when calling request"],
  ["a route that is a number", 5, {}, /'route' must be a string/],
  ["an input that is none", "GET /x", 5, /'options' must be an object/],
]) {
  test(`request refuses ${what}, and sends nothing`, async () => {
    const sms = new SmsWorks({ token: "JWT opaque", fetch: () => assert.fail("sent") });
    await assert.rejects(sms.request(route, input), (error) => {
      assert.equal(error.code, "invalid_argument");
      if (typeof message === "string") assert.equal(error.message, message);
      else assert.match(error.message, message);
      assert.ok(!inspect(error, { showHidden: true }).includes("secret-77d0"));
      return true;
    });
  });
}

test("a reply that is empty is undefined, and one that is no JSON an error", async () => {
  for (const [body, status, outcome] of [
    ["", 200, undefined],
    [null, 204, undefined],
    ["5", 201, 5],
  ]) {
    const sms = new SmsWorks({ token: "JWT opaque", fetch: async () => new Response(body, { status }) });
    assert.equal(await sms.request("DELETE /x"), outcome);
  }
  const sms = new SmsWorks({ token: "JWT opaque", fetch: async () => new Response("<p>") });
  await assert.rejects(sms.request("DELETE /x"), { code: "invalid_response", status: 200 });
});

test("the authentication calls are routes as well, and need no token", async () => {
  const sandbox = createSandbox();
  const sms = new SmsWorks({ fetch: sandbox.fetch });
  const pair = await sms.request("GET /auth/getApiKey", {
    query: { customerid: "0fca8c3c-6cbc-11e7-8154-a6006ad3dba0" },
  });
  const { token } = await sms.request("POST /auth/token", { body: pair });
  assert.match(token, /^JWT eyJ/);
  assert.ok(sandbox.requests.every(({ headers }) => !("authorization" in headers)));
  assert.ok(sms.auth instanceof AuthApi);
  assert.deepEqual(Object.keys(await sms.auth.keySecret("0fca8c3c-6cbc-11e7-8154-a6006ad3dba0")), ["key", "secret"]);
});

test("no error of a request shows the token or the credentials", async () => {
  const token = jwt({ key: PAIR.key, secret: PAIR.secret });
  const opaque = "JWT opaque-token-31b7";
  const echo = (text) => async () => json({ message: `No: ${text}`, status: text, errorCode: 5 }, 400);
  for (const given of [token, opaque]) {
    const text = `${given} ${Object.values(PAIR).join(" ")} ${encodeURIComponent(PAIR.secret)}`;
    const sms = new SmsWorks({ token: given, credentials: PAIR, fetch: echo(text) });
    const error = await sms.request(BALANCE).catch((error) => error);
    assert.equal(error.api.errorCode, 5);
    assertHoldsNothingSecret(error, ...Object.values(PAIR), given.slice(4));
  }
  const auth = new SmsWorks({ fetch: echo(Object.values(PAIR).join(" ")) });
  const error = await auth.request("POST /auth/token", { body: PAIR }).catch((error) => error);
  assertHoldsNothingSecret(error, ...Object.values(PAIR));
});

test("what prints a client shows its base URL and nothing secret", async () => {
  const given = [
    { credentials: PAIR },
    { token: jwt(PAIR) },
    { baseUrl: "https://user:secret-77d0@api.test/v1?secret-77d0", credentials: PAIR },
  ];
  for (const options of given) {
    const { sms } = sandboxed(options);
    await sms.token().catch(() => {});
    const shown = [
      inspect(sms, { depth: 9, showHidden: true }),
      JSON.stringify(sms),
      String(sms),
      Object.values(sms).join(),
    ];
    for (const text of shown) {
      for (const secret of [...Object.values(PAIR), "eyJ", "user"]) assert.ok(!text.includes(secret), text);
    }
    assert.match(shown[0], /baseUrl: 'https:\/\/api\./);
    assert.deepEqual(Object.keys(JSON.parse(shown[1])), ["baseUrl"]);
  }
});

test("the report of an uncaught error shows nothing secret", async () => {
  const program = `
    import { SmsWorks } from "smsworks-wasm";
    const { CUSTOMERID: customerid, KEY: key, SECRET: secret, TOKEN: token, STATUS } = process.env;
    const echo = { message: [customerid, key, secret, token].join() };
    const fetch = async () => new Response(JSON.stringify(echo), { status: Number(STATUS) });
    const sms = new SmsWorks({ credentials: { customerid, key, secret }, token, fetch, retries: 0 });
    console.log(sms);
    await sms.request("POST /message/send", { body: { content: "Hello" } });`;
  const token = jwt(PAIR);
  const env = { CUSTOMERID: PAIR.customerid, KEY: PAIR.key, SECRET: PAIR.secret, TOKEN: token };
  for (const STATUS of ["302", "400", "401", "500"]) {
    const { exit, stdout, stderr } = await run(program, { env: { ...env, STATUS } });
    assert.equal(exit, 1);
    assert.match(stdout, /SmsWorks/);
    assert.match(stderr, /SmsWorksError/);
    for (const secret of [...Object.values(PAIR), token.slice(4)]) assert.ok(!`${stdout}${stderr}`.includes(secret));
  }
});

test("nothing is thrown synchronously", async () => {
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error("no");
      },
      ownKeys: () => {
        throw new Error("no");
      },
      getOwnPropertyDescriptor: () => {
        throw new Error("no");
      },
    },
  );
  const sms = new SmsWorks({ token: "JWT opaque", fetch: async () => json({}) });
  const calls = [
    sms.token(hostile),
    sms.authorization(hostile),
    sms.request("GET /x", hostile),
    sms.fetch("/x", hostile),
    sms.fetch(Symbol()),
    new SmsWorks(hostile).token(),
  ];
  for (const { status } of await Promise.allSettled(calls)) assert.equal(status, "rejected");
});
