import { createInterface } from "node:readline";
import { createSandbox } from "smsworks-wasm/sandbox";
import { needNode, printVersions } from "../shared/programs.mjs";
import { startServers } from "../shared/servers.mjs";
import { atDates, bundle, start } from "./workers.mjs";

needNode(22);
printVersions({ workerd: "workerd", Wrangler: "wrangler" });

/** The first there is, when fetch refused `cache`, and a new one. */
const DATES = ["2021-11-02", "2023-06-01", "2024-10-01", "2026-10-01"];

const folder = "node_modules/.worker";
bundle(folder);

const servers = await startServers(createSandbox);
const { services, sockets } = atDates(DATES, folder, "worker.js");
const network = 'network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))';
services.unshift(`(name = "internet", ${network})`);
const runtime = start(folder, { services, sockets }, "pipe");
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
