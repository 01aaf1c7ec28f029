// The core for browsers and bundlers: in JavaScript, so that no bundler has to find and serve another file. It is a text, as
// `text` in xtask/src/build.rs writes it.
import text from "./core.wasm.txt";
import { type Core, createCore } from "./instance.js";

export const start = async (): Promise<Core> => {
  const bytes: number[] = [];
  let high = 0;
  for (const char of text) {
    const low = char.charCodeAt(0) - 35;
    if (low >= 0) bytes.push(high + low);
    high = low < 0 ? (low + 4) * 92 : 0;
  }
  return createCore(await WebAssembly.compile(new Uint8Array(bytes)));
};
