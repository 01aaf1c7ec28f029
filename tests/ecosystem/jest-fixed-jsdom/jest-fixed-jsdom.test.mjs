/** @jest-environment jest-fixed-jsdom */
import * as api from "smsworks-wasm";
import { createSandbox } from "smsworks-wasm/sandbox";
import { checkSandbox } from "./sandboxed.js";

test("the client and the sandbox, imported", () => checkSandbox({ ...api, createSandbox }));
