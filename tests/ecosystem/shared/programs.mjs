import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startServers } from "./servers.mjs";

/**
 * Runs programs one after the other, each of which has to exit with 0. What one prints is shown where it fails.
 *
 * @param {typeof import("smsworks-wasm/sandbox").createSandbox} createSandbox
 * @param {(calls: string) => string[][]} commands Each a program and its arguments. `calls` is what checkCalls is given, as
 * JSON; the environment has it too, as CALLS.
 */
export async function runPrograms(createSandbox, commands) {
  const { calls, close } = await startServers(createSandbox);
  const env = { ...process.env, CALLS: JSON.stringify(calls) };
  for (const [program, ...args] of commands(env.CALLS)) {
    console.log(`$ ${[program, ...args].filter((arg) => arg !== env.CALLS).join(" ")}`);
    const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    const printed = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => printed.push(chunk));
    const [code, signal] = await once(child, "close");
    if (code !== 0) {
      console.log(`${Buffer.concat(printed)}\nIt ended with ${code ?? signal}.`);
      process.exitCode = 1;
    }
  }
  await close();
}

/** Prints the versions of installed packages, given as what each is called and its name on npm. */
export function printVersions(packages) {
  for (const [tool, name] of Object.entries(packages)) {
    const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
    console.log(`version: ${tool} ${version}`);
  }
}

/**
 * Goes on in a newer Node, where a tool demands one: this program ends, and runs again in the one that npm has, for Linux on
 * x64 only. Elsewhere the test is skipped.
 */
export function needNode(major) {
  if (process.versions.node.split(".")[0] >= major) return;
  const bin = join(import.meta.dirname, "node_modules/.bin");
  const node = join(bin, "node");
  if (!existsSync(node)) {
    console.log(`it needs Node ${major}, and this is Node ${process.versions.node}`);
    process.exit(77);
  }
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  process.exit(spawnSync(node, process.argv.slice(1), { env, stdio: "inherit" }).status ?? 1);
}

/** Runs a program that has to succeed. What it prints is shown where it fails. */
export function build(program, ...args) {
  const { status, stdout, stderr } = spawnSync(`node_modules/.bin/${program}`, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ended with ${status}\n${stdout}\n${stderr}`);
}
