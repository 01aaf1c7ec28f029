import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createSandbox } from "smsworks-wasm/sandbox";
import { runFaultsIn } from "../shared/faults/run.mjs";
import { runPrograms } from "../shared/programs.mjs";

// The oldest that the package promises to run in, the oldest that is maintained, and the newest.
const binaries = ["node20", "node22", "node26"].map((name) => `node_modules/${name}/bin/node`);

if (binaries.every((node) => existsSync(node))) {
  for (const node of binaries) {
    const version = execFileSync(node, ["--version"], { encoding: "utf8" });
    console.log(`version: Node ${version.trim().slice(1)}`);
    const command = ["node_modules/smsworks-wasm/command.js", "segments", "Hello"];
    assert.match(execFileSync(node, command, { encoding: "utf8" }), /^1 part: 5 septets/);
  }
  const programs = ["import.mjs", "require.cjs"];
  await runPrograms(createSandbox, (calls) => binaries.flatMap((node) => programs.map((file) => [node, file, calls])));
  for (const [at, node] of binaries.entries()) {
    await runFaultsIn(["Node20", "Node22", "Node"][at], [node], "NODE_EXTRA_CA_CERTS");
  }
} else {
  console.log(`npm has these versions of Node for Linux on x64, and this is ${process.platform} on ${process.arch}`);
  process.exitCode = 77;
}
