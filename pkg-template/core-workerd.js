// @ts-check
// The core for Cloudflare Workers, which compile no WebAssembly at run time but import it compiled.
import module from "./core.wasm";
import { createCore } from "./instance.js";

/** @param {typeof import("./api.js").SmsWorksError} SmsWorksError */
export const start = (SmsWorksError) => createCore(module, SmsWorksError);
