// The `fetch` of libraries fits.
import fetchOfNodeFetch from "node-fetch";
import { AuthApi, SmsWorks } from "smsworks-wasm";
import { Agent, fetch as fetchOfUndici } from "undici";

new AuthApi({ fetch: fetchOfUndici });
new AuthApi({ fetch: fetchOfNodeFetch });
new SmsWorks({ token: "JWT a.b.c", fetch: fetchOfUndici });
const dispatcher = new Agent();
new AuthApi({ fetch: (url, init) => fetchOfUndici(url, { ...init, dispatcher }) });
