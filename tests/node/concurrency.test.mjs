import assert from "node:assert/strict";
import test from "node:test";
import { AuthApi } from "smsworks-wasm";
import { createSandbox } from "smsworks-wasm/sandbox";
import { run } from "./child.mjs";

const LIMIT = { timeout: 20_000 };
const CUSTOMER = "0fca8c3c-6cbc-11e7-8154-a6006ad3dba0";
const COUNT = 500;

for (const [how, options] of [
  ["in the process", (sandbox) => ({ fetch: sandbox.fetch })],
  [
    "over sockets",
    async (sandbox, t) => {
      const server = await sandbox.listen();
      t.after(() => server.close());
      return { baseUrl: server.url };
    },
  ],
]) {
  test(`${COUNT} calls at once each get their own answer, ${how}`, LIMIT, async (t) => {
    const sandbox = createSandbox();
    const api = new AuthApi({ ...(await options(sandbox, t)), retries: 0 });
    const times = Array.from({ length: COUNT });
    const pairs = await Promise.all(times.map(() => api.keySecret(CUSTOMER)));
    assert.equal(new Set(pairs.map(({ key }) => key)).size, COUNT);

    const logins = pairs.map((pair, index) =>
      index % 2 ? api.login(pair) : api.login({ ...pair, secret: `no-${index}` }),
    );
    const outcomes = await Promise.allSettled(logins);
    outcomes.forEach(({ status, value, reason }, index) => {
      assert.equal(status, index % 2 ? "fulfilled" : "rejected");
      if (reason) return assert.deepEqual([reason.code, reason.status], ["http", 401]);
      const payload = JSON.parse(Buffer.from(value.token.split(".")[1], "base64url"));
      assert.equal(payload.key, pairs[index].key);
    });
  });
}

test("calls that are made before the core has loaded all work, whoever makes them", LIMIT, async () => {
  const { exit, stdout, stderr } = await run(`
    import { createRequire } from "node:module";
    import { AuthApi, keySecret, login } from "smsworks-wasm";
    import { createSandbox } from "smsworks-wasm/sandbox";
    const required = createRequire(import.meta.url)("smsworks-wasm");
    const customer = "${CUSTOMER}";
    const pair = { customerid: customer, key: "k", secret: "s" };
    const { fetch } = createSandbox({ customers: [pair] });
    const api = new AuthApi({ fetch });
    const calls = [
      api.keySecret(customer), api.login(pair), keySecret(customer, { fetch }), login(pair, { fetch }),
      new required.AuthApi({ fetch }).login(pair), required.keySecret(customer, { fetch }),
      new Promise((resolve) => api.login(pair, (_, data) => resolve(data))),
      api.login(undefined).catch(({ code }) => code), api.login(pair), api.keySecret("no").catch(({ code }) => code),
    ];
    console.log((await Promise.all(calls)).map((result) => (typeof result === "string" ? result : Object.keys(result))).join(" "));
  `);
  assert.deepEqual({ exit, stderr }, { exit: 0, stderr: "" });
  assert.equal(stdout, "key,secret token key,secret token token key,secret token invalid_argument token http\n");
});
