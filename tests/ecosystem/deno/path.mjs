import { checkCalls } from "../shared/calls.mjs";
import { checkPromises } from "../shared/promises/index.mjs";
import * as api from "./node_modules/smsworks-wasm/index.js";

console.log(await checkCalls({ api, ...JSON.parse(process.argv.at(-1)) }));
console.log(await checkPromises(api));
