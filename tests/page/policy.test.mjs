import assert from "node:assert/strict";
import { test } from "node:test";
import { visit } from "./visitor.mjs";

const policy = (visitor) =>
  visitor.page.$eval('meta[http-equiv="Content-Security-Policy"]', ({ content }) =>
    Object.fromEntries(content.split(";").map((directive) => directive.trim().split(/ (.*)/, 2))),
  );

test("the page sets itself a policy that allows nothing but what it needs", async (t) => {
  const visitor = await visit(t);
  assert.deepEqual(await policy(visitor), {
    "default-src": "'none'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "connect-src": "'self' https://api.thesmsworks.co.uk",
    "style-src": "'self'",
    "img-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "require-trusted-types-for": "'script'",
  });
});

test("the policy holds: nothing can be sent elsewhere", async (t) => {
  const visitor = await visit(t);
  const directive = await visitor.page.evaluate(
    () =>
      new Promise((resolve) => {
        document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
        fetch("https://example.com/").catch(() => {});
      }),
  );
  assert.equal(directive, "connect-src");
  visitor.problems.length = 0; // that the browser reported it, as it should
});

test("everything that the page loads is its own", async (t) => {
  const visitor = await visit(t);
  const foreign = [];
  visitor.page.on("request", (request) => request.url().startsWith(visitor.url) || foreign.push(request.url()));
  await visitor.page.reload();
  await visitor.sees("#get-pair:not([disabled])");
  await visitor.getsToken();
  await visitor.rehearses("Wrong secret");
  assert.deepEqual(foreign, []);
});

test("without the package, the page says what is missing", async (t) => {
  const visitor = await visit(t);
  await visitor.page.setRequestInterception(true);
  visitor.page.on("request", (request) =>
    request.url().includes("/pkg/") ? request.respond({ status: 404 }) : request.continue(),
  );
  await visitor.page.reload();
  await visitor.reads("#not-ready", "the package is not in pkg/");
  visitor.problems.length = 0; // the files that are not there
});
