// The entry by `require`. In Node, `import` comes here too, so that there is one SmsWorksError and one core however it is
// reached. The core is required, not imported: Jest runs no `import()`.
import { loadWith } from "./api.js";

loadWith((SmsWorksError) => require("./core.cjs").start(SmsWorksError));

export { AuthApi, keySecret, Login, login, SmsWorks, SmsWorksError } from "./api.js";
