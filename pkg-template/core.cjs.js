// @ts-check
// The core by `require`: in JavaScript, so that an application bundled for a server needs no other file.
import wasm from "./core.wasm";
import { createCore } from "./instance.js";

/** @param {typeof import("./api.js").SmsWorksError} SmsWorksError */
export const start = (SmsWorksError) => createCore(new WebAssembly.Module(wasm), SmsWorksError);
