import assert from "node:assert/strict";
import { test } from "node:test";
import { engines } from "../ecosystem/shared/browser.mjs";
import { serve } from "./site.mjs";

const WIDTH = 320;
const TEXT = "It’s at our shop in the High Street 😀, ready\nto be fetched.\n\n".repeat(8);

for (const [name, start] of Object.entries(engines)) {
  test(`${name}: a text is counted, drawn and marked, and sent; on a phone nothing sticks out`, async (t) => {
    const tab = await start();
    if (!tab) {
      console.log(`skipped: ${name}: not installed`);
      return t.skip("not installed");
    }
    const site = await serve();
    t.after(async () => {
      await tab.close();
      site.close();
    });
    // In a frame, which can be as wide as a phone in each engine.
    await tab.open(`${site.url}empty.html`, "document");
    const found = await tab.evaluate(`(${visit})(${JSON.stringify({ width: WIDTH, text: TEXT })})`);
    assert.deepEqual(found, {
      figures: ["8", "40", "UCS-2"],
      bubbles: 8,
      marks: ["’", "😀"],
      lines: true,
      sticksOut: 0,
      arrived: TEXT,
    });
  });
}

/** Runs in the engine. */
async function visit({ width, text }) {
  const frame = document.createElement("iframe");
  frame.style.cssText = `width: ${width}px; height: 700px; border: 0`;
  frame.src = "./";
  document.body.append(frame);
  await new Promise((resolve) => frame.addEventListener("load", resolve));
  const page = frame.contentDocument;
  const all = (selector) => [...page.querySelectorAll(selector)];
  const until = async (holds) => {
    for (let end = Date.now() + 20_000; !holds(); await new Promise((resolve) => setTimeout(resolve, 20)))
      if (Date.now() > end) throw new Error(`${holds}: ${page.body.innerText}`);
  };
  const press = (selector) => page.querySelector(selector).click();

  await until(() => !page.getElementById("not-ready"));
  press("#get-pair");
  await until(() => all("#pair-result .pair").length);
  press("#get-token");
  await until(() => all("#use-result .token").length);
  const field = page.getElementById("content");
  field.value = text;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  await until(() => all("#marks mark").length > 2);
  const marks = page.getElementById("marks");
  const height = (element) => {
    element.style.height = element.style.minHeight = "0";
    const { scrollHeight } = element;
    element.style.height = element.style.minHeight = "";
    return scrollHeight;
  };
  const found = {
    figures: all("#count .figure").map((figure) => figure.textContent),
    bubbles: all("#parts .part svg").filter((svg) => svg.getBoundingClientRect().height > 20).length,
    marks: [...new Set(all("#marks mark").map((mark) => mark.textContent))],
    // The text and its marks are as high and as wide.
    lines: field.clientWidth === marks.clientWidth && height(field) === height(marks),
    sticksOut: page.documentElement.scrollWidth - page.documentElement.clientWidth,
  };
  press("#send");
  await until(() => all("#phone-screen .bubble").length);
  return { ...found, arrived: page.querySelector("#phone-screen .bubble").textContent };
}
