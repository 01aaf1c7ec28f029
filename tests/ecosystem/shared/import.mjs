import { createRequire } from "node:module";
import * as api from "smsworks-wasm";
import { checkCalls } from "../shared/calls.mjs";
import { checkSentOnce } from "../shared/once.mjs";
import { checkPromises } from "../shared/promises/index.mjs";

const calls = JSON.parse(process.argv.at(-1));
console.log(await checkCalls({ api, ...calls }));
console.log(await checkPromises(api));
console.log(await checkSentOnce({ api, ...calls }));

// What the platform's own fetch tells of a connection that was refused, and of one that was cut.
const [refusing, , cutting] = calls.failingUrls;
for (const [baseUrl, effect, reason] of [
  [refusing, "none", /ECONNREFUSED|Connection refused/],
  [cutting, "unknown", /ECONNRESET|Connection reset by peer|connection closed before message completed/],
]) {
  const error = await api.login({ key: "a", secret: "b" }, { baseUrl, retries: 0 }).catch((error) => error);
  if (error.effect !== effect || !reason.test(error.message))
    throw new Error(`at ${baseUrl}: ${error}, ${error.effect}`);
}

const required = createRequire(import.meta.url)("smsworks-wasm");
const refused = await required.login({ key: "a", secret: "b" }, calls).catch((error) => error);
if (!(refused instanceof api.SmsWorksError && refused.code === "http")) {
  throw new Error(`it is no SmsWorksError of what was imported that the required login fails with: ${refused}`);
}
