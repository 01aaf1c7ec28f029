// Yarn's Plug'n'Play, which makes no node_modules.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createSandbox } from "smsworks-wasm/sandbox";
import { build, printVersions, runPrograms } from "../shared/programs.mjs";
import { makeProject } from "../shared/project.mjs";

printVersions({ Yarn: "@yarnpkg/cli-dist" });
const settings = "nodeLinker: pnp\nenableTelemetry: false\nenableNetwork: false\nglobalFolder: ../global\n";
const project = makeProject({ "yarn.lock": "", ".yarnrc.yml": settings });
build("yarn", "--cwd", project, "install", "--no-immutable");

// Plug'n'Play closes the archives that it reads after 5 s, by a timer of its own. It has to keep the real clock and timers
// when that time comes while a test has replaced the globals.
const loader = `${project}/.pnp.cjs`;
const text = readFileSync(loader, "utf8");
const patched = text.replace('"use strict";', "$& const { Date, setTimeout } = globalThis;");
assert.notEqual(patched, text);
writeFileSync(loader, patched);

const yarn = ["node_modules/.bin/yarn", "--cwd", project];
await runPrograms(createSandbox, (calls) => [
  [...yarn, "run", "import", calls],
  [...yarn, "run", "require", calls],
]);
