// Yarn's Plug'n'Play, which makes no node_modules.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { createSandbox } from "smsworks-wasm/sandbox";
import { printVersions, runPrograms } from "../shared/programs.mjs";
import { makeProject } from "../shared/project.mjs";

printVersions({ Yarn: "@yarnpkg/cli-dist" });
const settings = "nodeLinker: pnp\nenableTelemetry: false\nenableNetwork: false\nglobalFolder: ../global\n";
const project = makeProject({ "yarn.lock": "", ".yarnrc.yml": settings });
const yarn = [process.execPath, "node_modules/@yarnpkg/cli-dist/bin/yarn.js", "--cwd", project];
await runPrograms(createSandbox, (calls) => [
  [...yarn, "install", "--no-immutable"],
  [...yarn, "run", "import", calls],
  [...yarn, "run", "require", calls],
]);
assert(existsSync(`${project}/.pnp.cjs`));
