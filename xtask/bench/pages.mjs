import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { bundle } from "./bundle.mjs";
import { credentials } from "./contenders.mjs";
import { BENCH } from "./folders.mjs";

const PAGE = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="main.js"></script>';

/** Puts a page for each of these clients into a folder of its own, bundled. */
export async function buildSite(/** @type {string} */ folder, /** @type {string[]} */ clients) {
  for (const client of clients) {
    const code = `
      import { connect } from "./clients/${client}.mjs";
      const login = connect(location.origin);
      globalThis.firstToken = login(${JSON.stringify(credentials)}).then((token) => [token, performance.now()]);
    `;
    const { files } = await bundle(code, BENCH);
    await mkdir(join(folder, client), { recursive: true });
    await writeFile(join(folder, client, "index.html"), PAGE);
    for (const { path, contents } of files) await writeFile(join(folder, client, basename(path)), contents);
  }
}

/**
 * How many milliseconds pass from a navigation to a token. Nothing is cached: each page gets a context of its own.
 *
 * @param {import("puppeteer-core").Browser} browser
 * @param {string} url
 */
export async function timePage(browser, url) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.goto(url);
  const [token, ms] = await page.evaluate("firstToken");
  await context.close();
  if (!token.startsWith("JWT ")) throw new Error(`${url} got no token: ${token}`);
  return ms;
}
