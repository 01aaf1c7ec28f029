// The README's Worker, bundled by Wrangler and run by Miniflare, with the sandbox in place of the API.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { Miniflare } from "miniflare";
import { createSandbox } from "smsworks-wasm/sandbox";

const PAIR = { customerid: "customer-1", key: "key-1", secret: "secret-1" };
const folder = "node_modules/.recipe";
const [, program] = /```js worker\n(.*?)```/s.exec(readFileSync("../../../README.md", "utf8"));
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/recipe.js`, program);
const wrangler = ["node_modules/wrangler/bin/wrangler.js", "deploy", `${folder}/recipe.js`, "--dry-run", `--outdir=${folder}/out`];
execFileSync(process.execPath, wrangler, { env: { ...process.env, WRANGLER_SEND_METRICS: "false" } });

const sandbox = createSandbox({ customers: [PAIR] });
const worker = new Miniflare({
  modules: true,
  modulesRules: [{ type: "CompiledWasm", include: ["**/*.wasm"] }],
  scriptPath: `${folder}/out/recipe.js`,
  compatibilityDate: "2026-07-01",
  kvNamespaces: ["TOKENS"],
  bindings: { SMSWORKS_KEY: PAIR.key, SMSWORKS_SECRET: PAIR.secret },
  outboundService: async ({ url, method, headers, body }) => {
    assert.equal(new URL(url).origin, "https://api.thesmsworks.co.uk");
    return sandbox.fetch(url, { method, headers: Object.fromEntries(headers), body: body && (await new Response(body).text()) });
  },
});
try {
  for (const count of [1, 2, 3]) {
    const response = await worker.dispatchFetch("https://worker.test/");
    assert.deepEqual(await response.json(), { status: "SENT" });
    assert.equal(sandbox.messages.length, count);
  }
  const logins = () => sandbox.requests.filter(({ operation }) => operation === "login").length;
  assert.equal(logins(), 1, "the token is in KV");
  sandbox.revokeTokens();
  await Promise.all([1, 2].map(() => worker.dispatchFetch("https://worker.test/")));
  assert.equal(sandbox.messages.length, 5);
  console.log("the README's Worker sent its texts, with the token in KV");
} finally {
  await worker.dispose();
}
