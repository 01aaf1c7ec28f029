// The subcommand that serves a sandbox.
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { once } from "node:events";
import test from "node:test";
import { promisify } from "node:util";
import { CUSTOMER, run, start } from "./run.mjs";

/** Starts it, and resolves with what it printed once it serves. */
async function sandbox(t, ...args) {
  const child = start(["sandbox", ...args]);
  t.after(() => child.kill("SIGKILL"));
  const errors = child.stderr.setEncoding("utf8").toArray();
  const [printed] = await once(child.stdout.setEncoding("utf8"), "data");
  const ends = once(child, "close").then(async ([code, signal]) => ({ code, signal, stderr: (await errors).join("") }));
  return { child, printed, ends };
}

for (const signal of ["SIGINT", "SIGTERM"]) {
  test(`it serves until ${signal}, and ends with 0, even with a request under way`, async (t) => {
    const { child, printed, ends } = await sandbox(t, "--json");
    const { url, customerid } = JSON.parse(printed);
    assert.equal(customerid, CUSTOMER);
    const variables = { SMSWORKS_BASE_URL: url, SMSWORKS_CUSTOMERID: customerid };
    const { stdout } = await run(["key", "--json", "--reveal"], variables);
    const { key, secret } = JSON.parse(stdout);
    const own = { ...variables, SMSWORKS_KEY: key, SMSWORKS_SECRET: secret };
    assert.equal((await run(["send", "--from", "Us", "--to", "447777777777", "Hi"], own)).code, 0);
    assert.equal((await run(["balance"], own)).stdout, "999 credits left\n");

    // A request whose body is not there yet.
    const body = new ReadableStream();
    const pending = fetch(`${url}/auth/token`, { method: "POST", body, duplex: "half" }).catch(() => "broken");
    await fetch(url);
    child.kill(signal);
    assert.deepEqual(await ends, { code: 0, signal: null, stderr: "" });
    assert.equal(await pending, "broken");
    await assert.rejects(fetch(url));
  });
}

test("it says its URL, the customer id, and a request that works when it is pasted", async (t) => {
  const { printed } = await sandbox(t);
  assert.match(printed, /http:\/\/127\.0\.0\.1:\d+\/v1/);
  assert.ok(printed.includes(CUSTOMER));
  const [line] = /curl .*/.exec(printed);
  try {
    execFileSync("curl", ["--version"]);
  } catch {
    console.log("skipped: the request by curl: curl is not installed");
    return t.skip("curl is not installed");
  }
  const { stdout } = await promisify(execFile)("sh", ["-c", `${line} --silent`]);
  assert.deepEqual(Object.keys(JSON.parse(stdout)), ["key", "secret"]);
});

test("it takes the port that it is given, and says so where that is in use", async (t) => {
  const first = await sandbox(t, "--json");
  const { port } = new URL(JSON.parse(first.printed).url);
  const second = await run(["sandbox", "--port", port]);
  assert.deepEqual([second.code, second.stdout], [2, ""]);
  assert.match(second.stderr, new RegExp(`The port ${port} is in use: choose another --port, or leave it out`));

  first.child.kill();
  await first.ends;
  const third = await sandbox(t, "--json", "--port", port);
  assert.equal(new URL(JSON.parse(third.printed).url).port, port);
});

test("it goes on where nobody reads what it prints", async (t) => {
  const { child, printed, ends } = await sandbox(t, "--json");
  child.stdout.destroy();
  const { url } = JSON.parse(printed);
  assert.equal((await fetch(`${url}/auth/getApiKey?customerid=${CUSTOMER}`)).status, 201);
  child.kill("SIGTERM");
  assert.equal((await ends).code, 0);
});
