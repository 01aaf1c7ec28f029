import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import puppeteer from "puppeteer-core";
import { freePort, serveApp } from "./serve.mjs";
import { startServers } from "./servers.mjs";

/** How long an engine may take for one thing before it counts as stuck. */
const LIMIT_MS = 30_000;

/**
 * A tab of an engine, without a window.
 *
 * @typedef {object} Tab
 * @property {string} version The name and the version of the engine.
 * @property {(url: string, name: string) => Promise<void>} open Opens a page and waits until it has set a global of this name.
 * @property {(expression: string) => Promise<any>} evaluate What an expression comes to in the page. It may await, and be any JSON.
 * @property {() => Promise<void>} close Ends the engine.
 */

/** Starts each engine, or nothing where it is not installed. @type {Record<string, () => Promise<Tab | undefined>>} */
export const engines = {
  Chromium: async () => toTab("Chromium", await launchChromium()),
  Firefox: async () => {
    const executablePath = "/usr/bin/firefox-esr";
    return existsSync(executablePath)
      ? toTab("Firefox", await launch({ browser: "firefox", executablePath }))
      : undefined;
  },
  WebKit: async () => {
    const driver = "/usr/bin/WebKitWebDriver";
    const screen = "/usr/bin/Xvfb";
    return existsSync(driver) && existsSync(screen) ? startWebKit(driver, screen) : undefined;
  },
};

/**
 * Has an application make the calls, in Chromium. It has set the globals `readme` and `run`: the README's two authentication
 * calls, and checkCalls.
 *
 * @param {object} given
 * @param {typeof import("smsworks-wasm/sandbox").createSandbox} given.createSandbox
 * @param {(request: Request, path: string) => Promise<Response>} given.answer What the application's server answers.
 * @param {boolean} [given.splits] Whether the core is in a file of its own, which nothing loads before the first call.
 * @param {boolean} [given.loadsAgain] Whether a call tries again to load a file that could not be loaded.
 */
export async function checkApp({ createSandbox, answer, splits = true, loadsAgain = splits }) {
  const servers = await startServers(createSandbox);
  // In a page, a redirect that comes without CORS headers is a network error.
  const { redirectingUrls, ...calls } = servers.calls;
  const site = await serveApp(answer);
  const tab = await engines.Chromium();
  try {
    await tab.open(`${site.url}/`, "run");
    assert.equal(site.loads, splits ? 0 : 1, "loads of the core before the first call");
    if (loadsAgain) {
      site.isCoreDown = true;
      await assert.rejects(tab.evaluate("readme()"), /keySecret failed: the WebAssembly core could not be loaded/);
      site.isCoreDown = false;
      site.loads = 0;
    }
    assert.equal(await tab.evaluate("readme()"), "JWT eyJ");
    assert.match(await tab.evaluate(`run(${JSON.stringify(calls)})`), /went as promised/);
    assert.equal(site.loads, 1, "loads of the core");
  } finally {
    await tab.close();
    await site.close();
    await servers.close();
  }
}

/** The Chromium that the environment names; else the one that npm has, which needs no root; else the system's. */
export async function launchChromium() {
  const options = { headless: "shell", args: ["--no-sandbox", "--disable-dev-shm-usage"] };
  const { CHROMIUM_PATH } = process.env;
  if (CHROMIUM_PATH) return launch({ ...options, executablePath: CHROMIUM_PATH });
  if (process.platform !== "linux" || process.arch !== "x64")
    return launch({ ...options, executablePath: "/usr/bin/chromium" });

  const folder = join(import.meta.dirname, "node_modules/.chromium");
  if (!existsSync(folder)) await unpackChromium(folder);
  // It comes with the libraries and the fonts that a bare machine lacks.
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: join(folder, "al2023/lib"),
    FONTCONFIG_FILE: join(folder, "fonts.conf"),
  };
  return launch({ ...options, executablePath: join(folder, "chromium"), env });
}

