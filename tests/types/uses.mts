// What an editor should accept, and what it should underline, from `import`.

import type {
  ApiCallback,
  ApiKeyResponse,
  ApiResponse,
  CallOptions,
  ClientOptions,
  Credentials,
  CreditsResponse,
  LoginFields,
  Message,
  MessageResponse,
  Messages,
  Query,
  Segments,
  SentBatch,
  SmsWorksEvent,
  TokenResponse,
  TokenStore,
  UnknownRoute,
} from "smsworks-wasm";
import { AuthApi, keySecret, Login, login, SmsWorks, SmsWorksError, segments } from "smsworks-wasm";
import type { Sandbox } from "smsworks-wasm/sandbox";
import { createSandbox } from "smsworks-wasm/sandbox";
import * as required from "./uses.cjs";

const sandbox: Sandbox = createSandbox();
const options: ClientOptions = {
  fetch: sandbox.fetch,
  timeoutMs: 1000,
  retries: 0,
  baseUrl: "https://a.example",
  allowInsecureHttp: false,
};
const api = new AuthApi(options);
new AuthApi();
new AuthApi({ fetch, timeoutMs: undefined });
new AuthApi({ fetch: (input, init) => fetch(input, init) });
new AuthApi({ fetch: async (url: string | URL | Request, init?: RequestInit): Promise<Response> => fetch(url, init) });
new AuthApi({ fetch: async () => new Response("{}") });
// @ts-expect-error: it resolves with a response
new AuthApi({ fetch: async () => "{}" });

const pair: ApiKeyResponse = await api.keySecret("id");
const key: string = pair.key;
const { token }: TokenResponse = await api.login(new Login({ key, secret: pair.secret }));
const fields: LoginFields = { customerid: "id", key, secret: pair.secret };
const perCall: CallOptions = { signal: AbortSignal.timeout(5), timeoutMs: 5, retries: 1 };
await api.login(fields, perCall);
await login(fields, { ...options, signal: null });
await keySecret("id", { fetch: globalThis.fetch });

const credentials = new Login();
credentials.key = "key";
credentials.secret = undefined;
const nothing: void = api.login(credentials, (error, data, response) => {
  const failure: SmsWorksError | null = error;
  const sent: string | undefined = data?.token;
  const reply: ApiResponse | undefined = response;
  const status: number | undefined = reply?.status;
  const header: string | null | undefined = reply?.headers.get("retry-after");
  // @ts-expect-error: the body is whatever came
  reply?.body.token;
  return [failure, sent, status, header];
});
const callback: ApiCallback<ApiKeyResponse> = () => {};
api.keySecret("id", callback);
const none: void = keySecret("id", callback);
login(fields, (error, data) => console.log(none, error?.effect, data?.token));
// @ts-expect-error: a callback or a promise, not both
(await keySecret("id", callback)).key;

try {
  await api.login({});
} catch (error) {
  if (error instanceof SmsWorksError) {
    const wait: number | undefined = error.retryAfterMs;
    const said: string | undefined = error.api?.message;
    const number: number | undefined = error.api?.errorCode;
    const effect: "none" | "unknown" = error.effect;
    const again: boolean = error.retryable;
    switch (error.code) {
      case "http":
      case "network":
      case "timeout":
        break;
      // @ts-expect-error: no such code
      case "https":
        break;
    }
    // @ts-expect-error: an effect is known or not
    if (error.effect === "some") console.log(error);
    // @ts-expect-error: an error is read only
    error.code = "http";
    // @ts-expect-error: an error is read only
    error.effect = "none";
    console.log(wait, said, number, effect, again, error.operation, error.cause);
  }
}

