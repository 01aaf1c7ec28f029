// The tarball, as npm would publish it: what it holds, and what the linters of packages say of it.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const TARBALL = "../../target/npm/smsworks-wasm.tgz";
const FILES = `
  LICENSE-APACHE LICENSE-MIT README.md package.json
  client.cjs command.js core-edge.js core-workerd.js core.cjs core.js core.wasm
  eager.d.ts eager.js edge.js index.cjs index.js node.js sandbox-node.js sandbox.cjs sandbox.d.ts
  sandbox.js workerd.js
  types/auth_api.d.cts types/error.d.cts types/index.d.cts types/index.d.ts types/login.d.cts types/methods.d.cts types/routes.d.cts types/segments.d.cts
  types/sms_works.d.cts types/types.d.cts types/sandbox/index.d.cts types/sandbox/index.d.ts types/sandbox/types.d.cts
  examples/cloudflare-worker.mjs examples/export-to-csv.mjs examples/log.mjs examples/one-time-password.mjs
  examples/one-time-password.test.mjs examples/openapi-fetch.mjs examples/opentelemetry.mjs examples/send-again.mjs
  examples/send-to-many.mjs examples/token-in-a-file.mjs examples/token-in-redis.mjs`;

const run = (program, ...args) => execFileSync(program, args, { encoding: "utf8" });

test("it holds what is needed and nothing else", () => {
  const files = run("tar", "--list", "--gzip", "--file", TARBALL).trim().split("\n");
  assert.deepEqual(files.map((file) => file.replace("package/", "")).sort(), FILES.trim().split(/\s+/).sort());
});

test("it needs no other package", () => {
  const manifest = JSON.parse(
    run("tar", "--extract", "--gzip", "--to-stdout", "--file", TARBALL, "package/package.json"),
  );
  const kinds = ["dependencies", "peerDependencies", "optionalDependencies", "bundleDependencies", "scripts"];
  assert.deepEqual(
    kinds.filter((kind) => kind in manifest),
    [],
  );
});

test("npm would publish it as it is", () => {
  const publish = (what) => {
    const args = ["publish", "--dry-run", "--json", "--loglevel=warn", what];
    const { status, stdout, stderr } = spawnSync("npm", args, { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    // npm warns of what it would correct, of a folder only.
    const warnings = stderr.split("\n").filter((line) => line.includes("warn") && !line.includes("logged in"));
    assert.deepEqual(warnings, []);
    const published = JSON.parse(stdout);
    return published["smsworks-wasm"] ?? published;
  };
  publish("../../pkg");
  const { name, integrity } = publish(TARBALL);
  assert.equal(name, "smsworks-wasm");
  assert.equal(integrity, `sha512-${createHash("sha512").update(readFileSync(TARBALL)).digest("base64")}`);
});

test("publint finds nothing to say", () => {
  assert.match(run("node_modules/.bin/publint", "run", "--strict", TARBALL), /All good/);
});

test("the types resolve wherever the code does", () => {
  assert.match(run("node_modules/.bin/attw", "--no-color", TARBALL), /No problems found/);
});
