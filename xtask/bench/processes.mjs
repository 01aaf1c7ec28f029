import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { BENCH, WORK } from "./folders.mjs";

const MODULES = join(BENCH, "node_modules");

/**
 * The program itself: Deno's command is one for Node that starts it, which would be measured along. Bun's is the program where
 * npm runs install scripts, which move it there.
 */
function program(/** @type {string} */ scope, /** @type {string} */ path, /** @type {string} */ command) {
  const platforms = readdirSync(join(MODULES, scope));
  const paths = platforms.map((platform) => join(MODULES, scope, platform, path));
  return paths.find((path) => existsSync(path)) ?? join(MODULES, ".bin", command);
}

/** How each runtime runs a program. @type {Record<string, string[]>} */
export const runtimes = {
  Node: [process.execPath],
  Deno: [program("@deno", "deno", "deno"), "run", "--quiet", "--allow-all"],
  Bun: [program("@oven", "bin/bun", "bun")],
};

/**
 * How many milliseconds pass from the start of a process until it has printed a token.
 *
 * @param {string[]} runtime
 * @param {string} client
 * @param {string} baseUrl
 */
export async function timeProcess([program, ...args], client, baseUrl) {
  // Deno would keep for longer what it compiled of a file, even when another file has come in its place.
  const env = { ...process.env, DENO_DIR: join(WORK, "deno"), DENO_NO_UPDATE_CHECK: "1" };
  const start = performance.now();
  const child = spawn(program, [...args, "first-token.mjs", client, baseUrl], { cwd: BENCH, env });
  const ended = once(child, "close");
  /** @type {Buffer[]} */
  const problems = [];
  child.stderr.on("data", (chunk) => problems.push(chunk));
  const [printed] = await Promise.race([once(child.stdout, "data"), ended]);
  const ms = performance.now() - start;
  await ended;
  if (!String(printed).startsWith("JWT ")) {
    throw new Error(`${program} got no token by ${client}: ${printed}\n${Buffer.concat(problems)}`);
  }
  return ms;
}
