import { checkCalls } from "./calls.mjs";
import { checkFaults } from "./faults/check.mjs";
import { checkPromises } from "./promises/index.mjs";
import * as api from "./smsworks-wasm/index.js";

globalThis.api = api;
globalThis.faults = (given) => checkFaults(api, given);
globalThis.promises = () => checkPromises(api);
globalThis.run = (given) => checkCalls({ api, ...given });
