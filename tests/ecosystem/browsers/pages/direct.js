import * as api from "./smsworks-wasm/index.js";
import { checkCalls } from "./calls.mjs";

globalThis.api = api;
globalThis.run = (given) => checkCalls({ api, ...given });
