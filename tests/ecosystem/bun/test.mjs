import { existsSync, readdirSync } from "node:fs";
import { createSandbox } from "smsworks-wasm/sandbox";
import { runFaultsIn } from "../shared/faults/run.mjs";
import { printVersions, runPrograms } from "../shared/programs.mjs";

// Where npm runs install scripts, Bun's has moved it to `.bin`.
const [platform] = readdirSync("node_modules/@oven");
const bun = [`node_modules/@oven/${platform}/bin/bun`, "node_modules/.bin/bun"].find((path) => existsSync(path));

printVersions({ Bun: "bun" });
await runPrograms(createSandbox, (calls) => [
  [bun, "import.mjs", calls],
  [bun, "require.cjs", calls],
]);
await runFaultsIn("Bun", [bun], "NODE_EXTRA_CA_CERTS");
