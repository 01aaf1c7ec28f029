// What an editor should accept, and what it should underline, from `import`.
import { AuthApi, Login, SmsWorksError, keySecret, login } from "smsworks-wasm";
import type { ApiCallback, ApiKeyResponse, ApiResponse, CallOptions, ClientOptions, LoginFields, TokenResponse } from "smsworks-wasm";
import { createSandbox } from "smsworks-wasm/sandbox";
import type { Sandbox } from "smsworks-wasm/sandbox";

const sandbox: Sandbox = createSandbox();
const options: ClientOptions = { fetch: sandbox.fetch, timeoutMs: 1000, retries: 0, baseUrl: "https://a.example", allowInsecureHttp: false };
const api = new AuthApi(options);
new AuthApi();
new AuthApi({ fetch, timeoutMs: undefined });

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

try {
  await api.login({});
} catch (error) {
  if (error instanceof SmsWorksError) {
    const wait: number | undefined = error.retryAfterMs;
    const said: string | undefined = error.api?.message;
    const number: number | undefined = error.api?.errorCode;
    switch (error.code) {
      case "http":
      case "network":
      case "timeout":
        break;
      // @ts-expect-error: no such code
      case "https":
        break;
    }
    // @ts-expect-error: an error is read only
    error.code = "http";
    console.log(wait, said, number, error.operation, error.retryable, error.cause);
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
