import assert from "node:assert/strict";
import { test } from "node:test";
import axe from "axe-core";
import { DESKTOP, LIVE, PHONE, visit } from "./visitor.mjs";

/** How the page can look, and how a visitor gets it to. */
const STATES = {
  "at first": async () => {},
  "after both steps": (visitor) => visitor.getsToken(),
  "with the secrets shown": async (visitor) => {
    await visitor.getsToken();
    for (const button of await visitor.page.$$("::-p-text(Show secret)")) await button.click();
    await visitor.reads("#token-result", "Hide secret");
  },
  "with a dear text of two parts": async (visitor) => {
    await visitor.press("One curly apostrophe");
    await visitor.reads("#count", "curly apostrophe");
  },
  "with a text on the phone": async (visitor) => {
    await visitor.getsToken();
    await visitor.press("Long");
    await visitor.press("Send the text");
    await visitor.sees("#phone-screen .bubble");
  },
  "after a failure": (visitor) => visitor.rehearses("Long outage"),
  "while a call waits": async (visitor) => {
    await visitor.press("Change of mind");
    await visitor.sees("#rehearsal-result .running");
  },
  "after an abort": async (visitor) => {
    await visitor.press("Change of mind");
    await visitor.press("Abort");
    await visitor.sees("#rehearsal-result .aborted");
  },
  "in live mode": async (visitor) => {
    await visitor.choose(LIVE);
    await visitor.sees("#live");
  },
};

for (const [size, viewport] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
  for (const [state, reach] of Object.entries(STATES)) {
    test(`${state}, on a ${size}: axe finds nothing, in the light and in the dark, and nothing sticks out`, async (t) => {
      const visitor = await visit(t, { size: viewport });
      await reach(visitor);
      for (const scheme of ["light", "dark"]) {
        await visitor.page.emulateMediaFeatures([
          { name: "prefers-color-scheme", value: scheme },
          { name: "prefers-reduced-motion", value: "reduce" },
        ]);
        assert.deepEqual(await violations(visitor.page), [], scheme);
      }
      const widths = await visitor.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.equal(widths[0], widths[1]);
    });
  }
}

async function violations(page) {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`),
    );
  });
}
