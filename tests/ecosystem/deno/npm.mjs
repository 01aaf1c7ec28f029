import * as api from "npm:smsworks-wasm";
import { checkCalls } from "../shared/calls.mjs";

console.log(await checkCalls({ api, ...JSON.parse(process.argv.at(-1)) }));
