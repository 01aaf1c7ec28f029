// Nitro's server alone, by its preset for Cloudflare, in workerd.
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { extname } from "node:path";
import { createInterface } from "node:readline";
import { createSandbox } from "smsworks-wasm/sandbox";
import workerd from "workerd";
import { start, stop } from "../shared/browser.mjs";
import { checkRoutes } from "../shared/framework.mjs";
import { build, needNode, printVersions } from "../shared/programs.mjs";

const SERVER = "dist/server";

needNode(22);
printVersions({ Nitro: "nitropack", workerd: "workerd" });
build("nitro", "build", "--dir", "server");
writeFileSync(`${SERVER}/config.capnp`, config());
const options = { stdio: ["ignore", "inherit", "ignore", "pipe"] };
const runtime = start(workerd.default, ["serve", "--control-fd=3", `${SERVER}/config.capnp`], options);
const [line] = await once(createInterface(runtime.stdio[3]), "line");
await checkRoutes(createSandbox, `http://127.0.0.1:${JSON.parse(line).port}`, ["calls"]);
await stop(runtime);

function config() {
  const kinds = { ".mjs": "esModule", ".wasm": "wasm" };
  const files = readdirSync(SERVER, { recursive: true }).filter((file) => kinds[extname(file)]);
  // The first is where it begins.
  files.sort((file) => (file === "index.mjs" ? -1 : 1));
  const modules = files.map((file) => `(name = "${file}", ${kinds[extname(file)]} = embed "${file}")`);
  const network = 'network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))';
  return `using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (
      services = [
        (name = "internet", ${network}),
        (name = "main", worker = (compatibilityDate = "2026-10-01", modules = [${modules}])),
      ],
      sockets = [(name = "main", service = "main", address = "127.0.0.1:0", http = ())],
    );`;
}
