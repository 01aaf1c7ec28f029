// The core for the edge runtime of Next.js and Vercel, which compiles no WebAssembly at run time but imports it compiled, if
// asked in this way.
import module from "./core.wasm?module";
import { type Core, createCore } from "./instance.js";

export const start = (): Core => createCore(module);
