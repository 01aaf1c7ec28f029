import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createSandbox } from "smsworks-wasm/sandbox";
import { engines } from "../shared/browser.mjs";
import { runFaults } from "../shared/faults/run.mjs";
import { file, serve } from "../shared/serve.mjs";
import { startServers } from "../shared/servers.mjs";

const CUSTOMER = "0fca8c3c-6cbc-11e7-8154-a6006ad3dba0";
const CORE = "/smsworks-wasm/core.js";
const STRICT = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
const TOO_STRICT = "default-src 'self'";

/** What holds in every engine. */
const promises = {
  "by a direct path": (tab) => makesTheCalls(tab, "direct.html"),
  "by an import map": (tab) => makesTheCalls(tab, "import-map.html"),
  "in a worker": (tab) => makesTheCalls(tab, "worker.html"),
  "in a service worker": (tab) => makesTheCalls(tab, "service-worker.html"),
  "under a strict policy": (tab) => makesTheCalls(tab, "direct.html", STRICT),
  "in a worker under a strict policy": (tab) => makesTheCalls(tab, "worker.html", STRICT),
  "in a service worker under a strict policy": (tab) => makesTheCalls(tab, "service-worker.html", STRICT),
  "in a service worker that imports the wrong entry, a clear error": namesTheOtherEntry,
  "all that is promised of a call": keepsItsPromises,
  "every fault of a server": meetsFaults,
  "under a policy that forbids WebAssembly, a clear error": failsClearly,
  "ten calls, one load": loadsOnce,
  "after a load that was refused, another": (tab) =>
    loadsAgain(tab, () => new Response("Unavailable", { status: 503 })),
  "after a load that was cut off, another": (tab) => loadsAgain(tab, () => undefined),
  "a call that waits for the core keeps its deadline and its signal": endsInTime,
  "a signal ends the reading of a body, whatever is collected meanwhile": endsBodies,
};

const promisesOfChromium = { "in a page that is not secure, with the sandbox": usesTheSandbox };

/** The API is at another origin; under a policy, which forbids that, at the page's. */
async function makesTheCalls(tab, page, policy) {
  const site = await serveSite(policy);
  const other = await serveSite();
  const servers = await startServers(createSandbox);
  const { failingUrls } = servers.calls;
  try {
    await tab.open(`${site.url}/${page}`, "run");
    const calls = policy ? site.calls : { ...other.calls, failingUrls };
    assert.match(await tab.evaluate(`run(${JSON.stringify(calls)})`), /went as promised/);
  } finally {
    await servers.close();
    await other.close();
    await site.close();
  }
}

/** Chromium trusts 127.0.0.1 as it trusts https, but not 0.0.0.0, which is the same machine. The others do not open that. */
async function usesTheSandbox(tab) {
  const site = await serveSite();
  try {
    await tab.open(`${site.url.replace("127.0.0.1", "0.0.0.0")}/direct.html`, "api");
    assert.deepEqual(await tab.evaluate("[isSecureContext, typeof crypto.subtle]"), [false, "undefined"]);
    const { message, status, verified } = await tab.evaluate(`(async () => {
      const { createSandbox } = await import("/smsworks-wasm/sandbox.js");
      const sandbox = createSandbox();
      const { fetch } = sandbox;
      const credentials = await new api.AuthApi({ fetch }).keySecret("${CUSTOMER}");
      const sms = new api.SmsWorks({ credentials, fetch });
      const { message } = await sms.request("GET /utils/test");
      const body = { destination: "447777777777" };
      const { messageid, status } = await sms.request("POST /otp/send", { body });
      const [passcode] = /\\d+$/.exec(sandbox.messages[0].content);
      const verified = await sms.request("POST /otp/verify", { body: { messageid, passcode } });
      return { message, status, verified: verified.status };
    })()`);
    assert.deepEqual([message, status, verified], [CUSTOMER, "SENT", "VERIFIED"]);
  } finally {
    await site.close();
  }
}

