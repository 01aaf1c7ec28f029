// The same package from `require`.
import client = require("smsworks-wasm");
import stand = require("smsworks-wasm/sandbox");

export { client };
export const sandbox = stand.createSandbox();
export const api = new client.AuthApi({ fetch: sandbox.fetch });
api.keySecret("id").then((pair: client.ApiKeyResponse) => api.login(new client.Login(pair)));
client.login({ key: "key" }).catch((error: unknown) => error instanceof client.SmsWorksError && error.code);
// @ts-expect-error: there is no default export to call
client();

export const sms = new client.SmsWorks({ token: "JWT a.b.c" });
export const credentials = new client.Login({ key: "key" });
export const route = "GET /new" as client.UnknownRoute;
export declare const error: client.SmsWorksError;
export declare function takes(
  api: client.AuthApi,
  sms: client.SmsWorks,
  login: client.Login,
  error: client.SmsWorksError,
  options: client.ClientOptions,
): void;
