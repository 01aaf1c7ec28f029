import { checkCalls } from "./calls.mjs";
import * as api from "./smsworks-wasm/index.js";

globalThis.api = api;
globalThis.run = (given) => checkCalls({ api, ...given });
