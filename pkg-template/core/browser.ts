// The core for browsers and bundlers: in JavaScript, so that no bundler has to find and serve another file.
import text from "./core.wasm.txt";
import { type Core, createCore } from "./instance.js";
import { unpack } from "./unpack.js";

export const start = async (): Promise<Core> => createCore(await WebAssembly.compile(unpack(text)));
