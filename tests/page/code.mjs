// Runs code that was copied from the page, in a process of its own, with the package as it is installed here.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

/**
 * @param {string} code
 * @param {{ env?: Record<string, string>, preload?: string }} [options]
 * @returns {Promise<string>} what it printed
 */
export async function runCode(code, { env = {}, preload } = {}) {
  const args = [...(preload ? ["--import", preload] : []), "--input-type=module", "--eval", code];
  const options = { cwd: import.meta.dirname, env: { ...process.env, ...env }, timeout: 60_000 };
  const { stdout } = await promisify(execFile)(process.execPath, args, options);
  return stdout;
}
