// The entry for browsers and bundlers.
import { loadWith } from "./api.js";

loadWith(() => import("./core.js"));

export { AuthApi, Login, SmsWorksError, keySecret, login } from "./api.js";
