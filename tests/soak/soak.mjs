// Makes many calls, in the process and over loopback, of which one in ten meets a fault, and shows that they leave nothing behind:
// `cargo xtask soak`. With --quick, fewer: `cargo xtask test soak`.
import { fork } from "node:child_process";
import { getEventListeners, once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { fetchInProcess } from "./api.mjs";

const isQuick = process.argv.includes("--quick");
const COUNTS = isQuick ? { process: 36_000, loopback: 3_600 } : { process: 1_000_000, loopback: 100_000 };
/** How many calls are under way at a time. */
const LANES = 50;
/** How many connections a platform may keep. */
const SOCKETS = 4 * LANES;
/** After how many parts of the calls it is measured; those before WARM are not compared. */
const PARTS = 12;
const WARM = 4;
/** By how many KiB the heap may grow from the first three measures that are compared to the last three: what V8 compiles and collects varies. */
const HEAP_KIB = 384;

/** What the core has: its memories and tables. @type {Set<WebAssembly.Memory | WebAssembly.Table>} */
const parts = new Set();
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct: (target, args) => {
    const instance = Reflect.construct(target, args);
    for (const part of Object.values(instance.exports)) {
      if (part instanceof WebAssembly.Memory || part instanceof WebAssembly.Table) parts.add(part);
    }
    return instance;
  },
});
const { makeCalls } = await import("./calls.mjs");

let warnings = 0;
process.on("warning", ({ message }) => {
  warnings++;
  console.error(message);
});

async function measure(
  /** @type {AbortSignal} */ signal,
  /** @type {() => Promise<Record<string, number>>} */ askServer,
) {
  // What was freed may hold on to more until a collection has told it so.
  for (let times = 0; times < 6; times++) {
    await wait(10);
    globalThis.gc();
  }
  let [wasm, table] = [0, 0];
  for (const part of parts) {
    if (part instanceof WebAssembly.Memory) wasm += part.buffer.byteLength / 1024;
    else table += part.length;
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return {
    "wasm KiB": wasm,
    "table entries": table,
    "heap KiB": Math.round(heapUsed / 1024),
    "buffers KiB": Math.round(arrayBuffers / 1024),
    listeners: getEventListeners(signal, "abort").length,
    timers: process.getActiveResourcesInfo().filter((name) => name === "Timeout").length,
    warnings,
    ...(await askServer()),
  };
}

const median = (/** @type {number[]} */ values) => values.sort((a, b) => a - b)[values.length >> 1];

/** What has grown, by the rule of each column. */
function findGrowth(/** @type {Record<string, number>[]} */ rows) {
  const compared = rows.slice(WARM);
  const column = (/** @type {string} */ name) => compared.map((row) => row[name]);
  const growth = [];
  for (const name of ["wasm KiB", "table entries"]) {
    const values = column(name);
    if (values.at(-1) > values[0]) growth.push(`${name}: ${values[0]} to ${values.at(-1)}`);
  }
  for (const name of ["heap KiB", "buffers KiB"]) {
    const [from, to] = [median(column(name).slice(0, 3)), median(column(name).slice(-3))];
    if (to > from + HEAP_KIB) growth.push(`${name}: ${from} to ${to}`);
  }
  for (const [name, most] of /** @type {const} */ ([
    ["listeners", 0],
    ["timers", 0],
    ["warnings", 0],
    ["open requests", 0],
    ["sockets", SOCKETS],
  ])) {
    const largest = Math.max(...rows.map((row) => row[name] ?? 0));
    if (largest > most) growth.push(`${name}: ${largest}, and no more than ${most} may be`);
  }
  return growth;
}

async function soak(
  /** @type {string} */ title,
  /** @type {number} */ count,
  /** @type {object} */ place,
  /** @type {() => Promise<Record<string, number>>} */ askServer,
) {
  const { signal } = new AbortController();
  const call = makeCalls(place, signal);
  const rows = [];
  let made = 0;
  const start = performance.now();
  for (let part = 1; part <= PARTS; part++) {
    const until = Math.round((count * part) / PARTS);
    const lane = async () => {
      while (made < until) {
        made++;
        await call();
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    rows.push({ calls: made, ...(await measure(signal, askServer)) });
  }
  console.log(`\n${title}: ${count} calls in ${Math.round((performance.now() - start) / 1000)} s`);
  console.table(rows);
  const growth = findGrowth(rows);
  for (const what of growth) console.log(`NOT FLAT: ${what}`);
  return growth.length === 0;
}

const isFlatInProcess = await soak("in the process", COUNTS.process, { fetch: fetchInProcess }, async () => ({}));

const server = fork(new URL("server.mjs", import.meta.url), { execArgv: [] });
const [baseUrl] = await once(server, "message");
const isFlatOverLoopback = await soak("over loopback", COUNTS.loopback, { baseUrl }, async () => {
  server.send("count");
  return (await once(server, "message"))[0];
});
server.disconnect();
await once(server, "exit");

if (!isFlatInProcess || !isFlatOverLoopback) process.exit(1);
console.log("\nflat");
