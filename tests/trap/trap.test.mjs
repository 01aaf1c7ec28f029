// Should the core ever trap, every call still settles, the next one works, and nothing is left behind. The package is built with the
// feature `trap`: a call that has the header `x-trap` traps at the place that it names.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { getEventListeners, once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { promisify } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** The instances of the core. @type {WeakRef<WebAssembly.Instance>[]} */
const instances = [];
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct: (target, args) => {
    const instance = Reflect.construct(target, args);
    instances.push(new WeakRef(instance));
    return instance;
  },
});
const { AuthApi, SmsWorks, SmsWorksError } = await import("smsworks-wasm");

const CREDENTIALS = { key: "key-4e1b", secret: "secret-4e1b" };
const TOKEN = "JWT a.b.c";

/** What an error says, of a call that trapped. */
const trapped = (operation, isSafe) => ({
  name: "SmsWorksError",
  code: "internal",
  operation,
  effect: "unknown",
  retryable: isSafe,
});

const saysOf = (error) => {
  assert.ok(error instanceof SmsWorksError, String(error));
  assert.doesNotMatch(JSON.stringify(error) + error.stack, /4e1b|a\.b\.c/);
  const { message, ...fields } = JSON.parse(JSON.stringify(error));
  assert.match(message, /inside smsworks-wasm, and may have been carried out/);
  return fields;
};

const failed = async (promise) =>
  saysOf(
    await promise.then(
      () => assert.fail("it should have failed"),
      (error) => error,
    ),
  );

/** A `fetch` whose requests wait until they are answered. */
const waiting = () => {
  const requests = [];
  let wake = () => {};
  const fetch = (url, { headers }) =>
    new Promise((resolve) => {
      requests.push({
        url: String(url),
        token: headers.get("Authorization"),
        answer: (...reply) => resolve(Response.json(...reply)),
      });
      wake();
    });
  /** Waits until so many requests are there. */
  const sent = async (count) => {
    while (requests.length < count) await new Promise((resolve) => (wake = resolve));
  };
  return { fetch, requests, sent };
};

/** Traps in a call of another client; where it has only begun, nobody knows yet whether it is safe to repeat. */
const trap = async (place = "begin") => {
  const fetch = async () => Response.json({ message: "busy" }, { status: 500 });
  const api = new AuthApi({ fetch, headers: { "x-trap": place } });
  assert.deepEqual(await failed(api.login(CREDENTIALS)), trapped("login", place === "reply" || place === "retry"));
};

const works = async () => {
  const api = new AuthApi({ fetch: async () => Response.json({ token: TOKEN }) });
  assert.deepEqual(await api.login(CREDENTIALS), { token: TOKEN });
};

for (const [place, when] of [
  ["call", "as the core is entered"],
  ["begin", "as a call begins"],
  ["reply", "as a reply is read"],
  ["retry", "in a timer"],
]) {
  test(`a trap ${when} ends each call under way, and the next one has a fresh instance`, async () => {
    await works();
    const before = instances.length;
    const { fetch, requests, sent } = waiting();
    const sms = new SmsWorks({ token: TOKEN, fetch });
    const api = new AuthApi({ fetch });
    const calls = [
      [sms.messages.send({ sender: "a", destination: "447777777777", content: "x" }), "POST /message/send", false],
      [sms.otp.verify({ messageid: "1", passcode: "2" }), "POST /otp/verify", false],
      [sms.fetch("/message/send", { method: "POST", body: "{}" }), "fetch", false],
      [api.keySecret("customer-4e1b"), "keySecret", false],
      [sms.credits.balance(), "GET /credits/balance", true],
      [sms.messages.cancel("1"), "DELETE /messages/schedule/{messageid}", true],
      [sms.fetch("/credits/balance"), "fetch", true],
      [api.login(CREDENTIALS), "login", true],
      [new SmsWorks({ credentials: CREDENTIALS, fetch }).token(), "token", true],
      [
        new Promise((resolve, reject) => api.login(CREDENTIALS, (error) => (error ? reject(error) : resolve()))),
        "login",
        true,
      ],
    ];
    await sent(calls.length);
    const ended = calls.map(([call]) => failed(call));
    await trap(place);
    assert.deepEqual(
      await Promise.all(ended),
      calls.map(([, operation, isSafe]) => trapped(operation, isSafe)),
    );
    await works();
    assert.equal(instances.length, before + 1);
    // Late answers are for nobody.
    for (const { answer } of requests) answer({});
    await works();
    assert.equal(instances.length, before + 1);
  });
}

test("the client's token outlives a trap", async () => {
  const { fetch, requests, sent } = waiting();
  const sms = new SmsWorks({ credentials: CREDENTIALS, fetch });
  const token = sms.token();
  await sent(1);
  requests[0].answer({ token: TOKEN });
  assert.equal(await token, TOKEN);
  await trap();
  assert.equal(await sms.token(), TOKEN);
  const balance = sms.credits.balance();
  await sent(2);
  assert.equal(requests[1].token, TOKEN);
  requests[1].answer({ credits: 1 });
  assert.deepEqual(await balance, { credits: 1 });
  assert.equal(requests.length, 2);
});

test("traps in a row each end their calls, and leave no instance behind", async () => {
  const before = instances.length;
  for (let times = 0; times < 10; times++) for (const place of ["call", "begin", "reply"]) await trap(place);
  await works();
  assert.equal(instances.length, before + 30);
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc");
  await new Promise(setImmediate);
  gc();
  assert.ok(instances.filter((instance) => instance.deref()).length <= 2);
});

