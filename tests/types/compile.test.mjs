// What should compile does, and what should not does not, in the oldest compiler and the newest, in each kind of project.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

const NEW = "typescript/bin/tsc";
for (const [name, compiler, project, ...options] of [
  ["an ES module or CommonJS", NEW, "tsconfig.json"],
  ["nodenext", NEW, "tsconfig.json", "--module", "nodenext"],
  ["a bundler's project", NEW, "tsconfig.json", "--module", "preserve", "--moduleResolution", "bundler"],
  ["without exactOptionalPropertyTypes", NEW, "tsconfig.json", "--exactOptionalPropertyTypes", "false"],
  ["TypeScript 5.0", "typescript-5.0/bin/tsc", "tsconfig.json"],
  ["TypeScript 7.0", "typescript-7.0/bin/tsc", "tsconfig.json"],
  ["Node's types", NEW, "platforms/node.json"],
  ["Cloudflare's types", NEW, "platforms/workers.json"],
  ["Bun's types", NEW, "platforms/bun.json"],
  ["the fetch of libraries", NEW, "platforms/libraries.json"],
]) {
  test(name, () => {
    const run = spawnSync(process.execPath, [`node_modules/${compiler}`, "-p", project, ...options], {
      encoding: "utf8",
    });
    assert.equal(run.status, 0, run.stdout + run.stderr);
  });
}
