// The core for Cloudflare Workers, which compile no WebAssembly at run time but import it compiled.
import module from "./core.wasm";
import { type Core, createCore } from "./instance.js";

export const start = (): Core => createCore(module);
