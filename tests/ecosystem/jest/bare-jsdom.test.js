/** @jest-environment jsdom */
const { SmsWorksError, login } = require("smsworks-wasm");

test("a call fails as others do where there is neither fetch nor TextDecoder", async () => {
  const error = await login({ key: "a", secret: "b" }).catch((error) => error);
  expect(error).toBeInstanceOf(SmsWorksError);
  expect(error.operation).toBe("login");
});
