import { checkCalls } from "./calls.mjs";
import { checkPromises } from "./promises/index.mjs";
import * as api from "./smsworks-wasm/index.js";

globalThis.api = api;
globalThis.promises = () => checkPromises(api);
globalThis.run = (given) => checkCalls({ api, ...given });
