import { checkCalls } from "../shared/calls.mjs";
import * as api from "./node_modules/smsworks-wasm/index.js";

console.log(await checkCalls({ api, ...JSON.parse(process.argv.at(-1)) }));
