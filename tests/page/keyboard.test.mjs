import assert from "node:assert/strict";
import { test } from "node:test";
import { visit } from "./visitor.mjs";

const focused = (visitor) =>
  visitor.page.evaluate(() => {
    const { activeElement } = document;
    const hasOutline = (element) => {
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
      return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && outlineColor !== "rgba(0, 0, 0, 0)";
    };
    return {
      name: activeElement.textContent.trim() || activeElement.labels?.[0]?.innerText || activeElement.tagName,
      // That of a field that scrolls is around it.
      isVisible: hasOutline(activeElement) || hasOutline(activeElement.parentElement),
    };
  });

/** Goes on with the Tab key to what has this name; every stop on the way must be visible. */
async function tabTo(visitor, name) {
  for (let stops = 0; stops < 40; stops++) {
    await visitor.page.keyboard.press("Tab");
    const stop = await focused(visitor);
    assert.ok(stop.isVisible, `the focus is not visible on ${stop.name}`);
    if (stop.name === name) return;
  }
  assert.fail(`no way to ${name}`);
}

const enter = (visitor) => visitor.page.keyboard.press("Enter");

test("the whole way is possible with the keyboard, and the focus stays where it was", async (t) => {
  const visitor = await visit(t);
  await tabTo(visitor, "Get a key pair");
  await enter(visitor);
  await visitor.sees("#pair-result .pair");
  assert.equal((await focused(visitor)).name, "Get another pair");

  await tabTo(visitor, "Show secret");
  await visitor.page.keyboard.press("Space");
  assert.equal((await focused(visitor)).name, "Hide secret");

  await tabTo(visitor, "Get a token");
  await enter(visitor);
  await visitor.sees("#use-result .token");
  assert.equal((await focused(visitor)).name, "Get another token");

  await tabTo(visitor, "Copy header");
  await enter(visitor);
  await visitor.reads("#status", "Copied");
  assert.match(await visitor.clipboard(), /^Authorization: JWT /);

  await tabTo(visitor, "Copy code");
  await enter(visitor);
  await visitor.page.waitForFunction(async () => (await navigator.clipboard.readText()).startsWith("import"));
});

test("a text is typed, counted and sent with the keyboard", async (t) => {
  const visitor = await visit(t);
  await visitor.getsToken();
  await tabTo(visitor, "Your parcel is at the door.");
  await visitor.page.keyboard.type(" Soon.");
  await visitor.reads("#count", "127");
  await tabTo(visitor, "Short and plain");
  await tabTo(visitor, "Send the text");
  await enter(visitor);
  await visitor.reads("#phone-screen", "Soon.");
  assert.equal((await focused(visitor)).name, "Send the text");
});

test("a rehearsal that is there to be aborted leads to the button for it, and back", async (t) => {
  const visitor = await visit(t);
  await tabTo(visitor, "Change of mind");
  await enter(visitor);
  await visitor.sees("#rehearsal-result .running");
  assert.equal((await focused(visitor)).name, "Abort");
  await enter(visitor);
  await visitor.sees("#rehearsal-result .aborted");
  assert.equal((await focused(visitor)).name, "Change of mind");
});

test("the mode is switched with the arrow keys, and its form is filled in and sent", async (t) => {
  const prepare = async (page) => {
    await page.setRequestInterception(true);
    page.on("request", (request) =>
      request.url().startsWith("https:") ? request.respond({ status: 204 }) : request.continue(),
    );
  };
  const visitor = await visit(t, { prepare });
  await visitor.page.keyboard.press("Tab");
  await visitor.page.keyboard.press("ArrowRight");
  await visitor.sees("#live");
  await tabTo(visitor, "Key");
  await visitor.page.keyboard.type("a key");
  await tabTo(visitor, "Secret");
  await visitor.page.keyboard.type("a secret");
  await enter(visitor);
  await visitor.reads("#status", "Your pair is used");
});
