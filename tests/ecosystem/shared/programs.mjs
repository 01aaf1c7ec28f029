import { spawn } from "node:child_process";
import { once } from "node:events";
import { startServers } from "./servers.mjs";

/**
 * Runs programs one after the other. Each gets what checkCalls is given as JSON in its last argument, and has to exit with 0.
 *
 * @param {typeof import("smsworks-wasm/sandbox").createSandbox} createSandbox
 * @param {string[][]} commands Each a program and its arguments.
 */
export async function runPrograms(createSandbox, commands) {
  const servers = await startServers(createSandbox);
  for (const command of commands) {
    console.log(`$ ${command.join(" ")}`);
    const [program, ...args] = [...command, JSON.stringify(servers.calls)];
    const [code, signal] = await once(spawn(program, args, { stdio: "inherit" }), "exit");
    if (code !== 0) {
      console.error(`it ended with ${code ?? signal}`);
      process.exitCode = 1;
    }
  }
  await servers.close();
}
