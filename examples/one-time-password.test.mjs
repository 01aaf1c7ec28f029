// A test of the server beside this file, with the sandbox in the place of the API: node --test one-time-password.test.mjs
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createSandbox } from "smsworks-wasm/sandbox";

const PAIR = { key: "a key", secret: "its secret" };

test("people log in with the code that was texted to them, and with no other", async (t) => {
  const sandbox = createSandbox({ customers: [{ customerid: "a customer", ...PAIR }] });
  const api = await sandbox.listen();
  t.after(() => api.close());

  const program = fileURLToPath(new URL("one-time-password.mjs", import.meta.url));
  const env = { SMSWORKS_BASE_URL: api.url, SMSWORKS_KEY: PAIR.key, SMSWORKS_SECRET: PAIR.secret, PORT: "0" };
  const server = spawn(process.execPath, [program], { env, stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => server.kill());
  const [url] = await once(createInterface(server.stdout), "line");

  const asked = await fetch(`${url}/code`, { method: "POST", body: JSON.stringify({ phone: "447777777777" }) });
  assert.equal(asked.status, 200);
  const cookie = asked.headers.get("set-cookie") ?? "";
  const passcode = /\d{6}/.exec(sandbox.messages[0]?.content ?? "")?.[0] ?? "";

  const logIn = async (/** @type {string} */ passcode) => {
    const headers = { cookie };
    return (await fetch(`${url}/login`, { method: "POST", headers, body: JSON.stringify({ passcode }) })).status;
  };
  assert.equal(await logIn(passcode === "000000" ? "000001" : "000000"), 403);
  assert.equal(await logIn(passcode), 200);
});