test("a trap during a login ends all who wait for it, and the next call logs in", async () => {
  const { fetch, requests, sent } = waiting();
  const sms = new SmsWorks({ credentials: CREDENTIALS, fetch });
  const tokens = Array.from({ length: 1000 }, () => failed(sms.token()));
  const send = failed(sms.messages.send({ sender: "a", destination: "447777777777", content: "x" }));
  await sent(1);
  await trap();
  for (const said of await Promise.all(tokens)) assert.deepEqual(said, trapped("token", true));
  assert.deepEqual(await send, trapped("POST /message/send", false));
  // The reply to the login that trapped is for nobody.
  requests[0].answer({ token: "JWT old.b.c" });
  const token = sms.token();
  await sent(2);
  requests[1].answer({ token: TOKEN });
  assert.equal(await token, TOKEN);
  assert.equal(requests.length, 2);
});

test("a login that traps itself ends all who wait for it", async () => {
  let logins = 0;
  const fetch = async () => {
    logins++;
    return Response.json({ token: TOKEN });
  };
  const sms = new SmsWorks({ credentials: CREDENTIALS, fetch, headers: { "x-trap": "reply" } });
  const calls = Array.from({ length: 100 }, () => failed(sms.token()));
  for (const said of await Promise.all(calls)) assert.deepEqual(said, trapped("token", true));
  assert.equal(logins, 1);
  await works();
});

test("a trap while forget waits for the store ends it, and the token is not used again", async () => {
  const told = [];
  let release = () => {};
  const tokenStore = {
    get: () => undefined,
    set: (token) => {
      told.push(token);
      return token === null ? new Promise((resolve) => (release = resolve)) : undefined;
    },
  };
  let logins = 0;
  const fetch = async () => Response.json({ token: `JWT a.b.${++logins}` });
  const sms = new SmsWorks({ credentials: CREDENTIALS, tokenStore, fetch });
  assert.equal(await sms.token(), "JWT a.b.1");
  const forgotten = failed(sms.forget());
  while (told.at(-1) !== null) await new Promise(setImmediate);
  await trap();
  assert.deepEqual(await forgotten, trapped("forget", true));
  release();
  assert.equal(await sms.token(), "JWT a.b.2");
  assert.deepEqual(told, ["JWT a.b.1", null, "JWT a.b.2"]);
});

test("a batch that trapped is not sent again", async () => {
  const { fetch, requests, sent } = waiting();
  const sms = new SmsWorks({ token: TOKEN, fetch });
  const batches = sms.batches.sendAll({ sender: "a", content: "x" }, ["447777777777"]);
  const next = failed(batches.next());
  await sent(1);
  await trap();
  assert.deepEqual(await next, trapped("POST /batch/send", false));
  assert.deepEqual(await batches.next(), { done: true, value: undefined });
  assert.equal(requests.length, 1);
});

test("an observer is told of a call that a trap ended", async () => {
  const { fetch, sent } = waiting();
  const events = [];
  const sms = new SmsWorks({ token: TOKEN, fetch, observe: ({ type, error }) => events.push([type, error?.code]) });
  const ended = failed(sms.credits.balance());
  await sent(1);
  await trap();
  await ended;
  await new Promise(setImmediate);
  assert.deepEqual(events, [
    ["request", undefined],
    ["failure", "internal"],
  ]);
});

test("a trap leaves no listener on a signal, and one that refuses to let go of its listener does no harm", async () => {
  const { fetch, sent } = waiting();
  const api = new AuthApi({ fetch });
  const { signal } = new AbortController();
  const stubborn = new AbortController().signal;
  stubborn.removeEventListener = () => {
    throw new Error("not today");
  };
  const ended = [failed(api.login(CREDENTIALS, { signal: stubborn })), failed(api.login(CREDENTIALS, { signal }))];
  await sent(2);
  await trap();
  await Promise.all(ended);
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("a trap closes the connections of the calls that it ends", { timeout: 20_000 }, async (t) => {
  const closed = [];
  const server = createServer((request) => {
    closed.push(once(request.socket, "close"));
    if (closed.length === 2) server.emit("both");
  });
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  const baseUrl = `http://127.0.0.1:${server.address().port}`;
  const sms = new SmsWorks({ credentials: CREDENTIALS, baseUrl });
  const both = once(server, "both");
  const ended = [failed(sms.token()), failed(new AuthApi({ baseUrl }).keySecret("customer-4e1b"))];
  await both;
  await trap();
  await Promise.all([...ended, ...closed]);
});

test("a trap leaves no timer that keeps the process alive", async () => {
  const program = `
    import { AuthApi } from "smsworks-wasm";
    const api = new AuthApi({ fetch: () => new Promise(() => {}), timeoutMs: 2 ** 31 });
    const first = api.login({}).catch((error) => error.code);
    await api.login("").catch(() => {});
    await api.login({}, { headers: { "x-trap": "begin" } }).catch(() => {});
    console.log(await first);
  `;
  const node = ["--input-type=module", "--eval", program];
  const { stdout } = await promisify(execFile)("node", node, { cwd: new URL(".", import.meta.url), timeout: 20_000 });
  assert.equal(stdout.trim(), "internal");
});
