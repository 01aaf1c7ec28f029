import assert from "node:assert/strict";
import { test } from "node:test";
import { runCode } from "./code.mjs";
import { LIVE, SANDBOX, visit } from "./visitor.mjs";

const API = "https://api.thesmsworks.co.uk/v1";
const CUSTOMER = "my customer/id";
const PAIR = { key: "my-own-key", secret: "my-own-secret" };
const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const TOKEN = `JWT ${part({ alg: "HS256", typ: "JWT" })}.${part({ ...PAIR, iat: 1_700_000_000, exp: 4_000_000_000 })}.c2lnbmF0dXJl`;

const CORS = { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "Content-Type, Accept" };
const json = (status, body) => ({ status, headers: CORS, contentType: "application/json", body: JSON.stringify(body) });

/** Opens the page in live mode. The API is played by `answer`, and what it is asked is kept in `asked`. */
async function visitLive(t, answer) {
  const asked = [];
  const prepare = async (page) => {
    await page.setRequestInterception(true);
    page.on("request", (request) => {
      if (!request.url().startsWith(API)) return request.continue();
      if (request.method() === "OPTIONS") return request.respond({ status: 204, headers: CORS });
      asked.push(request);
      return answer(request);
    });
  };
  const visitor = await visit(t, { prepare });
  await visitor.choose(LIVE);
  await visitor.sees("#live");
  return Object.assign(visitor, { asked });
}

const succeed = (request) =>
  request.respond(request.url().includes("getApiKey") ? json(201, PAIR) : json(200, { token: TOKEN }));

async function fillPair(visitor) {
  await visitor.fill("Key", PAIR.key);
  await visitor.fill("Secret", PAIR.secret);
  await visitor.press("Use this pair");
  await visitor.sees("#pair-result .pair");
}

async function takeBothSteps(visitor) {
  await visitor.fill("Customer id", CUSTOMER);
  await visitor.press("Get a new key pair");
  await visitor.sees("#pair-result .pair");
  await visitor.press("Get a token");
  await visitor.sees("#use-result .token");
}

test("the live mode warns before anything can be typed", async (t) => {
  const visitor = await visitLive(t, succeed);
  assert.match(await visitor.text("#live .warning"), /Credentials in a public web page can be read by anyone/);
  assert.equal(visitor.asked.length, 0);
});

test("a customer id gets a pair, and the pair a token, from the live API", async (t) => {
  const visitor = await visitLive(t, succeed);
  await takeBothSteps(visitor);

  const [pair, token] = visitor.asked;
  assert.equal(pair.url(), `${API}/auth/getApiKey?customerid=${encodeURIComponent(CUSTOMER)}`);
  assert.equal(token.url(), `${API}/auth/token`);
  assert.deepEqual(JSON.parse(token.postData()), PAIR);
  assert.equal(await visitor.copies("Copy header"), `Authorization: ${TOKEN}`);
  for (const request of visitor.asked) {
    const { referer, cookie } = request.headers();
    assert.ok(!referer && !cookie, request.url());
  }
});

test("a pair of one's own is used without a call", async (t) => {
  const visitor = await visitLive(t, succeed);
  await fillPair(visitor);
  assert.equal(visitor.asked.length, 0);
  await visitor.press("Get a token");
  await visitor.sees("#use-result .token");
  assert.deepEqual(JSON.parse(visitor.asked[0].postData()), PAIR);
});

test("an id or a pair that is nothing but spaces is not used", async (t) => {
  const visitor = await visitLive(t, succeed);
  for (const [fields, button] of [
    [["Customer id"], "Get a new key pair"],
    [["Key", "Secret"], "Use this pair"],
  ]) {
    for (const field of fields) await visitor.fill(field, "  ");
    await visitor.press(button);
    assert.equal(await visitor.text("#pair-result"), "", button);
  }
  assert.equal(visitor.asked.length, 0);
});

test("a double click makes one pair", async (t) => {
  const visitor = await visitLive(t, succeed);
  await visitor.fill("Customer id", CUSTOMER);
  await visitor.page.click("#customer-form button");
  await visitor.sees("#pair-result .pair");
  // Its second press comes when the first call has ended.
  await visitor.page.click("#customer-form button", { clickCount: 2 });
  await visitor.sees("#pair-result .pair");
  assert.equal(visitor.asked.length, 1);
});

test("a text is counted, and cannot be sent", async (t) => {
  const visitor = await visitLive(t, succeed);
  await takeBothSteps(visitor);
  await visitor.fill("Your text", "Hello");
  await visitor.reads("#count", "155");
  await visitor.reads("#send-needs", "in the sandbox only");
  assert.equal(await visitor.page.$eval("#send", (button) => button.checkVisibility()), false);
  await visitor.page.$eval("#send-form", (form) => form.requestSubmit());
  assert.equal(await visitor.text("#send-result"), "");
  assert.equal(visitor.asked.length, 2);
});

test("credentials are stored nowhere, and are in the document only when asked for", async (t) => {
  const visitor = await visitLive(t, succeed);
  await takeBothSteps(visitor);

  const [, payload, signature] = TOKEN.split(".");
  const secrets = [CUSTOMER, encodeURIComponent(CUSTOMER), PAIR.secret, payload, signature];
  assert.deepEqual(
    await Promise.all(secrets.map(visitor.hasInDocument)),
    secrets.map(() => false),
  );

  const stored = await visitor.page.evaluate(async () => [
    localStorage.length,
    sessionStorage.length,
    document.cookie,
    location.search + location.hash,
    (await indexedDB.databases()).length,
    (await caches.keys()).length,
  ]);
  assert.deepEqual(stored, [0, 0, "", "", 0, 0]);
});

