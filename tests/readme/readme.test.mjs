// Every program in the two READMEs runs as it is printed, and prints what its comments say.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { createSandbox } from "smsworks-wasm/sandbox";

const READMES = ["../../README.md", "node_modules/smsworks-wasm/README.md"];
const HERE = import.meta.dirname;
const PAIR = { customerid: "customer-1", key: "key-1", secret: "secret-1" };

/** The programs, each with the word after "js": "sandboxed" where the sandbox takes the place of the API. */
const read = (text) => [...text.matchAll(/```js ?(\w*)\n(.*?)```/gs)].map(([, kind, program]) => ({ kind, program }));

/** A sandbox on a port, and the environment of a program that takes it for the API. */
async function serve(t) {
  const sandbox = createSandbox({ customers: [PAIR] });
  const server = await sandbox.listen();
  const folder = await mkdtemp(join(HERE, "node_modules/.run-"));
  t.after(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });
  const file = join(folder, "token");
  const env = {
    ...process.env,
    SANDBOX_URL: server.url,
    SMSWORKS_KEY: PAIR.key,
    SMSWORKS_SECRET: PAIR.secret,
    TOKEN_FILE: file,
  };
  return {
    sandbox,
    folder,
    file,
    env,
    logins: () => sandbox.requests.filter(({ operation }) => operation === "login").length,
  };
}

async function run(program, env = process.env) {
  const preloaded = env.SANDBOX_URL ? ["--import", "./sandboxed.mjs"] : [];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...preloaded, "--input-type=module", "--eval", program],
    { cwd: HERE, env },
  );
  return stdout.trim().split("\n");
}

const expected = (program) => [...program.matchAll(/console\.log\(.*\/\/ (.*)$/gm)].map(([, comment]) => comment);

for (const readme of READMES) {
  const text = await readFile(new URL(readme, import.meta.url), "utf8");
  const programs = read(text);
  const sandboxed = programs.filter(({ kind }) => kind === "sandboxed");

  test(`${readme} opens with a program that runs, and has all its recipes`, () => {
    assert.equal(programs[0].kind, "");
    const kinds = programs.map(({ kind }) => kind).filter(Boolean);
    assert.deepEqual(kinds, ["sandboxed", "sandboxed", "sandboxed", "worker", "handlers", "sandboxed", "sandboxed"]);
  });

  test(`${readme} warns once of credentials in a public web page`, () => {
    assert.equal(text.match(/Credentials in a public web page/g)?.length, 1);
  });

  for (const [index, { kind, program }] of programs.entries()) {
    if (!["", "sandboxed"].includes(kind)) continue;
    test(`program ${index + 1} of ${readme} prints what it says`, async (t) => {
      const { env } = kind ? await serve(t) : {};
      assert.ok(expected(program).length > 0, "a program that prints nothing shows nothing");
      assert.deepEqual(await run(program, env), expected(program));
    });
  }

  test(`two processes that share the file of ${readme} make one login, and nobody else can read it`, async (t) => {
    const { env, file, logins, sandbox } = await serve(t);
    const [, { program }] = sandboxed;
    await run(program, env);
    await run(program, env);
    assert.equal(logins(), 1);
    assert.equal((await stat(file)).mode & 0o077, 0);
    sandbox.revokeTokens();
    await run(program, env);
    await run(program, env);
    assert.equal(logins(), 2);
  });

  test(`the handlers of ${readme} let those in who have the code`, async (t) => {
    const { env, folder, sandbox } = await serve(t);
    const [{ program }] = programs.filter(({ kind }) => kind === "handlers");
    await writeFile(join(folder, "handlers.mjs"), program);
    Object.assign(process.env, env);
    const { fetch } = globalThis;
    t.after(() => {
      globalThis.fetch = fetch;
      delete process.env.SANDBOX_URL;
    });
    await import(`./sandboxed.mjs?${env.SANDBOX_URL}`);
    const { sendCode, checkCode } = await import(join(folder, "handlers.mjs"));

    const post = async (handler, fields) => {
      const response = await handler(
        new Request("https://own.test/", { method: "POST", body: JSON.stringify(fields) }),
      );
      return response.json();
    };
    const { messageid } = await post(sendCode, { phone: "447777777777" });
    const [{ content }] = sandbox.messages;
    const [passcode] = /\d+/.exec(content);
    assert.deepEqual(await post(checkCode, { messageid, passcode: "x" }), { isVerified: false });
    assert.deepEqual(await post(checkCode, { messageid, passcode }), { isVerified: true });
    assert.deepEqual(await post(checkCode, { messageid, passcode }), { isVerified: false });
    const { messageid: late } = await post(sendCode, { phone: "447777777777" });
    const [code] = /\d+/.exec(sandbox.messages[1].content);
    sandbox.advance(300_000);
    assert.deepEqual(await post(checkCode, { messageid: late, passcode: code }), { isVerified: false });
  });
}
