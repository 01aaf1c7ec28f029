// Runs the command as npm installed it, in a process of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { createSandbox } from "smsworks-wasm/sandbox";

export const CUSTOMER = "0fca8c3c-6cbc-11e7-8154-a6006ad3dba0";
export const PAIR = { customerid: "customer-1", key: "key-9c41-d07e-5b3a", secret: "secret-e05b-77aa-4d1c-9f02" };

const COMMAND = "node_modules/.bin/smsworks-wasm";

/** The environment without what a machine or a test runner may have in it, and with these variables. */
function environment(variables) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(SMSWORKS_|NODE_OPTIONS|NODE_TEST_CONTEXT)/.test(name),
  );
  return { ...Object.fromEntries(kept), ...variables };
}

/** Starts the command. One that does not end by itself is killed, so that its exit code is `null`. */
export const start = (args, variables = {}, stdout = "pipe") =>
  spawn(COMMAND, args, {
    env: environment(variables),
    stdio: ["ignore", stdout, "pipe"],
    timeout: 30_000,
    killSignal: "SIGKILL",
  });

/** Runs the command to its end. */
export async function run(args, variables) {
  const child = start(args, variables);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code, stdout, stderr };
}

/** A sandbox on a port, and the variables for it. */
export async function serve(t, options = {}) {
  const sandbox = createSandbox({ customers: [PAIR], ...options });
  const server = await sandbox.listen();
  t.after(() => server.close());
  const { customerid, key, secret } = PAIR;
  const variables = {
    SMSWORKS_BASE_URL: server.url,
    SMSWORKS_CUSTOMERID: customerid,
    SMSWORKS_KEY: key,
    SMSWORKS_SECRET: secret,
  };
  return { sandbox, variables };
}
