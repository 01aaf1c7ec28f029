// Preloaded into the documentation's examples, which know no base URL: their API is the sandbox.
const { createSandbox } = require("smsworks-wasm/sandbox");

const pair = { customerid: "customerid_example", key: "key_example", secret: "secret_example" };
const sandbox = createSandbox({ customers: [pair] });

globalThis.fetch = (input, init) => {
  const { origin, pathname } = new URL(input);
  if (origin !== "https://api.thesmsworks.co.uk" || !pathname.startsWith("/v1/")) {
    throw new Error(`The API is not at ${origin}${pathname}`);
  }
  return sandbox.fetch(input, init);
};
