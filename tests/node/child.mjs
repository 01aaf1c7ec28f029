import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const LONGEST_MS = 15_000;

/**
 * Runs a program in a Node of its own, and resolves with how it ended. One that does not end by itself is killed, which
 * shows as `exit: "SIGKILL"`.
 */
export function run(source, { type = "module", env = {}, preload, flags = [] } = {}) {
  const args = [...flags, ...(preload ? ["--require", preload] : []), `--input-type=${type}`, "--eval", source];
  const { NODE_TEST_CONTEXT, NODE_OPTIONS, ...rest } = process.env;
  const child = spawn(process.execPath, args, {
    cwd: HERE,
    env: { ...rest, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LONGEST_MS,
    killSignal: "SIGKILL",
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) {
    child[name].setEncoding("utf8").on("data", (text) => {
      output[name] += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ exit: signal ?? code, ...output }));
  });
}
