import assert from "node:assert/strict";
import { test } from "node:test";
import { visit } from "./visitor.mjs";

const CURLY = `Your parcel is with your neighbour at number 12, since you weren’t in. Please fetch it before Friday.`;
const FIELD = "Your text";

test("a text is counted as it is typed", async (t) => {
  const visitor = await visit(t);
  await visitor.fill(FIELD, "a".repeat(159));
  await isCounted(visitor, ["1", "1", "GSM-7"]);
  await visitor.page.focus("#content");
  await visitor.page.keyboard.press("End");
  for (const [key, ...figures] of [
    ["b", "1", "0", "GSM-7"],
    ["b", "2", "145", "GSM-7"],
    ["€", "2", "143", "GSM-7"],
    ["ł", "3", "38", "UCS-2"],
    ["Backspace", "2", "143", "GSM-7"],
    ["Enter", "2", "142", "GSM-7"],
  ]) {
    if (key.length === 1) await visitor.page.keyboard.sendCharacter(key);
    else await visitor.page.keyboard.press(key);
    await isCounted(visitor, figures);
  }
});

test("the parts are drawn as bubbles that fill up, and as more and larger cells for a text that is dear", async (t) => {
  const visitor = await visit(t);
  const drawn = async (text, ...figures) => {
    await visitor.fill(FIELD, text);
    await isCounted(visitor, figures);
    return visitor.page.$$eval("#parts .part", (parts) =>
      parts.map((part) =>
        ["joins", "filled", "free"].map(
          (kind) => part.querySelector(`.${kind}`).getAttribute("d").split("M").length - 1,
        ),
      ),
    );
  };
  assert.deepEqual(await drawn("Hello", "1", "155", "GSM-7"), [[0, 5, 155]]);
  assert.deepEqual(await drawn("a".repeat(161), "2", "145", "GSM-7"), [
    [7, 153, 0],
    [7, 8, 145],
  ]);
  assert.deepEqual(await drawn("ł".repeat(71), "2", "63", "UCS-2"), [
    [3, 67, 0],
    [3, 4, 63],
  ]);
  // The last of many is drawn, too.
  assert.deepEqual((await drawn("a".repeat(153 * 20 - 1), "20", "1", "GSM-7")).slice(-2), [
    [7, 153, 0],
    [7, 152, 1],
  ]);
  assert.match(await visitor.text("#parts"), /^\s*\+ 12\s*$/);
  assert.deepEqual(await drawn("a", "1", "159", "GSM-7"), [[0, 1, 159]]);
});

test("what makes a text dear is marked in the text and named, with what the text takes without it", async (t) => {
  const visitor = await visit(t);
  const marked = () => visitor.page.$$eval("#marks mark", (marks) => marks.map((mark) => mark.textContent));
  await visitor.fill(FIELD, CURLY);
  await isCounted(visitor, ["2", "33", "UCS-2"]);
  assert.deepEqual(await marked(), ["’"]);
  assert.match(await visitor.text("#count"), /Without it: 1 part\.\s+’\s+curly apostrophe/);

  await visitor.fill(FIELD, "Ełło\u00a0😀😀");
  await isCounted(visitor, ["1", "61", "UCS-2"]);
  assert.deepEqual(await marked(), ["łł", "\u00a0😀😀"]);
  assert.match(
    await visitor.text("#count"),
    /no more parts for them\.\s+ł\s+U\+0142\s+no-break space\s+😀\s+U\+1F600$/,
  );

  await visitor.fill(FIELD, "Plain again");
  await isCounted(visitor, ["1", "149", "GSM-7"]);
  assert.deepEqual(await marked(), []);
  assert.doesNotMatch(await visitor.text("#count"), /Without/);
});

