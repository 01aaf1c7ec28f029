// The sandbox inside a Worker, bundled by Wrangler and run in workerd.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import workerd from "workerd";
import { needNode } from "../shared/programs.mjs";

needNode(22);

/** One at which there is a node:http, with servers that nothing reaches, and one at which there was none. */
const DATES = ["2026-10-01", "2023-06-01"];
const folder = "node_modules/.sandbox";
const wrangler = ["node_modules/wrangler/bin/wrangler.js", "deploy", "sandbox.js", "--dry-run", `--outdir=${folder}`];
execFileSync(process.execPath, wrangler, { env: { ...process.env, WRANGLER_SEND_METRICS: "false" } });
writeFileSync(`${folder}/config.capnp`, config());
const runtime = spawn(workerd.default, ["serve", "--control-fd=3", `${folder}/config.capnp`], {
  stdio: ["ignore", "inherit", "inherit", "pipe"],
});
process.once("exit", () => runtime.kill("SIGKILL"));

const left = new Set(DATES);
for await (const line of createInterface(runtime.stdio[3])) {
  const { socket: date, port } = JSON.parse(line);
  const { status, listening, hasHttp } = await (await fetch(`http://127.0.0.1:${port}`)).json();
  assert.equal(status, "SENT", date);
  assert.equal(hasHttp, date === DATES[0], `whether there is a node:http: ${date}`);
  assert.match(listening, /^listen needs a server of node:http, .*: use the sandbox's fetch$/, date);
  left.delete(date);
  if (left.size === 0) break;
}
assert.equal(left.size, 0, "workerd ended");
console.log("the sandbox works inside a Worker, and refuses to listen there");
process.exit();

function config() {
  const files = readdirSync(folder).filter((file) => file.endsWith(".wasm"));
  const modules = [
    '(name = "sandbox.js", esModule = embed "sandbox.js")',
    ...files.map((file) => `(name = "${file}", wasm = embed "${file}")`),
  ];
  const services = DATES.map(
    (date) => `(name = "${date}", worker = (compatibilityDate = "${date}", modules = [${modules}]))`,
  );
  const sockets = DATES.map((date) => `(name = "${date}", service = "${date}", address = "127.0.0.1:0", http = ())`);
  return `using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (services = [${services}], sockets = [${sockets}]);`;
}
