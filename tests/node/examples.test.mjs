// The examples of the API's documentation of AuthApi, in our own words: the same calls, by the same package name.
import assert from "node:assert/strict";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { run } from "./child.mjs";

const preload = fileURLToPath(new URL("sandboxed-fetch.cjs", import.meta.url));
const LIMIT = { timeout: 20_000 };

const REPORT = `
  const report = (error, data, response) => {
    if (error) return console.error(error);
    console.log("API called successfully. Returned data: " + data);
  };
`;
const KEY_SECRET = `
  const documented = require("the_sms_works_api");
  ${REPORT}
  const api = new documented.AuthApi();
  api.keySecret("customerid_example", report);
`;
const LOGIN = `
  const documented = require("the_sms_works_api");
  ${REPORT}
  const api = new documented.AuthApi();
  api.login(new documented.Login(), report);
`;
const FILLED_LOGIN = LOGIN.replace(
  "new documented.Login()",
  `
  Object.assign(new documented.Login(), { key: "key_example", secret: "secret_example" })
`,
);

for (const [example, program] of [
  ["keySecret", KEY_SECRET],
  ["login, once its Login is filled in,", FILLED_LOGIN],
]) {
  test(`the example of ${example} prints that it succeeded`, LIMIT, async () => {
    assert.deepEqual(await run(program, { type: "commonjs", preload }), {
      exit: 0,
      stdout: "API called successfully. Returned data: [object Object]\n",
      stderr: "",
    });
  });
}

test("the example of login, with the empty Login that it has, prints the API's refusal", LIMIT, async () => {
  const { exit, stdout, stderr } = await run(LOGIN, { type: "commonjs", preload });
  assert.deepEqual({ exit, stdout }, { exit: 0, stdout: "" });
  assert.match(stderr, /^SmsWorksError: login failed: the API answered 400 /);
  assert.match(stderr, /code: 'http'/);
});

test(
  "the example of keySecret, for a customer that the API does not know, prints the API's refusal",
  LIMIT,
  async () => {
    const program = KEY_SECRET.replace("customerid_example", "another_customer");
    const { exit, stdout, stderr } = await run(program, { type: "commonjs", preload });
    assert.deepEqual({ exit, stdout }, { exit: 0, stdout: "" });
    assert.match(stderr, /^SmsWorksError: keySecret failed: the API answered 401 /);
    assert.doesNotMatch(stderr, /another_customer/);
  },
);
