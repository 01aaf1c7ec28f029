import * as api from "./node_modules/smsworks-wasm/index.js";
import { checkCalls } from "../shared/calls.mjs";

console.log(await checkCalls({ api, ...JSON.parse(process.argv.at(-1)) }));
