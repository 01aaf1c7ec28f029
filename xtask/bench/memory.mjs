// What calls leave behind: `node --expose-gc memory.mjs COUNT` prints the memory at four moments, as JSON.
import { setTimeout as wait } from "node:timers/promises";
import { credentials, reply } from "./contenders.mjs";

/** The memories of all instances. @type {Set<WebAssembly.Memory>} */
const memories = new Set();
const note = (/** @type {object} */ values) => {
  for (const value of Object.values(values)) if (value instanceof WebAssembly.Memory) memories.add(value);
};
const noteAll = (/** @type {WebAssembly.Instance} */ instance, /** @type {WebAssembly.Imports} */ imports = {}) => {
  for (const values of [instance.exports, ...Object.values(imports)]) note(values);
  return instance;
};
const { Instance, instantiate } = WebAssembly;
WebAssembly.Instance = new Proxy(Instance, {
  construct: (target, args) => noteAll(Reflect.construct(target, args), args[1]),
});
WebAssembly.instantiate = async (source, imports) => {
  const result = await instantiate(source, imports);
  noteAll(result.instance ?? result, imports);
  return result;
};

const { AuthApi } = await import("smsworks-wasm");
const answering = async () => new Response(reply, { status: 200, headers: { "content-type": "application/json" } });
const silent = () => new Promise(() => {});
const toAnswering = new AuthApi({ fetch: answering });
const toSilent = new AuthApi({ fetch: silent });

const aborted = async () => {
  const abort = new AbortController();
  const call = toSilent.login(credentials, { signal: abort.signal });
  setImmediate(() => abort.abort());
  await call.catch(expect("AbortError"));
};
const expired = () => toSilent.login(credentials, { timeoutMs: 5 }).catch(expect("SmsWorksError"));
const expect = (/** @type {string} */ name) => (/** @type {Error} */ error) => {
  if (error.name !== name) throw error;
};

/** Of ten calls eight succeed, one is aborted and one runs into its deadline; both of these never get an answer. */
const kinds = [...Array(8).fill(() => toAnswering.login(credentials)), aborted, expired];

/** How many calls are under way at a time. */
const LANES = 1000;

async function makeCalls(/** @type {number} */ count) {
  let left = count;
  const lane = async () => {
    while (left > 0) await kinds[left-- % kinds.length]();
  };
  await Promise.all(Array.from({ length: Math.min(LANES, count) }, lane));
}

async function memory() {
  // What was freed may hold on to more until a collection has told it so.
  for (let i = 0; i < 5; i++) {
    await wait(20);
    globalThis.gc();
  }
  const wasm = [...memories].reduce((bytes, { buffer }) => bytes + buffer.byteLength, 0);
  return { wasm, heap: process.memoryUsage().heapUsed };
}

const count = Number(process.argv[2]);
const rows = [];
let made = 0;
for (const share of [0.1, 0.4, 0.7, 1]) {
  await makeCalls(Math.round(count * share) - made);
  made = Math.round(count * share);
  rows.push({ calls: made, ...(await memory()) });
}
console.log(JSON.stringify(rows));
