// The same package from `require`.
import client = require("smsworks-wasm");
import stand = require("smsworks-wasm/sandbox");

const api = new client.AuthApi({ fetch: stand.createSandbox().fetch });
api.keySecret("id").then((pair: client.ApiKeyResponse) => api.login(new client.Login(pair)));
client.login({ key: "key" }).catch((error: unknown) => error instanceof client.SmsWorksError && error.code);
// @ts-expect-error: there is no default export to call
client();
