// A script that starts often, and logs in once: the token is kept in a file. It is as sensitive as the secret, so that only the
// user who runs this can read it.
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { SmsWorks } from "smsworks-wasm";

const { SMSWORKS_KEY: key, SMSWORKS_SECRET: secret, SMSWORKS_BASE_URL: baseUrl } = process.env;
const { TOKEN_FILE: file = "smsworks.token" } = process.env;

/** @type {import("smsworks-wasm").TokenStore} */
const tokenStore = {
  get: () => readFile(file, "utf8").catch(() => null),
  set: async (token) => {
    if (token === null) return rm(file, { force: true });
    // Renamed once it is whole: another process reads the old token or the new one.
    const written = `${file}.${process.pid}`;
    await writeFile(written, token, { mode: 0o600 });
    await rename(written, file);
  },
};
const sms = new SmsWorks({ baseUrl, credentials: { key, secret }, tokenStore });

const { credits } = await sms.credits.balance();
console.log(`${credits} credits are left`);
