// What the tests of Workers have in common.
import { execFileSync, spawn } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import workerd from "workerd";

/** Bundles a Worker into a folder with Wrangler, as for a deployment. @param {string[]} entry The one of wrangler.json, or a file. */
export function bundle(folder, ...entry) {
  const wrangler = ["node_modules/wrangler/bin/wrangler.js", "deploy", ...entry, "--dry-run", `--outdir=${folder}`];
  execFileSync(process.execPath, wrangler, { env: { ...process.env, WRANGLER_SEND_METRICS: "false" } });
}

/** The modules of a bundled Worker, as workerd's configuration has them. */
export const modulesOf = (folder, main) => [
  `(name = "${main}", esModule = embed "${main}")`,
  ...readdirSync(folder)
    .filter((file) => file.endsWith(".wasm"))
    .map((file) => `(name = "${file}", wasm = embed "${file}")`),
];

/** The services and sockets of a bundled Worker at several compatibility dates, each on a port of its own. */
export const atDates = (dates, folder, main) => ({
  services: dates.map(
    (date) => `(name = "${date}", worker = (compatibilityDate = "${date}", modules = [${modulesOf(folder, main)}]))`,
  ),
  sockets: dates.map((date) => `(name = "${date}", service = "${date}", address = "127.0.0.1:0", http = ())`),
});

/** Starts workerd itself: in Wrangler's test harness, Node would make the requests. It tells its ports on `stdio[3]`. */
export function start(folder, { services, sockets }, stderr = "inherit") {
  const config = `using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (services = [${services}], sockets = [${sockets}]);`;
  writeFileSync(`${folder}/config.capnp`, config);
  const runtime = spawn(workerd.default, ["serve", "--control-fd=3", `${folder}/config.capnp`], {
    stdio: ["ignore", "inherit", stderr, "pipe"],
  });
  process.once("exit", () => runtime.kill("SIGKILL"));
  return runtime;
}
