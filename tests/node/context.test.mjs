// What instruments `fetch`, such as OpenTelemetry, tells by the context (`AsyncLocalStorage`) for whom a request is.
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import test from "node:test";
import { SmsWorks } from "smsworks-wasm";
import { createSandbox } from "smsworks-wasm/sandbox";

const PAIR = { customerid: "a customer", key: "a key", secret: "its secret" };

for (const [what, optionsOf] of [
  ["a fetch that is given", (fetch) => ({ fetch })],
  ["the platform's fetch", (fetch, t) => void t.mock.method(globalThis, "fetch", fetch)],
]) {
  test(`${what} is called in the context of its call`, async (t) => {
    const sandbox = createSandbox({ customers: [PAIR] });
    sandbox.fail({ operation: "POST /message/send", status: 429, retryAfter: 0, times: 3 });
    const context = new AsyncLocalStorage();
    const sent = [];
    const fetch = (url, init) => {
      if (url.endsWith("/message/send")) sent.push([JSON.parse(init.body).content, context.getStore()]);
      if (url.endsWith("/balance")) sent.push([new Headers(init.headers).get("x-who"), context.getStore()]);
      return sandbox.fetch(url, init);
    };
    const sms = new SmsWorks({ credentials: PAIR, ...optionsOf(fetch, t) });
    const use = async (who) => {
      await sms.messages.send({ sender: "Us", destination: "447777777777", content: who });
      await sms.fetch("credits/balance", { headers: { "x-who": who } });
    };
    await Promise.all(["a", "b", "c"].map((who) => context.run(who, use, who)));
    assert.equal(sent.length, 9);
    for (const [who, found] of sent) assert.equal(found, who);
  });
}
