// @ts-check
// The core for browsers and bundlers: in JavaScript, so that no bundler has to find and serve another file.
import deflated from "./core.wasm.deflate";
import { createCore } from "./instance.js";

/** @param {typeof import("./api.js").SmsWorksError} SmsWorksError */
export const start = async (SmsWorksError) => {
  const bytes = Uint8Array.from(atob(deflated), (char) => char.charCodeAt(0));
  const wasm = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return createCore(await WebAssembly.compile(await new Response(wasm).arrayBuffer()), SmsWorksError);
};
