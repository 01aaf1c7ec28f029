/** @jest-environment jest-fixed-jsdom */
const api = require("smsworks-wasm");
const { createSandbox } = require("smsworks-wasm/sandbox");
const { checkSandbox } = require("./sandboxed.js");

test("the client and the sandbox, required", () => checkSandbox({ ...api, createSandbox }));
