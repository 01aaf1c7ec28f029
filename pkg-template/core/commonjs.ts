// The core by `require`: in JavaScript, so that an application bundled for a server needs no other file.
import wasm from "./core.wasm";
import { type Core, createCore } from "./instance.js";

export const start = (): Core => createCore(new WebAssembly.Module(decode(wasm)));

/** Much faster in Node by `Buffer`, which browsers lack. */
const decode = (base64: string): Uint8Array<ArrayBuffer> =>
  globalThis.Buffer?.from(base64, "base64") ?? Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
