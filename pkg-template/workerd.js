// The entry for Cloudflare Workers.
import { loadWith } from "./api.js";

loadWith(() => import("./core-workerd.js"));

export { AuthApi, Login, SmsWorksError, keySecret, login } from "./api.js";
