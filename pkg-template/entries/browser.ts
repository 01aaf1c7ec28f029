// The entry for browsers and bundlers.
import { loadWith } from "../load.js";

/** Where the core is, once it could not be loaded. */
let url: string | undefined;
let again = 0;

loadWith(async () => {
  try {
    const core: typeof import("../core/browser.js") = await (url
      ? import(/* webpackIgnore: true */ /* @vite-ignore */ `${url}#${again++}`)
      : import("./core.js"));
    return core.start();
  } catch (error) {
    // Chromium and Firefox keep a failure for as long as the page lives, but by the URL, which they name.
    url ??= / module: (\S+)$/.exec((error as Error).message)?.[1];
    throw error;
  }
});

export * from "./exports.js";
