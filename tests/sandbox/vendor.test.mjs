import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createSandbox } from "smsworks-wasm/sandbox";
import TheSmsWorksApi from "the-sms-works";
import { CUSTOMER, decode } from "./both.mjs";

const sandbox = createSandbox();
let server;
before(async () => {
  server = await sandbox.listen();
  TheSmsWorksApi.ApiClient.instance.basePath = server.url;
});
after(() => server.close());

const call = (operation, argument) =>
  new Promise((resolve) => {
    new TheSmsWorksApi.AuthApi()[operation](argument, (error, data, response) => resolve({ error, data, response }));
  });

function loginOf(fields) {
  return Object.assign(new TheSmsWorksApi.Login(), fields);
}

test("the vendor's client gets a key pair and logs in with it", async () => {
  const pair = await call("keySecret", CUSTOMER);
  assert.equal(pair.error, null);
  assert.ok(pair.data instanceof TheSmsWorksApi.ApiKeyResponse);
  assert.equal(pair.response.status, 201);

  const { key, secret } = pair.data;
  for (const fields of [
    { key, secret },
    { customerid: CUSTOMER, key, secret },
  ]) {
    const { error, data, response } = await call("login", loginOf(fields));
    assert.equal(error, null);
    assert.ok(data instanceof TheSmsWorksApi.TokenResponse);
    assert.equal(response.status, 200);
    const { payload } = decode(data.token);
    assert.deepEqual([payload.key, payload.secret], [key, secret]);
  }
});

for (const [what, operation, argument, status] of [
  ["a wrong secret", "login", loginOf({ key: "key-1", secret: "secret-1" }), 401],
  ["an empty login", "login", new TheSmsWorksApi.Login(), 400],
  ["an unknown customer", "keySecret", "customer-1", 401],
]) {
  test(`the vendor's client gets the API's error model for ${what}`, async () => {
    const { error, response } = await call(operation, argument);
    assert.equal(error.status, status);
    const { message, ...rest } = response.body;
    assert.equal(typeof message, "string");
    assert.deepEqual(rest, { errorCode: status, status: "REJECTED", permanent: true });
  });
}

test("the vendor's client meets a fault as it would meet the real one", async (t) => {
  t.after(sandbox.reset);
  sandbox.fail({ status: 503, retryAfter: 7, times: 1 });
  sandbox.fail({ network: "refuse", times: 1 });
  const unavailable = await call("keySecret", CUSTOMER);
  assert.equal(unavailable.error.status, 503);
  assert.equal(unavailable.response.headers["retry-after"], "7");
  assert.equal((await call("keySecret", CUSTOMER)).error.code, "ECONNRESET");
});

test("the vendor's client makes its other calls", async (t) => {
  t.after(sandbox.reset);
  const { data: pair } = await call("keySecret", CUSTOMER);
  const { data: login } = await call("login", loginOf(pair));
  const { JWT } = TheSmsWorksApi.ApiClient.instance.authentications;
  JWT.apiKey = login.token;
  const made = (api, operation, argument) =>
    new Promise((resolve, reject) => {
      const given = argument === undefined ? [] : [argument];
      new TheSmsWorksApi[api]()[operation](...given, (error, data, response) =>
        error ? reject(error) : resolve({ data, response }),
      );
    });
  const fill = (Model, fields) => Object.assign(Object.create(TheSmsWorksApi[Model].prototype), fields);

  const message = fill("Message", { sender: "Us", destination: "447777777777", content: "Hello" });
  const sent = await made("MessagesApi", "sendMessage", message);
  assert.deepEqual([sent.data.status, sent.data.credits], ["SENT", 999]);
  const got = await made("MessagesApi", "getMessageById", sent.data.messageid);
  assert.deepEqual([got.data.content, got.data.messageid], ["Hello", sent.data.messageid]);
  const query = fill("Query", { status: "SENT" });
  assert.equal((await made("MessagesApi", "getMessages", query)).response.body.length, 1);
  assert.equal((await made("MessagesApi", "getInboxMessages", query)).response.body.length, 0);

  const schedule = new Date(Date.now() + 86_400_000).toISOString();
  const later = await made("MessagesApi", "scheduleMessage", fill("Message", { ...message, schedule }));
  assert.equal(later.data.status, "SCHEDULED");
  const cancelled = await made("MessagesApi", "cancelScheduledJob", later.data.messageid);
  assert.deepEqual([cancelled.data.messageid, cancelled.data.status], [later.data.messageid, "CANCELLED"]);

  const many = { sender: "Us", destinations: ["447777777777"], content: "Hello", schedule };
  const batch = await made("BatchMessagesApi", "sendBatch", fill("BatchMessage", many));
  assert.equal((await made("BatchMessagesApi", "getBatchById", batch.data.batchid)).response.body.length, 1);
  const laterBatch = await made("BatchMessagesApi", "scheduleBatch", fill("BatchMessage", many));
  assert.equal(
    (await made("BatchMessagesApi", "cancelScheduledBatchJob", laterBatch.data.batchid)).data.status,
    "CANCELLED",
  );

  // It says of this call alone that it needs no token, which the API's later description does not.
  t.after(() => (TheSmsWorksApi.ApiClient.instance.defaultHeaders = {}));
  TheSmsWorksApi.ApiClient.instance.defaultHeaders = { Authorization: login.token };
  assert.equal((await made("UtilsApi", "test")).data.message, CUSTOMER);
});
