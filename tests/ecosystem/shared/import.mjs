import { createRequire } from "node:module";
import * as api from "smsworks-wasm";
import { checkCalls } from "../shared/calls.mjs";
import { checkPromises } from "../shared/promises/index.mjs";

const calls = JSON.parse(process.argv.at(-1));
console.log(await checkCalls({ api, ...calls }));
console.log(await checkPromises(api));

const required = createRequire(import.meta.url)("smsworks-wasm");
const refused = await required.login({ key: "a", secret: "b" }, calls).catch((error) => error);
if (!(refused instanceof api.SmsWorksError && refused.code === "http")) {
  throw new Error(`it is no SmsWorksError of what was imported that the required login fails with: ${refused}`);
}
