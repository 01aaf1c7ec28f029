import { execFileSync, spawn } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createSandbox } from "smsworks-wasm/sandbox";
import workerd from "workerd";
import { needNode, printVersions } from "../shared/programs.mjs";
import { startServers } from "../shared/servers.mjs";

needNode(22);
printVersions({ workerd: "workerd", Wrangler: "wrangler" });

/** The first there is, when fetch refused `cache`, and a new one. */
const DATES = ["2021-11-02", "2023-06-01", "2024-10-01", "2026-10-01"];

// Bundled by Wrangler as for a deployment, and run in workerd itself: in Wrangler's test harness, Node would make the requests.
const bundle = "node_modules/.worker";
const wrangler = ["node_modules/wrangler/bin/wrangler.js", "deploy", "--dry-run", `--outdir=${bundle}`];
execFileSync(process.execPath, wrangler, { env: { ...process.env, WRANGLER_SEND_METRICS: "false" } });
writeFileSync(`${bundle}/config.capnp`, config());

const servers = await startServers(createSandbox);
const runtime = spawn(workerd.default, ["serve", "--control-fd=3", `${bundle}/config.capnp`], {
  stdio: ["ignore", "inherit", "pipe", "pipe"],
});
process.once("exit", () => runtime.kill("SIGKILL"));
const logged = [];
runtime.stderr.on("data", (chunk) => logged.push(chunk));

const left = new Set(DATES);
for await (const line of createInterface(runtime.stdio[3])) {
  const { socket: date, port } = JSON.parse(line);
  const ask = async (given) => {
    const response = await fetch(`http://127.0.0.1:${port}`, { method: "POST", body: JSON.stringify(given) });
    console.log(`${date}: ${await response.text()}`);
    if (!response.ok) process.exitCode = 1;
  };
  // What one request began is not for others to use, be they under way as well or come later.
  await Promise.all([ask(servers.calls), ask(servers.calls)]);
  await ask(servers.calls);
  await ask(null);
  left.delete(date);
  if (left.size === 0) break;
}
if (left.size > 0) {
  console.log(`workerd ended\n${Buffer.concat(logged)}`);
  process.exitCode = 1;
}
runtime.kill("SIGKILL");
await servers.close();

/** A Worker a date, each on a port of its own. */
function config() {
  const files = readdirSync(bundle).filter((file) => file.endsWith(".wasm"));
  const modules = [
    '(name = "worker.js", esModule = embed "worker.js")',
    ...files.map((file) => `(name = "${file}", wasm = embed "${file}")`),
  ];
  const services = DATES.map(
    (date) => `(name = "${date}", worker = (compatibilityDate = "${date}", modules = [${modules}]))`,
  );
  const sockets = DATES.map((date) => `(name = "${date}", service = "${date}", address = "127.0.0.1:0", http = ())`);
  const network = 'network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))';
  return `using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (services = [(name = "internet", ${network}), ${services}], sockets = [${sockets}]);`;
}
