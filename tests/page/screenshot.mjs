// Makes www/screenshot.png, once `cargo xtask test page` has installed the package: the step that sends a text.
import { fileURLToPath } from "node:url";
import { launchChromium } from "../ecosystem/shared/browser.mjs";
import { serve } from "./site.mjs";

const [browser, site] = await Promise.all([launchChromium(), serve()]);
const page = await browser.newPage();
await page.setViewport({ width: 1280, height: 900 });
await page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
await page.goto(site.url);
for (const [button, outcome] of [
  ["Get a key pair", "#pair-result .pair"],
  ["Get a token", "#use-result .token"],
  ["One curly apostrophe", "#count .dear"],
  ["Send the text", "#phone-screen .bubble"],
]) {
  await page.locator(`::-p-aria([role="button"][name="${button}"])`).click();
  await page.waitForSelector(outcome, { visible: true });
}
await page.mouse.move(0, 0);
const clip = await page.$eval("#step-send", (step) => {
  const { y, height } = step.getBoundingClientRect();
  return { x: 0, y: y + scrollY, width: innerWidth, height };
});
await page.screenshot({ path: fileURLToPath(new URL("../../www/screenshot.png", import.meta.url)), clip });
await browser.close();
site.close();