async function namesTheOtherEntry(tab) {
  const site = await serveSite();
  try {
    await tab.open(`${site.url}/service-worker.html?lazy`, "run");
    const calls = tab.evaluate(`run(${JSON.stringify(site.calls)})`);
    await assert.rejects(calls, /keySecret failed: .* a service worker imports 'smsworks-wasm\/eager'/);
  } finally {
    await site.close();
  }
}

async function keepsItsPromises(tab) {
  const site = await serveSite();
  try {
    await tab.open(`${site.url}/direct.html`, "promises");
    assert.match(await tab.evaluate("promises()"), /^\d+ promises held$/);
  } finally {
    await site.close();
  }
}

/** A fault after another, some at a time: browsers have few connections. */
async function meetsFaults(tab, name) {
  const site = await serveSite();
  try {
    await tab.open(`${site.url}/direct.html`, "faults");
    await runFaults(name, 24, async (given) => {
      await tab.evaluate(`void (globalThis.ended = faults(${JSON.stringify(given)}))`);
      // An engine answers within a bound, which all the calls together may exceed.
      const some = "Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 10_000))])";
      for (;;) {
        const broken = await tab.evaluate(some);
        if (broken) return broken;
      }
    });
  } finally {
    await site.close();
  }
}

async function failsClearly(tab) {
  const site = await serveSite(TOO_STRICT);
  try {
    await tab.open(`${site.url}/direct.html`, "api");
    await rejectsAll(tab, site);
  } finally {
    await site.close();
  }
}

async function loadsOnce(tab) {
  const site = await serveSite();
  try {
    await tab.open(`${site.url}/direct.html`, "api");
    assert.equal(site.loads, 0, "loads before the first call");
    const pairs = await tab.evaluate(`Promise.all(Array.from({ length: 10 }, () => ${keySecret(site)}))`);
    assert.equal(new Set(pairs.map(({ key }) => key)).size, 10, "keys");
    assert.equal(site.loads, 1, "loads");
  } finally {
    await site.close();
  }
}

/** @param {() => Response | undefined} failure What is answered in place of the core. */
async function loadsAgain(tab, failure) {
  const site = await serveSite();
  try {
    await tab.open(`${site.url}/direct.html`, "api");
    site.answerCore = failure;
    // Twice: what makes up for one failure has to make up for the next.
    await rejectsAll(tab, site);
    await rejectsAll(tab, site);
    site.answerCore = undefined;
    const { key } = await tab.evaluate(keySecret(site));
    assert.equal(typeof key, "string");
  } finally {
    await site.close();
  }
}

/** The core is on its way until calls that would not wait for it have ended. */
async function endsInTime(tab) {
  const site = await serveSite();
  let answerCore;
  const core = new Promise((resolve) => (answerCore = resolve));
  site.answerCore = () => core;
  try {
    await tab.open(`${site.url}/direct.html`, "api");
    const outcome = (options) =>
      `${keySecret(site, options)}.catch((error) => error instanceof Error ? { ...error } : error)`;
    const aborted = `((abort) => { const ended = ${outcome("signal: abort.signal")}; abort.abort("enough"); return ended; })(new AbortController())`;
    const calls = [outcome("timeoutMs: 1"), outcome('signal: AbortSignal.abort("early")'), aborted];
    await tab.evaluate(`void (globalThis.patient = ${keySecret(site)})`);
    assert.deepEqual(await tab.evaluate(`Promise.all([${calls}])`), [
      { code: "timeout", operation: "keySecret", effect: "none", retryable: true },
      "early",
      "enough",
    ]);
    answerCore(await file("node_modules", CORE));
    assert.equal(typeof (await tab.evaluate("patient")).key, "string");
    assert.equal(site.loads, 1, "loads");
  } finally {
    await site.close();
  }
}

