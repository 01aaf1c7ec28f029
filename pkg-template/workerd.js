// The entry for Cloudflare Workers.
import { loadWith } from "./api.js";

loadWith(async (SmsWorksError) => (await import("./core-workerd.js")).start(SmsWorksError));

export { AuthApi, keySecret, Login, login, SmsWorks, SmsWorksError } from "./api.js";
