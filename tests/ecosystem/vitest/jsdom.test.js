// @vitest-environment jsdom
import * as api from "smsworks-wasm";
import { test } from "vitest";
import { checkCalls } from "../shared/calls.mjs";

test("both calls", async () => {
  console.log(await checkCalls({ api, ...JSON.parse(process.env.CALLS) }));
});
