import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { createSandbox } from "smsworks-wasm/sandbox";
import { checkApp, start, stop } from "../shared/browser.mjs";
import { printVersions } from "../shared/programs.mjs";
import { from } from "../shared/serve.mjs";
import { startServers } from "../shared/servers.mjs";

printVersions({ "Next.js": "next" });

const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1" };
const args = ["start", "--hostname", "127.0.0.1", "--port", "0"];
const server = start("node_modules/.bin/next", args, { env, stdio: ["ignore", "pipe", "inherit"] });
const url = await address(server);

await checkApp({ createSandbox, answer: from(url) });

const { calls, close } = await startServers(createSandbox);
for (const route of ["node", "edge"]) {
  const response = await fetch(`${url}/${route}`, { method: "POST", body: JSON.stringify(calls) });
  assert.equal(response.status, 200, route);
  const [readme, run] = await response.json();
  assert.equal(readme, "JWT eyJ", route);
  assert.match(run, /went as promised/, route);
}
await close();
await stop(server);

/** Where the server says that it listens. */
async function address({ stdout }) {
  for await (const line of createInterface(stdout)) {
    const [, url] = /Local:\s+(\S+)/.exec(line) ?? [];
    if (url) return url;
  }
  throw new Error("next start has ended");
}
