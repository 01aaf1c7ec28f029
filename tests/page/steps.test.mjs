import assert from "node:assert/strict";
import { test } from "node:test";
import { runCode } from "./code.mjs";
import { visit } from "./visitor.mjs";

const EXAMPLE_CUSTOMER = "0fca8c3c-6cbc-11e7-8154-a6006ad3dba0";

test("two presses give a token, and nothing has to be filled in", async (t) => {
  const visitor = await visit(t);
  await visitor.getsPair();
  await visitor.reads("#status", "Step 2 is ready");
  await visitor.press("Get a token");
  await visitor.reads("#status", "Step 3 is ready");
  await visitor.reads("#use-result", "Authorization: JWT eyJ");
});

test("each step says what it needs until it can be taken", async (t) => {
  const visitor = await visit(t);
  await visitor.reads("#step-token", "Needs a key pair first.");
  await visitor.reads("#step-use", "Needs a token first.");
  await visitor.getsToken();
  assert.doesNotMatch(await visitor.text("ol"), /Needs/);
});

test("the requests and the replies are shown, without the secret and the token", async (t) => {
  const visitor = await visit(t);
  await visitor.getsToken();

  const pair = await visitor.text("#pair-wire");
  assert.ok(pair.includes(`GET https://api.thesmsworks.co.uk/v1/auth/getApiKey?customerid=${EXAMPLE_CUSTOMER}`), pair);
  assert.match(pair, /201 Created[^]*"key": "[0-9a-f-]{36}"[^]*"secret": "•+"/);

  const token = await visitor.text("#token-wire");
  assert.match(token, /POST https:\/\/api\.thesmsworks\.co\.uk\/v1\/auth\/token/);
  assert.match(token, /"secret": "•+"[^]*200 OK[^]*"token": "•+"/);
});

test("the parts of the token are explained, with its expiry", async (t) => {
  const visitor = await visit(t);
  await visitor.getsToken();
  const parts = await visitor.text("#token-result");
  assert.match(
    parts,
    /Header[^]*alg\s+HS256[^]*Payload[^]*secret\s+•+[^]*expires\s+\d+ \w+ \d{4}[^]*in 25 years[^]*Signature/,
  );
});

test("a secret is in the document only while it is asked for", async (t) => {
  const visitor = await visit(t);
  await visitor.getsPair();
  const secret = await visitor.copies("Copy secret");
  assert.match(secret, /^[0-9a-f]{64}$/);
  assert.equal(await visitor.hasInDocument(secret), false);

  await visitor.press("Show secret");
  await visitor.reads("#pair-result", secret);
  await visitor.press("Hide secret");
  assert.equal(await visitor.hasInDocument(secret), false);
});

test("so is the token, and the secret in it", async (t) => {
  const visitor = await visit(t);
  await visitor.getsToken();
  const secret = await visitor.copies("Copy secret");
  const header = await visitor.copies("Copy header");
  const [, payload, signature] = header.split(".");
  const held = async () => Promise.all([secret, payload, signature].map(visitor.hasInDocument));
  assert.deepEqual(await held(), [false, false, false]);

  const reveal = await visitor.page.$("#token-result button");
  await reveal.click();
  await visitor.reads("#token-result", secret);
  assert.deepEqual(await held(), [true, true, true]);
  await reveal.click();
  assert.deepEqual(await held(), [false, false, false]);
});

test("the header is copied whole", async (t) => {
  const visitor = await visit(t);
  await visitor.getsToken();
  const header = await visitor.copies("Copy header");
  assert.match(header, /^Authorization: JWT eyJ[\w-]+\.[\w-]+\.[\w-]+$/);
  const payload = JSON.parse(Buffer.from(header.split(".")[1], "base64url"));
  assert.equal(payload.secret, await visitor.copies("Copy secret"));
  assert.equal(payload.key, await visitor.copies("Copy key"));
});

test("where copying is refused, the page says so", async (t) => {
  const refuse = () => {
    navigator.clipboard.writeText = async () => {
      throw new DOMException("Refused", "NotAllowedError");
    };
  };
  const visitor = await visit(t, { prepare: (page) => page.evaluateOnNewDocument(refuse) });
  await visitor.getsPair();
  await visitor.press("Copy key");
  await visitor.reads("#pair-result", "The browser did not allow it");
  await visitor.reads("#status", "The browser did not allow it");
});

test("the copied code runs", async (t) => {
  const visitor = await visit(t);
  const code = await visitor.copies("Copy code");
  assert.equal(await runCode(code), "JWT eyJ\n");
});

test("another pair takes the place of the first, and of its token", async (t) => {
  const visitor = await visit(t);
  await visitor.getsToken();
  const first = await visitor.copies("Copy key");
  await visitor.press("Get another pair");
  await visitor.reads("#step-use", "Needs a token first.");
  await visitor.sees("#pair-result .pair");
  assert.notEqual(await visitor.copies("Copy key"), first);
  await visitor.press("Get a token");
  await visitor.sees("#use-result .token");
});

test("a text that is sent arrives on the phone", async (t) => {
  const visitor = await visit(t);
  await visitor.reads("#send-needs", "Needs a token first.");
  await visitor.getsToken();
  await visitor.fill("Your text", "Hello there");
  await visitor.press("Send the text");
  await visitor.reads("#send-result", "Its status is SENT");
  await visitor.reads("#send-result", "It took 1 credit; 999 are left.");
  await visitor.reads("#phone-screen", "Hello there");
  const wire = await visitor.text("#send-wire");
  assert.match(
    wire,
    /POST https:\/\/api\.thesmsworks\.co\.uk\/v1\/message\/send[^]*authorization: •+[^]*"content": "Hello there"[^]*201 Created[^]*"status": "SENT"/,
  );

  await visitor.fill("Your text", "And again");
  await visitor.press("Send the text");
  await visitor.reads("#phone-screen", "And again");
  await visitor.press("Get another token");
  await visitor.reads("#send-wire", "Will be sent");
  assert.equal((await visitor.text("#phone-screen")).trim(), "");
});

test("the code that counts and sends a text runs", async (t) => {
  const visitor = await visit(t);
  await visitor.getsToken();
  const code = await visitor.page.$eval("#send-code pre", (pre) => pre.textContent);
  assert.equal(await runCode(code), "1 []\nSENT\n");
});

test("what was loaded and how long it took is shown, the core not before it is loaded", async (t) => {
  const visitor = await visit(t);
  const figures = () => visitor.page.$$eval("#numbers .figure", (all) => all.map((figure) => figure.innerText));
  const [entry, ...later] = await figures();
  assert.match(entry, /^[\d.]+\skB$/);
  assert.deepEqual(later, ["–", "–", "–"]);

  await visitor.getsPair();
  const [, core, load, call] = await figures();
  assert.match(core, /^[\d.]+\skB$/);
  assert.match(load, /^[\d.,]+\sms$/);
  assert.match(call, /^[\d.,]+\sms$/);
});

test("a core that could not be loaded is a failure like any other, and the next call loads it", async (t) => {
  let isBlocked = true;
  const prepare = async (page) => {
    await page.setRequestInterception(true);
    page.on("request", (request) => {
      if (isBlocked && request.url().endsWith("/pkg/core.js")) request.respond({ status: 503 });
      else request.continue();
    });
  };
  const visitor = await visit(t, { prepare });
  await visitor.press("Get a key pair");
  await visitor.sees("#pair-result .failure");
  assert.match(await visitor.text("#pair-result"), /code\s+internal[^]*retryable\s+true/);
  visitor.problems.length = 0; // the 503 itself

  isBlocked = false;
  await visitor.getsPair();
});
