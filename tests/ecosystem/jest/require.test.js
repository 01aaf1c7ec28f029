const api = require("smsworks-wasm");
const { checkCalls } = require("./calls.js");

test("both calls", async () => {
  console.log(await checkCalls({ api, ...JSON.parse(process.env.CALLS) }));
});
