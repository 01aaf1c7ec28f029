import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { createSandbox } from "smsworks-wasm/sandbox";
import { needNode, printVersions, runPrograms } from "../shared/programs.mjs";
import { makeProject } from "../shared/project.mjs";

needNode(22);
printVersions({ pnpm: "pnpm" });
const project = makeProject({ "pnpm-workspace.yaml": "packages: []\n" });
const pnpm = ["node_modules/.bin/pnpm", "--dir", project];
await runPrograms(createSandbox, (calls) => [
  [...pnpm, "install", "--offline", "--store-dir=../store"],
  [...pnpm, "run", "import", calls],
  [...pnpm, "run", "require", calls],
]);
assert(existsSync(`${project}/node_modules/.pnpm`));
