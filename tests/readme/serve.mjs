// Runs programs, with the sandbox in the place of the API.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { createSandbox } from "smsworks-wasm/sandbox";

const HERE = import.meta.dirname;
const PAIR = { customerid: "customer-1", key: "key-1", secret: "secret-1" };

/** A folder from which the packages are found. */
export async function makeFolder(t) {
  const folder = await mkdtemp(join(HERE, "node_modules/.run-"));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

/** A sandbox on a port, and the environment of a program whose API it is. */
export async function serve(t) {
  const sandbox = createSandbox({ customers: [PAIR] });
  const { url, close } = await sandbox.listen();
  t.after(close);
  const env = { ...process.env, SMSWORKS_BASE_URL: url, SMSWORKS_KEY: PAIR.key, SMSWORKS_SECRET: PAIR.secret };
  const count = (operation) => sandbox.requests.filter((request) => request.operation === operation).length;
  return { sandbox, env, count };
}

/** The lines that a program prints. */
export async function run(program, env = process.env, cwd = HERE) {
  const { stdout } = await promisify(execFile)(process.execPath, [program], { cwd, env });
  return stdout.trim().split("\n");
}

/** Starts a program, and resolves with the first line that it prints. */
export async function start(t, program, env) {
  const child = spawn(process.execPath, [program], { cwd: HERE, env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  t.after(async () => {
    child.kill();
    await ended;
  });
  const [line] = await once(createInterface(child.stdout), "line");
  return line;
}

/** Checks the types of JavaScript in files, as those of a strict project are. */
export async function compile(files) {
  const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--skipLibCheck"];
  const project = [
    "--allowJs",
    "--checkJs",
    "--noEmit",
    "--module",
    "nodenext",
    "--target",
    "es2022",
    "--types",
    "node",
  ];
  const tsc = join(HERE, "node_modules/typescript/bin/tsc");
  const run = promisify(execFile)(process.execPath, [tsc, ...project, ...strict, ...files], { cwd: HERE });
  await run.catch(({ stdout }) => assert.fail(stdout));
}
