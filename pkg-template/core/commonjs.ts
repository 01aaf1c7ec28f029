// The core by `require`: in JavaScript, so that an application bundled for a server needs no other file.
import wasm from "./core.wasm";
import { type Core, createCore } from "./instance.js";

export const start = (): Core => createCore(new WebAssembly.Module(wasm));