// @ts-expect-error: the customer id is required
api.keySecret();
// @ts-expect-error: the customer id is a string
api.keySecret(7);
// @ts-expect-error: the credentials are required
api.login();
// @ts-expect-error: they are an object
api.login("key");
// @ts-expect-error: no such field
api.login({ user: "me" });
// @ts-expect-error: a key is a string
api.login({ key: 7 });
// @ts-expect-error: no such option
new AuthApi({ timeout: 5 });
// @ts-expect-error: milliseconds are a number
new AuthApi({ timeoutMs: "5" });
// @ts-expect-error: a base URL does not differ by call
api.login(fields, { baseUrl: "https://a.example" });
// @ts-expect-error: only the client makes them
new SmsWorksError("message");
// @ts-expect-error: a reply has no such field
(await api.keySecret("id")).token;
// @ts-expect-error: a callback or a promise, not both
(await api.keySecret("id", callback)).key;

console.log(token, nothing);

// Every operation, as it is called, and what it answers with.
const sms = new SmsWorks({
  ...options,
  credentials: () => pair,
  token: "JWT a.b.c",
  refreshMarginMs: 0,
  tokenStore: { get: () => null, set() {} },
});
new SmsWorks({
  credentials: async () => ({ key, secret: "s" }),
  tokenStore: { get: async () => "token", set: async () => {} },
});
const given: string = await sms.token({ signal: null });
const header: string = await sms.authorization();
const answer: Response = await sms.fetch(new URL("https://a.example/x"), { method: "POST" });
const nobody: void = await sms.forget();
// Each of the three is enough.
new SmsWorks({ credentials: pair });
new SmsWorks({ token: "JWT a.b.c", baseUrl: "https://a.example" });
const tokens = new Map<string, string | null>();
new SmsWorks({ tokenStore: { get: () => tokens.get("token"), set: (token) => tokens.set("token", token) } });
declare const redis: {
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<"OK" | null>;
  del(key: string): Promise<number>;
};
const store: TokenStore = {
  get: () => redis.get("token"),
  set: (token) => (token === null ? redis.del("token") : redis.set("token", token)),
};
const named: Credentials = { customerid: "id", key, secret: "s" };
new SmsWorks({ credentials: named, tokenStore: store });
new SmsWorks({ credentials: new Login({ key, secret: "s" }) });
declare const environment: Record<string, string | undefined>;
const { SMSWORKS_KEY, SMSWORKS_SECRET, SMSWORKS_TOKEN } = environment;
new SmsWorks({ credentials: { key: SMSWORKS_KEY, secret: SMSWORKS_SECRET } });
new SmsWorks({ token: SMSWORKS_TOKEN });
const inner: AuthApi = sms.auth;
const shown: string = sms.baseUrl;
console.log(given, header, answer, nobody, inner, shown);