test("back in the sandbox nothing is left of them", async (t) => {
  const visitor = await visitLive(t, succeed);
  await visitor.fill("Customer id", CUSTOMER);
  await fillPair(visitor);
  await visitor.choose(SANDBOX);
  await visitor.sees("#get-pair");
  const values = () => visitor.page.$$eval("form input", (inputs) => inputs.map((input) => input.value));
  assert.deepEqual(await values(), ["", "", ""]);
  assert.equal(await visitor.hasInDocument(PAIR.key), false);
  await visitor.getsToken();
  assert.equal(visitor.asked.length, 0);
});

test("who leaves the page in live mode and comes back finds it empty", async (t) => {
  const visitor = await visitLive(t, succeed);
  await fillPair(visitor);
  await visitor.fill("Customer id", CUSTOMER);
  // As a browser does that keeps the page for the way back.
  await visitor.page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
  await visitor.reads("#step-token", "Needs a key pair first.");
  assert.equal(await visitor.hasInDocument(PAIR.key), false);
  assert.deepEqual(await visitor.page.$$eval("form input", (inputs) => inputs.map((input) => input.value)), [
    "",
    "",
    "",
  ]);
});

test("a refusal is shown, and what the API repeats of the credentials is not", async (t) => {
  const echo = { message: `No customer ${CUSTOMER}`, errorCode: 401, status: "REJECTED", permanent: true };
  const visitor = await visitLive(t, (request) => request.respond(json(401, echo)));
  await visitor.fill("Customer id", CUSTOMER);
  await visitor.press("Get a new key pair");
  await visitor.sees("#pair-result .failure");
  assert.match(await visitor.text("#pair-result"), /code\s+http\s+status\s+401/);
  await visitor.reads("#pair-wire", "No customer ••••");
  assert.equal(await visitor.hasInDocument(CUSTOMER), false);
  forgive(visitor, /401/);
});

test("nor is it where JSON or a URL encodes it", async (t) => {
  const secret = `my "own"\\secret`;
  const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
  const message = `Not ${secret}, nor ${forms[2]}`;
  const visitor = await visitLive(t, (request) => request.respond(json(401, { message, [secret]: 1 })));
  await visitor.fill("Key", PAIR.key);
  await visitor.fill("Secret", secret);
  await visitor.press("Use this pair");
  await visitor.press("Get a token");
  await visitor.reads("#token-wire", "Not ••••••••, nor ••••••••");
  const shown = await visitor.text("#token-wire");
  assert.deepEqual(
    forms.filter((form) => shown.includes(form)),
    [],
  );
  forgive(visitor, /401/);
});

test("nor is the rest of a secret that begins with another", async (t) => {
  const secret = `${CUSTOMER} and more`;
  const visitor = await visitLive(t, (request) => request.respond(json(401, { message: `Not ${secret}` })));
  await visitor.fill("Customer id", CUSTOMER);
  await visitor.press("Get a new key pair");
  await visitor.sees("#pair-result .failure");
  await visitor.fill("Key", PAIR.key);
  await visitor.fill("Secret", secret);
  await visitor.press("Use this pair");
  await visitor.press("Get a token");
  await visitor.reads("#token-wire", "Not ••••••••");
  assert.doesNotMatch(await visitor.text("#token-wire"), /and more/);
  forgive(visitor, /401/);
});

test("a redirect is shown as one, though browsers hide its status", async (t) => {
  const visitor = await visitLive(t, (request) =>
    request.respond({ status: 302, headers: { ...CORS, Location: "https://elsewhere.example/" } }),
  );
  await visitor.fill("Customer id", CUSTOMER);
  await visitor.press("Get a new key pair");
  await visitor.sees("#pair-result .failure");
  assert.equal(await visitor.text("#pair-wire .line.bad"), "A redirect");
});

test("no connection is shown, with what else it may mean in a browser", async (t) => {
  const visitor = await visitLive(t, (request) => request.abort());
  await visitor.fill("Customer id", CUSTOMER);
  await visitor.press("Get a new key pair");
  await visitor.sees("#pair-result .failure");
  assert.match(await visitor.text("#pair-result"), /There was no connection[^]*code\s+network[^]*CORS/);
  forgive(visitor, /ERR_FAILED/);
});

test("a call that waits can be aborted, and a switch of modes ends it", async (t) => {
  const visitor = await visitLive(t, () => {});
  await visitor.fill("Customer id", CUSTOMER);
  await visitor.press("Get a new key pair");
  await visitor.press("Abort");
  await visitor.sees("#pair-result .aborted");

  await visitor.press("Get a new key pair");
  await visitor.sees("#pair-result .running");
  await visitor.choose(SANDBOX);
  await visitor.getsToken();
});

test("the copied code holds no credentials, and runs with those of the environment", async (t) => {
  const visitor = await visitLive(t, succeed);
  const preload = "./sandboxed-fetch.mjs";
  const byCustomer = await visitor.copies("Copy code");
  assert.equal(await runCode(byCustomer, { preload, env: { SMSWORKS_CUSTOMERID: CUSTOMER } }), "JWT eyJ\n");

  await fillPair(visitor);
  const byPair = await visitor.copies("Copy code");
  assert.doesNotMatch(byPair, new RegExp(`${PAIR.key}|${PAIR.secret}`));
  const env = { SMSWORKS_CUSTOMERID: CUSTOMER, SMSWORKS_KEY: PAIR.key, SMSWORKS_SECRET: PAIR.secret };
  assert.equal(await runCode(byPair, { preload, env }), "JWT eyJ\n");
});

/** The browser itself reports each failed request; that one is what the test asked for. */
function forgive(visitor, problem) {
  visitor.problems = visitor.problems.filter((text) => !problem.test(text));
}
