// @ts-check
// The core for the edge runtime of Next.js and Vercel, which compiles no WebAssembly at run time but imports it compiled, if
// asked in this way.
import module from "./core.wasm?module";
import { createCore } from "./instance.js";

/** @param {typeof import("./api.js").SmsWorksError} SmsWorksError */
export const start = (SmsWorksError) => createCore(module, SmsWorksError);
