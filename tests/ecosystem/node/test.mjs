import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createSandbox } from "smsworks-wasm/sandbox";
import { runPrograms } from "../shared/programs.mjs";

// The oldest that the package promises to run in, the oldest that is maintained, and the newest.
const binaries = ["node20", "node22", "node26"].map((name) => `node_modules/${name}/bin/node`);

if (binaries.every((node) => existsSync(node))) {
  for (const node of binaries) {
    const version = execFileSync(node, ["--version"], { encoding: "utf8" });
    console.log(`version: Node ${version.trim().slice(1)}`);
  }
  await runPrograms(createSandbox, binaries.flatMap((node) => [[node, "import.mjs"], [node, "require.cjs"]]));
} else {
  console.log(`npm has no such Node for ${process.platform} ${process.arch}`);
  process.exitCode = 77;
}
