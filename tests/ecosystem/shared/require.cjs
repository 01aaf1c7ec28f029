const api = require("smsworks-wasm");

import("../shared/calls.mjs").then(async ({ checkCalls }) => {
  console.log(await checkCalls({ api, ...JSON.parse(process.argv.at(-1)) }));
});
