const { readFileSync } = require("node:fs");

// Jest, as it comes, has no ES modules; and the checks have to run among its globals.
const source = readFileSync(require.resolve("../shared/calls.mjs"), "utf8").replace(/^export /gm, "");
module.exports = new Function(`${source} return { checkCalls, findLeaks };`)();
