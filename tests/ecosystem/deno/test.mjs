import { createSandbox } from "smsworks-wasm/sandbox";
import { runFaultsIn } from "../shared/faults/run.mjs";
import { printVersions, runPrograms } from "../shared/programs.mjs";
import { startRegistry } from "./registry.mjs";

printVersions({ Deno: "deno" });
const registry = await startRegistry("node_modules/smsworks-wasm");
process.env.NPM_CONFIG_REGISTRY = registry.url;
process.env.DENO_DIR = registry.folder;

const run = ["node_modules/.bin/deno", "run", "--quiet", "--allow-net"];
await runPrograms(createSandbox, (calls) => [
  [...run, "import.mjs", calls],
  [...run, "require.cjs", calls],
  [...run, "path.mjs", calls],
  [...run, "--no-lock", "--node-modules-dir=none", "npm.mjs", calls],
]);
await runFaultsIn("Deno", run, "DENO_CERT");
await registry.close();