const message: Message = {
  sender: "Us",
  destination: 447777777777,
  content: "Hello",
  metadata: [{ key: "a", value: "b" }],
};
const query: Query = { status: "SENT", destination: "447777777777", limit: 5, unread: true };
const messageid: string = (
  await sms.request("POST /message/send", { body: message, signal: null, timeoutMs: 5, retries: 0 })
).messageid;
const left: number = (await sms.request("POST /message/flash", { body: message })).credits;
const scheduled = await sms.request("POST /message/schedule", {
  body: { ...message, schedule: new Date(2030, 0) },
});
const one: string | undefined = Array.isArray(scheduled) ? scheduled[0]?.messageid : scheduled.messageid;
const found: MessageResponse[] = await sms.request("POST /messages", { body: query });
await sms.request("POST /messages/inbox", { body: { from: new Date(0), to: "2030-01-01T00:00:00Z" } });
const why: string | undefined = (await sms.request("POST /messages/failed", { body: {} }))[0]?.failurereason?.details;
const when: string | undefined = (await sms.request("GET /messages/schedule"))[0]?.message?.schedule;
const text: string = (await sms.request("GET /messages/{messageid}", { params: { messageid } })).content;
await sms.request("DELETE /messages/{messageid}", { params: { messageid: "a" } });
await sms.request("DELETE /messages/schedule/{messageid}", { params: { messageid: 5 } });
const { batchid } = await sms.request("POST /batch/send", {
  body: { sender: "Us", destinations: ["1", 2], content: "Hello" },
});
await sms.request("POST /batch/any", { body: [message, message] });
await sms.request("POST /batch/schedule", {
  body: { sender: "Us", destinations: [1], content: "Hello", schedule: "2030-01-01" },
});
const texts: MessageResponse[] = await sms.request("GET /batch/{batchid}", { params: { batchid } });
await sms.request("DELETE /batches/schedule/{batchid}", { params: { batchid } });
const otp = await sms.request("POST /otp/send", {
  body: { destination: "447777777777", length: 6, template: "{{passcode}}" },
});
const { status, metadata } = await sms.request("POST /otp/verify", {
  body: { passcode: 123456, messageid: otp.messageid },
});
await sms.request("GET /otp/{messageid}", { params: { messageid: otp.messageid } });
const { credits }: { credits: number } = await sms.request("GET /credits/balance");
await sms.request("GET /utils/test", {});
await sms.request("GET /utils/errors/{errorcode}", { params: { errorcode: 34 } });
const made: ApiKeyResponse = await sms.request("GET /auth/getApiKey", { query: { customerid: "id" } });
const got: TokenResponse = await sms.request("POST /auth/token", { body: fields });
console.log(left, one, found, why, when, text, texts, status, metadata, credits, made, got);

// What the API adds is there, by a cast.
const balance = await sms.request("GET /credits/balance");
const currency: string = (balance as CreditsResponse & { currency: string }).currency;
// So is a route that is not known.
const any: unknown = await sms.request("PUT /new/{thing}" as UnknownRoute, {
  params: { thing: 5 },
  query: { page: [1, "2"], all: null, since: new Date() },
  body: [],
});
const dynamic: unknown = await sms.request(`GET /messages/${messageid}` as UnknownRoute);
console.log(currency, any, dynamic);

// @ts-expect-error: a misspelt route
sms.request("POST /mesage/send", { body: message });
// @ts-expect-error: a route that is known to have its id in `params`
sms.request(`GET /messages/${messageid}`);
// @ts-expect-error: a misspelt field of a reply
(await sms.request("POST /message/send", { body: message })).messageId;
// @ts-expect-error: one in a list
(await sms.request("POST /messages", { body: query }))[0]?.contents;
// @ts-expect-error: one deep in a reply
(await sms.request("GET /messages/schedule"))[0]?.message?.sendr;
// @ts-expect-error: a time is no number
sms.request("POST /messages", { body: { from: 5 } });
// @ts-expect-error: the body is required
sms.request("POST /message/send");
// @ts-expect-error: so is its destination
sms.request("POST /message/send", { body: { sender: "Us", content: "Hello" } });
// @ts-expect-error: as is that of a one-time password
sms.request("POST /otp/send", { body: { sender: "Us" } });
// @ts-expect-error: a misspelt field
sms.request("POST /message/send", { body: { sender: "Us", destination: "1", content: "Hello", contents: "Hello" } });
// @ts-expect-error: the parameter is required
sms.request("GET /messages/{messageid}", {});
// @ts-expect-error: it has another name
sms.request("GET /messages/{messageid}", { params: { messageId: "1" } });
// @ts-expect-error: a GET has no body
sms.request("GET /credits/balance", { body: {} });
// @ts-expect-error: when to send it is required
sms.request("POST /message/schedule", { body: message });
// @ts-expect-error: what a route that is not known answers with is not known
(await sms.request("GET /new" as UnknownRoute)).field;
// @ts-expect-error: what comes back is typed
(await sms.request("GET /credits/balance")).credits.length;
// @ts-expect-error: a client needs options
new SmsWorks();
// @ts-expect-error: and among them credentials, a token or a store
new SmsWorks({});
// @ts-expect-error: others are not enough
new SmsWorks(options);
// @ts-expect-error: a key without its secret
new SmsWorks({ credentials: { key } });
// @ts-expect-error: the same of a function
new SmsWorks({ credentials: () => ({ key }) });
// @ts-expect-error: no secret, whatever else there is
new SmsWorks({ credentials: { customerid: "id", key }, token: "JWT a.b.c" });
// @ts-expect-error: a misspelt field
new SmsWorks({ credentials: { key, secret: "s", customerId: "id" } });
// @ts-expect-error: a misspelt option
new SmsWorks({ credentials: pair, refreshMargin: 5 });
// @ts-expect-error: a store of numbers
new SmsWorks({ tokenStore: { get: () => 5, set() {} } });
// @ts-expect-error: a store that cannot forget
new SmsWorks({ tokenStore: { get: () => "token", set: (token: string) => token.length } });
class KeepsText {
  get = () => null;
  set(token: string) {
    return token.length;
  }
}
// @ts-expect-error: the same by a method
new SmsWorks({ tokenStore: new KeepsText() });
class Keeps implements TokenStore {
  get = () => null;
  set(token: string | null) {
    return token;
  }
}
new SmsWorks({ tokenStore: new Keeps() });
// @ts-expect-error: a store sets, too
new SmsWorks({ tokenStore: { get: () => "token" } });

