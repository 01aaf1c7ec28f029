// The sandbox inside a Worker, bundled by Wrangler and run in workerd.
import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { needNode } from "../shared/programs.mjs";
import { atDates, bundle, start } from "./workers.mjs";

needNode(22);

/** One at which there is a node:http, with servers that nothing reaches, and one at which there was none. */
const DATES = ["2026-10-01", "2023-06-01"];
const folder = "node_modules/.sandbox";
bundle(folder, "sandbox.js");
const runtime = start(folder, atDates(DATES, folder, "sandbox.js"));

const left = new Set(DATES);
for await (const line of createInterface(runtime.stdio[3])) {
  const { socket: date, port } = JSON.parse(line);
  const { status, listening, hasHttp } = await (await fetch(`http://127.0.0.1:${port}`)).json();
  assert.equal(status, "SENT", date);
  assert.equal(hasHttp, date === DATES[0], `whether there is a node:http: ${date}`);
  assert.match(listening, /^listen needs a server of node:http, .*: use the sandbox's fetch$/, date);
  left.delete(date);
  if (left.size === 0) break;
}
assert.equal(left.size, 0, "workerd ended");
console.log("the sandbox works inside a Worker, and refuses to listen there");
process.exit();
