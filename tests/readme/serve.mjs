// Runs programs, with the sandbox in the place of the API.
import assert from "node:assert/strict";
import { execFile, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { SmsWorks } from "smsworks-wasm";
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
export async function serve(t, options) {
  const sandbox = createSandbox({ customers: [PAIR], ...options });
  const { url, close } = await sandbox.listen();
  t.after(close);
  const sms = new SmsWorks({ fetch: sandbox.fetch, credentials: PAIR });
  const count = (operation) => sandbox.requests.filter((request) => request.operation === operation).length;
  return { sandbox, env: environment(url), count, sms };
}

/**
 * The same, with the sandbox in a process of its own, which a program under test cannot hold up. `ask` calls a method of it, or
 * gets a property; `until` resolves once a list of it has so many members.
 */
export async function serveApart(t, options) {
  const child = fork(join(HERE, "sandbox.mjs"), [JSON.stringify({ customers: [PAIR], ...options })]);
  const ended = once(child, "close");
  t.after(async () => {
    child.kill();
    await ended;
  });
  const [url] = await once(child, "message");
  const request = async (...message) => {
    child.send(message);
    return (await once(child, "message"))[0].answer;
  };
  return {
    env: environment(url),
    ask: (name, ...given) => request("ask", name, given),
    until: (list, length, operation) => request("until", list, length, operation),
  };
}

const environment = (url) => ({
  ...process.env,
  SMSWORKS_BASE_URL: url,
  SMSWORKS_KEY: PAIR.key,
  SMSWORKS_SECRET: PAIR.secret,
});

/** The lines that a program prints. */
export async function run(program, env = process.env, cwd = HERE, args = []) {
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { cwd, env });
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
