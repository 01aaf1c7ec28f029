// A visitor of the page: what they can do and see there, found as a screen reader finds it, by role and name.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { launchChromium } from "../ecosystem/shared/browser.mjs";
import { serve } from "./site.mjs";

let browser, site;
before(async () => {
  [browser, site] = await Promise.all([launchChromium(), serve()]);
});
after(async () => {
  await browser?.close();
  site?.close();
});

export const SANDBOX = "the sandbox in this page, nothing to fill in";
export const LIVE = "the live API with your own credentials";

export const PHONE = { width: 320, height: 640 };
export const DESKTOP = { width: 1280, height: 900 };

/**
 * Opens the page in a browser profile of its own. The test fails if the page reports an error or a violation of its policy.
 * @param {import("node:test").TestContext} t
 * @param {{ size?: object, scheme?: "light" | "dark", prepare?: (page: import("puppeteer-core").Page) => Promise<void> }} [options]
 */
export async function visit(t, { size = DESKTOP, scheme = "light", prepare } = {}) {
  const context = await browser.createBrowserContext();
  await context.overridePermissions(site.url, ["clipboard-read", "clipboard-sanitized-write"]);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const visitor = new Visitor(page, site.url);
  t.after(async () => {
    await context.close();
    assert.deepEqual(visitor.problems, []);
  });
  await page.setViewport(size);
  await page.emulateMediaFeatures([
    { name: "prefers-color-scheme", value: scheme },
    { name: "prefers-reduced-motion", value: "reduce" },
  ]);
  await prepare?.(page);
  await page.goto(site.url);
  await visitor.sees("#get-pair:not([disabled])");
  return visitor;
}

class Visitor {
  /** @type {string[]} */
  problems = [];

  constructor(page, url) {
    this.page = page;
    this.url = url;
    page.on("pageerror", (error) => this.problems.push(String(error)));
    page.on("console", (message) => {
      if (["error", "warn"].includes(message.type())) this.problems.push(message.text());
    });
  }

  press = (name) => this.page.locator(`::-p-aria([role="button"][name="${name}"])`).click();
  choose = (name) => this.page.locator(`::-p-aria([role="radio"][name="${name}"])`).click();
  fill = (name, text) => this.page.locator(`::-p-aria([role="textbox"][name="${name}"])`).fill(text);
  sees = (selector) => this.page.waitForSelector(selector, { visible: true });

  /** Waits until there is this text, as it is read, in the element. */
  reads = (selector, text) =>
    this.page.waitForFunction(
      (selector, text) => document.querySelector(selector)?.innerText.includes(text),
      {},
      selector,
      text,
    );

  text = (selector) => this.page.$eval(selector, (element) => element.innerText);
  clipboard = () => this.page.evaluate(() => navigator.clipboard.readText());

  /** Presses a button that copies, and gives what was copied. */
  async copies(name) {
    await this.page.evaluate(() => navigator.clipboard.writeText(""));
    await this.press(name);
    await this.reads("#status", "Copied");
    await this.page.evaluate(() => document.getElementById("status").replaceChildren());
    return this.clipboard();
  }

  /** Whether a text is anywhere in the document: shown, hidden, or in an attribute. */
  hasInDocument = (text) => this.page.evaluate((text) => document.documentElement.outerHTML.includes(text), text);

  async getsPair() {
    await this.press("Get a key pair");
    await this.sees("#pair-result .pair");
  }

  async getsToken() {
    await this.getsPair();
    await this.press("Get a token");
    await this.sees("#use-result .token");
  }

  async rehearses(name) {
    await this.press(name);
    await this.sees("#rehearsal-result .outcome");
  }
}
