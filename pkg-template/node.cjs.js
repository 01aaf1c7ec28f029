// The one entry for Node. `import` comes here too, so that there is one SmsWorksError and one core however it is reached.
import { loadWith } from "./api.js";

loadWith(async () => require("./core-node.cjs"));

export { AuthApi, Login, SmsWorksError, keySecret, login } from "./api.js";
