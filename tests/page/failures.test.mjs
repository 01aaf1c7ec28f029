import assert from "node:assert/strict";
import { test } from "node:test";
import { runCode } from "./code.mjs";
import { visit } from "./visitor.mjs";

const RESULT = "#rehearsal-result";
const WIRE = "#rehearsal-wire";

test("a wrong secret is refused, and not tried again", async (t) => {
  const visitor = await visit(t);
  await visitor.rehearses("Wrong secret");
  const card = await visitor.text(RESULT);
  assert.match(card, /The credentials were refused[^]*code\s+http\s+status\s+401\s+retryable\s+false/);
  const wire = await visitor.text(WIRE);
  assert.match(wire, /401 Unauthorized/);
  assert.doesNotMatch(wire, /Attempt/);
  await visitor.reads("#alert", "The credentials were refused");
});

test("an alert is gone once something else is said", async (t) => {
  const visitor = await visit(t);
  await visitor.rehearses("Wrong secret");
  await visitor.reads("#alert", "The credentials were refused");
  await visitor.press("Get a key pair");
  await visitor.reads("#status", "Step 2 is ready");
  assert.equal(await visitor.text("#alert"), "");
});

test("a short outage is got over, at the second attempt", async (t) => {
  const visitor = await visit(t);
  await visitor.rehearses("Short outage");
  assert.match(await visitor.text(RESULT), /A token after all, at attempt 2/);
  assert.match(await visitor.text(WIRE), /Attempt 1: 503 Service Unavailable[^]*200 OK/);
});

test("a long outage is told after the third attempt", async (t) => {
  const visitor = await visit(t);
  await visitor.rehearses("Long outage");
  assert.match(
    await visitor.text(RESULT),
    /The service is not available[^]*code\s+http\s+status\s+503\s+retryable\s+true/,
  );
  assert.match(await visitor.text(WIRE), /Attempt 1: 503[^]*Attempt 2: 503[^]*attempt 3[^]*503 Service Unavailable/);
});

test("a slow network ends at the deadline", async (t) => {
  const visitor = await visit(t);
  await visitor.rehearses("Slow network");
  assert.match(await visitor.text(RESULT), /No answer in time[^]*code\s+timeout\s+status\s+none\s+retryable\s+true/);
  assert.match(await visitor.text(WIRE), /Came back[^]*Nothing\./);
});

test("a call can be aborted while it waits", async (t) => {
  const visitor = await visit(t);
  await visitor.press("Change of mind");
  await visitor.reads(WIRE, "Nothing yet");
  await visitor.press("Abort");
  await visitor.sees(`${RESULT} .aborted`);
  assert.match(await visitor.text(RESULT), /You aborted the call[^]*name\s+AbortError/);
});

test("one rehearsal at a time: while a call waits, the others are not started", async (t) => {
  const visitor = await visit(t);
  await visitor.press("Change of mind");
  await visitor.sees(`${RESULT} .running`);
  await visitor.press("Wrong secret");
  await visitor.press("Abort");
  await visitor.sees(`${RESULT} .aborted`);
});

const PRINTED = {
  "Wrong secret": /^SmsWorksError http /,
  "Short outage": /^A token after all\.$/m,
  "Long outage": /^SmsWorksError http /,
  "Slow network": /^SmsWorksError timeout /,
};

for (const [name, printed] of Object.entries(PRINTED)) {
  test(`the code for "${name}" runs and does the same`, async (t) => {
    const visitor = await visit(t);
    await visitor.rehearses(name);
    assert.match(await runCode(await copiedCode(visitor)), printed);
  });
}

test('the code for "Change of mind" runs and does the same', async (t) => {
  const visitor = await visit(t);
  await visitor.press("Change of mind");
  assert.match(await runCode(await copiedCode(visitor)), /^AbortError /);
});

/** The button has the same name as that of the steps, so it is found by its place. */
async function copiedCode(visitor) {
  await visitor.page.locator("#rehearsal-code button").click();
  await visitor.reads("#status", "Copied");
  return visitor.clipboard();
}