// What was required is what is imported.
const oneApi: AuthApi = required.api;
const oneClient: SmsWorks = required.sms;
const oneLogin: Login = required.credentials;
const counted: Segments = await segments("text");
export const told: ["gsm7" | "ucs2", number, number, number, string[]] = [
  counted.encoding,
  counted.parts,
  counted.units,
  counted.remaining,
  counted.nonGsm,
];
// @ts-expect-error: a text is a string
segments(5);
// @ts-expect-error: there is one alphabet and one other encoding
counted.encoding === "utf8";

const oneError: SmsWorksError = required.error;
required.takes(api, sms, credentials, oneError, options);
const sameApi: typeof AuthApi = required.client.AuthApi;
const sameClient: typeof SmsWorks = required.client.SmsWorks;
const sameLogin: typeof Login = required.client.Login;
const sameError: typeof SmsWorksError = required.client.SmsWorksError;
const sameSandbox: Sandbox = required.sandbox;
await oneClient.request(required.route as UnknownRoute);
await oneClient.request(required.route);
console.log(oneApi, oneLogin, sameApi, sameClient, sameLogin, sameError, sameSandbox);

// Methods.
const works = new SmsWorks({
  token: "t",
  headers: { "X-Request-Id": "1", "X-None": undefined },
  observe: (event: SmsWorksEvent) => {
    if (event.type === "response") event.headers.get("date");
    // @ts-expect-error: only a reply has one
    event.status;
  },
});
const messages: Messages = works.messages;
const sentText: { messageid: string } = await messages.send({ sender: "Us", destination: "1", content: "Hi" }, perCall);
const balanceLeft: number = (await works.credits.balance()).credits;
for await (const text of works.messages.all({ from: new Date(), limit: 10 })) text.messageid satisfies string;
async function* numbers() {
  yield 447777777777;
}
for await (const batch of works.batches.sendAll({ sender: "Us", content: "Hi" }, numbers(), { headers: { a: "1" } })) {
  batch satisfies SentBatch;
}
works.batches.sendAll({ sender: "Us", content: "Hi" }, new Set(["447777777777"]));
// @ts-expect-error: a text is no list of numbers
works.batches.sendAll({ sender: "Us", content: "Hi" }, 447777777777);
// @ts-expect-error: nor is one whose characters could be gone through
works.batches.sendAll({ sender: "Us", content: "Hi" }, "447777777777");
// @ts-expect-error: a header is a text
works.credits.balance({ headers: { a: 1 } });
console.log(sentText, balanceLeft);
