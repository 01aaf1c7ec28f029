import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { createSandbox } from "smsworks-wasm/sandbox";
import { checkApp } from "../shared/browser.mjs";
import { printVersions } from "../shared/programs.mjs";
import { file } from "../shared/serve.mjs";

printVersions({ "bun build": "bun" });
for (const [folder, splits] of [
  ["dist/split", true],
  ["dist/whole", false],
]) {
  await checkApp({ createSandbox, splits, answer: (request, path) => file(path === "/" ? "." : folder, path) });
}

// Bun would bundle its own node:http, four times as large as all else, if it saw that the sandbox can import that.
assert(statSync("dist/whole/app.js").size < 150_000, "the size of the bundle");