async function unpackChromium(folder) {
  const own = await mkdtemp(`${folder}-`);
  const script = "import chromium from '@sparticuz/chromium'; await chromium.executablePath();";
  // It unpacks to where temporary files go; and its libraries, only where it takes the machine for Amazon's.
  const env = { ...process.env, TMPDIR: own, AWS_LAMBDA_JS_RUNTIME: "22.x" };
  const args = ["--input-type=module", "--eval", script];
  await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname, env });
  const fonts = `<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>${folder}/fonts</dir></fontconfig>`;
  await writeFile(join(own, "fonts.conf"), `<!DOCTYPE fontconfig SYSTEM "fonts.dtd">${fonts}`);
  try {
    await rename(own, folder);
  } catch (error) {
    // Another process was faster.
    await rm(own, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
}

/** @param {import("puppeteer-core").LaunchOptions} options */
const launch = (options) =>
  puppeteer.launch({ headless: true, timeout: LIMIT_MS, protocolTimeout: LIMIT_MS, ...options });

/** @param {string} name @param {import("puppeteer-core").Browser} browser @returns {Promise<Tab>} */
async function toTab(name, browser) {
  const [version] = /[\d.]+/.exec(await browser.version());
  const [page] = await browser.pages();
  const evaluate = async (expression) => toValue(name, await page.evaluate(asJson(expression)));
  return {
    version: `${name} ${version}`,
    open: async (url, global) => {
      const problems = [];
      const note = (problem) => problems.push(problem);
      page.on("pageerror", note);
      try {
        await page.goto(url, { timeout: LIMIT_MS });
        await evaluate(untilSet(global));
      } catch (error) {
        throw new Error([`${name} did not open ${url}: ${error.message}`, ...problems].join("\n"));
      }
      page.off("pageerror", note);
    },
    evaluate,
    close: () => browser.close(),
  };
}

/** WebKitGTK, on a screen of its own, by WebDriver (https://www.w3.org/TR/webdriver2/). @returns {Promise<Tab>} */
async function startWebKit(driver, screen) {
  const display = start(screen, ["-displayfd", "3", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const [number] = await once(display.stdio[3], "data");
  const port = await freePort();
  const env = { ...process.env, DISPLAY: `:${String(number).trim()}` };
  const server = start(driver, [`--port=${port}`], { env, stdio: "ignore" });

  const send = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body) });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`WebKit: ${value.error}: ${value.message}`);
    return value;
  };
  await untilListening(() => send("GET", "/status"));
  const capabilities = { alwaysMatch: { timeouts: { script: LIMIT_MS, pageLoad: LIMIT_MS } } };
  const { sessionId, capabilities: engine } = await send("POST", "/session", { capabilities });

  const evaluate = async (expression) => {
    const script = `const done = arguments[0]; ${asJson(expression)}.then(done);`;
    return toValue("WebKit", await send("POST", `/session/${sessionId}/execute/async`, { script, args: [] }));
  };
  return {
    version: `WebKitGTK ${engine.browserVersion}`,
    open: async (url, global) => {
      await send("POST", `/session/${sessionId}/url`, { url });
      await evaluate(untilSet(global));
    },
    evaluate,
    close: async () => {
      await send("DELETE", `/session/${sessionId}`);
      await stop(server);
      await stop(display);
    },
  };
}

/** A server that does not say when it listens has to be asked until it answers. */
async function untilListening(ask) {
  const end = performance.now() + LIMIT_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (error.cause?.code !== "ECONNREFUSED" || performance.now() > end) throw error;
      await wait(20);
    }
  }
}

/** Starts a program, which does not outlive this one. */
export function start(program, args, options) {
  const child = spawn(program, args, options);
  process.once("exit", () => child.kill("SIGKILL"));
  return child;
}

export async function stop(child) {
  if (child.exitCode !== null) return;
  child.kill();
  await once(child, "exit");
}

/** The same for every engine: each has its own way of handing over values and errors. */
const asJson = (expression) => `(async () => (${expression}))().then(
  (value) => JSON.stringify({ value }),
  (error) => JSON.stringify({ error: error + "\\n" + error?.stack }),
)`;

function toValue(name, json) {
  const { value, error } = JSON.parse(json);
  if (error) throw new Error(`${name}: ${error}`);
  return value;
}

const untilSet = (name) => `${JSON.stringify(name)} in globalThis || new Promise((resolve) => {
  const set = (value) => {
    Object.defineProperty(globalThis, ${JSON.stringify(name)}, { value, writable: true });
    resolve();
  };
  Object.defineProperty(globalThis, ${JSON.stringify(name)}, { set, configurable: true });
})`;
