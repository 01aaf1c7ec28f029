// The applications in `examples`, in Rust: a stranger signs in, writes a text, sends it and sees what it cost.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createSandbox } from "smsworks-wasm/sandbox";
import { launchChromium } from "../ecosystem/shared/browser.mjs";
import { file, serve } from "../ecosystem/shared/serve.mjs";

const CREDENTIALS = { key: "the key", secret: "the secret" };
const SITES = new URL("../../target/apps/sites/", import.meta.url);

let browser;
before(async () => {
  browser = await launchChromium();
});
after(() => browser?.close());

for (const app of ["leptos", "yew"]) {
  test(`${app}: somebody signs in and sends a text`, async (t) => {
    const { page, sandbox, logins } = await open(t, app);
    await signIn(page, CREDENTIALS.secret);
    await reads(page, "Credits: 50");

    // A curly apostrophe, for which a part has 70 characters.
    await fill(page, "textarea", `It’s ready${"!".repeat(61)}`);
    await page.waitForFunction(() => document.querySelector("output").innerText === "2");
    await fill(page, "input[inputmode=numeric]", "447777777777");
    await press(page, "Send");
    await reads(page, "Sent as ");
    await reads(page, "Credits: 48");
    const [text] = sandbox.messages;
    assert.deepEqual([text.destination, text.sender], [447777777777, "YourCompany"]);
    assert.equal(logins(), 1);
  });

  test(`${app}: while a text is on its way, another click sends nothing`, async (t) => {
    const { page, sandbox, hold } = await open(t, app);
    await signIn(page, CREDENTIALS.secret);
    await fill(page, "input[inputmode=numeric]", "447777777777");
    const release = hold();
    await fill(page, "textarea", "the first");
    await press(page, "Send");
    await reads(page, "Sending…");
    // Unlike a locator, this does not wait until the button is enabled.
    await page.click("button");
    release();
    await reads(page, "Credits: 49");

    await fill(page, "textarea", "the second");
    await press(page, "Send");
    await reads(page, "Credits: 48");
    assert.deepEqual(
      sandbox.messages.map(({ content }) => content),
      ["the first", "the second"],
    );
  });

  test(`${app}: a wrong secret is an error that can be read, without the secret`, async (t) => {
    const { page } = await open(t, app);
    await signIn(page, "the wrong secret");
    await reads(page, "check the credentials");
    await fill(page, "textarea", "Hello");
    await fill(page, "input[inputmode=numeric]", "447777777777");
    await press(page, "Send");
    await page.waitForFunction(() => /credentials/.test(document.querySelector("[role=status]").innerText));
    assert.doesNotMatch(await page.evaluate(() => document.body.innerText), /the wrong secret/);
  });
}

async function open(t, app) {
  const sandbox = createSandbox({ customers: [{ customerid: "the customer", ...CREDENTIALS }], credits: 50 });
  let logins = 0;
  let held;
  const site = await serve(async (request, path) => {
    if (path.endsWith("/auth/token")) logins++;
    if (path.endsWith("/message/send")) await held;
    if (path.startsWith("/v1/")) return sandbox.fetch(request);
    return file(new URL(`${app}/`, SITES).pathname, path);
  });
  t.after(() => site.close());
  const page = await browser.newPage();
  t.after(() => page.close());
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  t.after(() => assert.deepEqual(problems, []));
  await page.goto(`${site.url}/`);
  /** Holds what is sent until the function that this returns is called. */
  const hold = () => {
    let release;
    held = new Promise((resolve) => (release = resolve));
    return release;
  };
  return { page, sandbox, hold, logins: () => logins };
}

async function signIn(page, secret) {
  await fill(page, "form input:not([type=password])", CREDENTIALS.key);
  await fill(page, "input[type=password]", secret);
  await press(page, "Sign in");
}

const fill = (page, selector, text) => page.locator(selector).fill(text);
const press = (page, name) => page.locator(`::-p-aria([role="button"][name="${name}"])`).click();
const reads = (page, text) => page.waitForFunction((text) => document.body.innerText.includes(text), {}, text);