test("the count is said once the typing stops, not at each key, and not twice", async (t) => {
  // The pause is over when the test says so.
  const prepare = (page) =>
    page.evaluateOnNewDocument(() => {
      const { setTimeout, clearTimeout } = globalThis;
      let act;
      globalThis.setTimeout = (...given) => (given[1] === 1000 ? ((act = given[0]), "pause") : setTimeout(...given));
      globalThis.clearTimeout = (timer) => (timer === "pause" ? (act = undefined) : clearTimeout(timer));
      globalThis.stopTyping = () => act();
      globalThis.said = [];
      addEventListener("DOMContentLoaded", () => {
        const status = document.getElementById("status");
        new MutationObserver(() => said.push(status.textContent)).observe(status, { childList: true });
      });
    });
  const visitor = await visit(t, { prepare });
  const type = async (text, ...figures) => {
    await visitor.page.$eval("#content", (field) => field.select());
    await visitor.page.keyboard.type(text);
    await isCounted(visitor, figures);
    const before = await visitor.page.evaluate(() => said.length);
    const said = await visitor.page.evaluate(async () => {
      stopTyping();
      await Promise.resolve();
      return globalThis.said;
    });
    return { before, said };
  };
  const curly = "1 part in UCS-2, 61 left. Outside of the GSM alphabet: curly apostrophe.";
  const plain = "1 part in GSM-7, 150 left.";
  assert.deepEqual(await type("It’s here", "1", "61", "UCS-2"), { before: 0, said: [curly] });
  assert.deepEqual(await type("It’s hers", "1", "61", "UCS-2"), { before: 1, said: [curly] });
  assert.deepEqual(await type("It is here", "1", "150", "GSM-7"), { before: 1, said: [curly, plain] });
});