/** WebKit collects a signal of two others that nothing holds. */
async function endsBodies(tab) {
  const site = await serveSite();
  const endless = createServer((request, response) => {
    response.setHeader("Access-Control-Allow-Origin", "*").setHeader("Access-Control-Allow-Headers", "authorization");
    if (request.method === "OPTIONS") response.end();
    else response.setHeader("Content-Type", "text/plain").write("x".repeat(2000));
  });
  endless.listen(0, "127.0.0.1");
  await once(endless, "listening");
  try {
    await tab.open(`${site.url}/direct.html`, "api");
    const ended = await tab.evaluate(`(async () => {
      const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms, "never"));
      const sms = new api.SmsWorks({ token: "JWT a.b.c", baseUrl: "http://127.0.0.1:${endless.address().port}" });
      const controller = new AbortController();
      const response = await sms.fetch("/endless", { signal: controller.signal });
      // Nothing tells when something is collected, but this has it collected.
      for (let at = 0; at < 50; at++) {
        new ArrayBuffer(10_000_000);
        await wait(5);
      }
      controller.abort();
      return Promise.race([response.text().catch(({ name }) => name), wait(5000)]);
    })()`);
    assert.equal(ended, "AbortError");
  } finally {
    endless.close();
    endless.closeAllConnections();
    await site.close();
  }
}

/** Makes calls together, none of which gets the core. */
async function rejectsAll(tab, site) {
  const outcome = `${keySecret(site)}.catch(({ constructor, name, code, operation, retryable, message }) =>
    ({ isOurs: constructor === api.SmsWorksError, name, code, operation, retryable, message }))`;
  for (const { message, ...fields } of await tab.evaluate(`Promise.all([${outcome}, ${outcome}, ${outcome}])`)) {
    const expected = { isOurs: true, name: "SmsWorksError", code: "internal", operation: "keySecret", retryable: true };
    assert.deepEqual(fields, expected);
    assert.match(message, /^keySecret failed: the WebAssembly core could not be loaded/);
  }
}

const keySecret = ({ calls }, options = "") =>
  `api.keySecret("${CUSTOMER}", { baseUrl: "${calls.baseUrl}", ${options} })`;

/** A site with the package, as it is, and with an API. */
async function serveSite(policy) {
  const sandbox = createSandbox();
  const redirecting = createSandbox();
  redirecting.fail({
    operation: "keySecret",
    status: 307,
    headers: { Location: `/v1/auth/getApiKey?customerid=${CUSTOMER}` },
  });
  redirecting.fail({ operation: "login", status: 307, headers: { Location: "/v1/auth/token" } });

  const site = { loads: 0, answerCore: undefined };
  const answer = (request, path) => {
    if (path === CORE) {
      site.loads++;
      if (site.answerCore) return site.answerCore();
    }
    if (path.startsWith("/v1/")) return sandbox.fetch(request);
    if (path.startsWith("/redirecting/v1/")) return redirecting.fetch(request);
    if (path.startsWith("/smsworks-wasm/")) return file("node_modules", path);
    return file(/^\/(calls\.mjs|faults\/|promises\/)/.test(path) ? "../shared" : "pages", path);
  };
  const server = await serve(async (request, path) => {
    const response = await answer(request, path);
    if (policy) response.headers.set("Content-Security-Policy", policy);
    return response;
  });
  const calls = { baseUrl: `${server.url}/v1`, redirectingUrls: [`${server.url}/redirecting/v1`] };
  return Object.assign(site, server, { calls });
}

for (const [name, start] of Object.entries(engines)) {
  const tab = await start();
  if (!tab) {
    console.log(`skipped: ${name}: not installed`);
    continue;
  }
  console.log(`version: ${tab.version}`);
  for (const [promise, holds] of Object.entries({ ...promises, ...(name === "Chromium" && promisesOfChromium) })) {
    try {
      await holds(tab, name);
    } catch (error) {
      console.error(`${name}, ${promise}: ${error.stack}`);
      process.exitCode = 1;
    }
  }
  await tab.close();
}
