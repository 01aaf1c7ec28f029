// The entry for service workers, which may not import() anything later: the core comes with it.
import { loadWith } from "./api.js";
import { start } from "./core.js";

loadWith(start);

export { AuthApi, keySecret, Login, login, SmsWorks, SmsWorksError } from "./api.js";