test("what is typed while the core is on its way is counted, and nothing older is shown after it", async (t) => {
  let release;
  const isReleased = new Promise((resolve) => (release = resolve));
  let ask;
  const isAsked = new Promise((resolve) => (ask = resolve));
  const prepare = async (page) => {
    await page.setRequestInterception(true);
    page.on("request", async (request) => {
      if (request.url().endsWith("/pkg/core.js")) {
        ask();
        await isReleased;
      }
      request.continue();
    });
  };
  const visitor = await visit(t, { prepare });
  await visitor.page.evaluate(() => {
    globalThis.shown = [];
    const count = document.getElementById("count");
    new MutationObserver(() => shown.push(count.querySelector(".figure").textContent)).observe(count, {
      childList: true,
    });
  });
  await visitor.fill(FIELD, "a".repeat(400));
  await isAsked;
  await visitor.fill(FIELD, "a".repeat(200));
  await visitor.fill(FIELD, "a");
  release();
  await isCounted(visitor, ["1", "159", "GSM-7"]);
  // A count that takes longer than the next one.
  await visitor.page.evaluate(() => {
    const field = document.getElementById("content");
    for (const text of ["ł".repeat(100_000), "aa"]) {
      field.value = text;
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
  });
  await isCounted(visitor, ["1", "158", "GSM-7"]);
  assert.deepEqual(await visitor.page.evaluate(() => shown), ["1", "1"]);
});

test("a text of 100,000 characters is counted, and little is laid out for it", async (t) => {
  const visitor = await visit(t);
  await visitor.page.$eval("#content", (field) => {
    field.value = "ał".repeat(50_000);
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
  await isCounted(visitor, ["1,493", "31", "UCS-2"]);
  assert.match(await visitor.text("#count"), /The API takes up to 1280 characters/);
  const elements = await visitor.page.$$eval("#send-form *", (all) => all.length);
  assert.ok(elements < 600, `${elements} elements`);
  assert.equal(await visitor.page.$eval("#marks", ({ textContent }) => textContent.length), 100_001);

  await visitor.page.$eval("#content", (field) => {
    field.value = String.fromCodePoint(...Array.from({ length: 10_000 }, (_, index) => 0x4e00 + index));
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
  await visitor.reads("#count", "and 9,992 more");
  assert.equal(await visitor.page.$$eval("#count li", (named) => named.length), 9);
});

test("a count that could not be made says why, and the next key makes it", async (t) => {
  let isBlocked = true;
  const prepare = async (page) => {
    await page.setRequestInterception(true);
    page.on("request", (request) => {
      // After a failure, the URL has a fragment.
      if (isBlocked && request.url().includes("/pkg/core.js")) request.respond({ status: 503 });
      else request.continue();
    });
  };
  const visitor = await visit(t, { prepare });
  await visitor.fill(FIELD, "Hello");
  await visitor.reads(
    "#count",
    "The text could not be counted. segments failed: the WebAssembly core could not be loaded",
  );
  isBlocked = false;
  await visitor.fill(FIELD, "Hello you");
  await isCounted(visitor, ["1", "151", "GSM-7"]);
  // Each 503 was reported.
  visitor.problems = visitor.problems.filter((problem) => !problem.includes("503"));
});

test("a text of two parts arrives on the phone as one", async (t) => {
  const visitor = await visit(t);
  await visitor.getsToken();
  await visitor.press("One curly apostrophe");
  await isCounted(visitor, ["2", "33", "UCS-2"]);
  await visitor.reads("#draft", CURLY);
  await visitor.press("Send the text");
  await visitor.reads("#send-result", "It took 2 credits; 998 are left.");
  await visitor.reads("#phone-screen", CURLY);
  const bubbles = await visitor.page.$$eval(".phone .bubble", (all) => all.map((bubble) => bubble.textContent));
  assert.deepEqual(bubbles, [CURLY, ""]);
});

test("a new part moves into place, unless the visitor wants no motion", async (t) => {
  const visitor = await visit(t);
  const moving = async (motion, length) => {
    const features = [{ name: "prefers-reduced-motion", value: motion }];
    await visitor.page.emulateMediaFeatures(features);
    await visitor.fill(FIELD, "a");
    await isCounted(visitor, ["1", "159", "GSM-7"]);
    await visitor.page.evaluate(() => {
      const parts = document.getElementById("parts");
      const observer = new MutationObserver(() => {
        globalThis.moved = parts.getAnimations({ subtree: true }).length;
        observer.disconnect();
      });
      observer.observe(parts, { childList: true });
    });
    await visitor.fill(FIELD, "a".repeat(length));
    await isCounted(visitor, ["2", String(306 - length), "GSM-7"]);
    return visitor.page.evaluate(() => moved);
  };
  assert.equal(await moving("reduce", 161), 0);
  assert.equal(await moving("no-preference", 162), 1);
});

test("in forced colours, too, the marks and the three kinds of cells can be told apart", async (t) => {
  const visitor = await visit(t);
  const client = await visitor.page.createCDPSession();
  await client.send("Emulation.setEmulatedMedia", { features: [{ name: "forced-colors", value: "active" }] });
  await visitor.fill(FIELD, CURLY);
  await isCounted(visitor, ["2", "33", "UCS-2"]);
  const look = await visitor.page.evaluate(() => {
    const style = (selector) => getComputedStyle(document.querySelector(selector));
    return {
      field: style("#content").backgroundColor,
      mark: style("#marks mark").outlineStyle,
      text: style("#marks").color,
      fills: new Set([".joins", ".filled", ".free"].map((kind) => style(`#parts ${kind}`).fill)).size,
    };
  });
  assert.deepEqual(look, { field: "rgba(0, 0, 0, 0)", mark: "solid", text: "rgba(0, 0, 0, 0)", fills: 3 });
});

/** Waits for the figures: parts, what is left, encoding. */
async function isCounted(visitor, figures) {
  const shown = () => visitor.page.$$eval("#count .figure", (all) => all.map((figure) => figure.textContent));
  const wait = visitor.page.waitForFunction(
    (figures) =>
      JSON.stringify([...document.querySelectorAll("#count .figure")].map((figure) => figure.textContent)) === figures,
    { timeout: 5_000 },
    JSON.stringify(figures),
  );
  await wait.catch(async () => assert.deepEqual(await shown(), figures));
}
