// The entry for browsers and bundlers.
import { loadWith } from "./api.js";

/** Where the core is, once it could not be loaded. @type {string | undefined} */
let url;
let failures = 0;

loadWith(async (SmsWorksError) => {
  try {
    const core = await (url
      ? import(/* webpackIgnore: true */ /* @vite-ignore */ `${url}#${failures}`)
      : import("./core.js"));
    return await core.start(SmsWorksError);
  } catch (error) {
    // Chromium and Firefox keep a failure for as long as the page lives, but by the URL, which they name.
    url ??= / module: (\S+)$/.exec(error?.message)?.[1];
    failures++;
    throw error;
  }
});

export { AuthApi, keySecret, Login, login, SmsWorks, SmsWorksError } from "./api.js";
