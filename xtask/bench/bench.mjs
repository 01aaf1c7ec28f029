// Measures the package and what else can log in, side by side, and prints JSON: the `summary` for the README and the `details`
// for docs/numbers.md, both as Markdown. `cargo xtask bench` runs it.
import { execFile, execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";
import { launchChromium } from "../../tests/ecosystem/shared/browser.mjs";
import { startCallers } from "./callers.mjs";
import { contenders } from "./contenders.mjs";
import { BENCH, PKG, WORK } from "./folders.mjs";
import { buildSite, timePage } from "./pages.mjs";
import { runtimes, timeProcess } from "./processes.mjs";
import { added, bytes, cell, kilobytes, show, table } from "./report.mjs";
import { measureParts, measureSize } from "./size.mjs";
import { interleave, median } from "./statistics.mjs";

const OURS = "smsworks-wasm";
const SITE = join(WORK, "site");

const { values: options } = parseArgs({
  options: { quick: { type: "boolean", default: false }, calls: { type: "string" } },
});
const rounds = options.quick
  ? { processes: 3, pages: 3, callers: 1, calls: 8 }
  : { processes: 40, pages: 40, callers: 2, calls: 20 };
const memoryCalls = Number(options.calls ?? (options.quick ? 20_000 : 1_000_000));

const clients = contenders.map(({ name }) => name);
const stubbed = contenders.filter(({ takesFetch }) => takesFetch).map(({ name }) => name);
/** The tools, and in which versions. @type {Record<string, string>} */
const versions = {};
/** What could not be measured, and why. @type {string[]} */
const missing = [];

/** By client, what the summary has of it. @type {Record<string, (string | number)[]>} */
const summary = Object.fromEntries(clients.map((client) => [client, []]));

/** The shares of the machine's time that other programs took, each for a while before something was measured. @type {number[]} */
const othersShares = [];

async function begin(/** @type {string} */ what) {
  console.error(`${Math.round(performance.now() / 1000)} s: measuring ${what}`);
  const idle = () => cpus().reduce((sum, { times }) => sum + times.idle, 0);
  const [idleBefore, start] = [idle(), performance.now()];
  await wait(1000);
  const idleShare = (idle() - idleBefore) / (performance.now() - start) / cpus().length;
  othersShares.push(Math.max(0, 1 - idleShare));
}

const rows = (/** @type {(client: string) => (string | number)[]} */ cells) =>
  contenders.map(({ name, label }) => [label, ...cells(name)]);

async function sizes() {
  await begin("sizes");
  const rows = [];
  for (const { name, label, code } of contenders) {
    const { main, all } = await measureSize(code, name === OURS ? PKG : BENCH);
    rows.push([label, ...bytes(main), ...bytes(all)]);
    summary[name].push(kilobytes(main.brotli), kilobytes(all.brotli));
  }
  const { main, all } = await measureSize(`export { SmsWorks } from "${OURS}"`, PKG);
  rows.splice(2, 0, [`**${OURS}**, \`SmsWorks\``, ...bytes(main), ...bytes(all)]);
  const parts = Object.entries(await measureParts()).map(([part, size]) => [part, ...bytes(size)]);
  const crates = JSON.parse(await readFile(join(WORK, "crates.json"), "utf8"));
  return [
    "What an app's main bundle grows by, and everything that it downloads up to a first call, in bytes:",
    table(["", "raw", "gzip", "brotli", "up to a call: raw", "gzip", "brotli"], rows),
    `The parts of ${OURS}, in bytes:`,
    table(["", "raw", "gzip", "brotli"], parts),
    "The wasm by crate, in bytes before compression; what is generic counts as ours where it is compiled for one of our types:",
    table(["", "raw"], crates),
  ];
}

async function firstTokens(/** @type {string} */ baseUrl) {
  /** @type {Record<string, import("./report.mjs").Results>} */
  const results = {};
  for (const [name, [program, ...args]] of Object.entries(runtimes)) {
    await begin(`processes in ${name}`);
    try {
      [versions[name]] = /\d[\d.]*/.exec(execFileSync(program, ["--version"], { encoding: "utf8" }));
    } catch (error) {
      missing.push(`${name}, which does not start: ${error.message}`);
      continue;
    }
    const time = (/** @type {string} */ client) => timeProcess([program, ...args], client, baseUrl);
    await interleave(clients, 1, time);
    results[name] = await interleave(clients, rounds.processes, time);
  }
  await begin("pages in Chromium");
  await buildSite(SITE, clients);
  const browser = await launchChromium().catch((error) => {
    missing.push(`Chromium, which does not start: ${error.message}`);
  });
  if (browser) {
    [versions.Chromium] = /[\d.]+/.exec(await browser.version());
    const time = (/** @type {string} */ client) => timePage(browser, `${baseUrl}/${client}/index.html`);
    await interleave(clients, 2, time);
    results.Chromium = await interleave(clients, rounds.pages, time);
    await browser.close();
  }
  const columns = [...Object.keys(runtimes), "Chromium"];
  for (const client of clients) summary[client].push(cell(results.Node, client, "ms"));
  return [
    "From the start of a process, or from the navigation to a page, to a first token:",
    table(
      ["", ...columns],
      rows((client) => columns.map((column) => cell(results[column], client, "ms"))),
    ),
  ];
}

async function calls(/** @type {string} */ baseUrl) {
  // The first ten thousand calls are slower, until the engine has compiled all that they take, and as well as it can.
  const measures = {
    stub: { clients: stubbed, count: 500, warmUp: 20 },
    together: { clients, count: 128, warmUp: 10 },
    alone: { clients, count: 100, warmUp: 4 },
    authorization: { clients: [OURS], count: 5000, warmUp: 4 },
  };
  /** @type {Record<string, import("./report.mjs").Results>} */
  const results = {};
  for (let i = 1; i <= rounds.callers; i++) {
    await begin(`calls, ${i} of ${rounds.callers} times`);
    const callers = startCallers(clients, baseUrl);
    for (const [measure, { clients, count, warmUp }] of Object.entries(measures)) {
      const time = (/** @type {string} */ client) => callers.time(client, measure, count);
      await interleave(clients, warmUp, time);
      const times = await interleave(clients, rounds.calls, time);
      results[measure] ??= Object.fromEntries(clients.map((client) => [client, []]));
      for (const client of clients) results[measure][client].push(...times[client]);
    }
    callers.stop();
  }
  const { stub, alone, together, authorization } = results;
  for (const client of clients) summary[client].push(cell(stub, client, "µs"), cell(alone, client, "µs"));
  return [
    "One call: with a fetch that answers in the process, and over loopback, alone and 64 at a time, in Node:",
    table(
      ["", "stubbed", "over bare `fetch`", "alone", "64 at a time"],
      rows((client) => [
        cell(stub, client, "µs"),
        added(stub, client, "µs"),
        cell(alone, client, "µs"),
        cell(together, client, "µs"),
      ]),
    ),
    `An \`authorization()\` that has its token takes ${show(median(authorization[OURS]))} µs.`,
  ];
}

async function memory() {
  await begin(`the memory of ${memoryCalls} calls`);
  const args = ["--expose-gc", "memory.mjs", String(memoryCalls)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: BENCH });
  const kib = (/** @type {number} */ bytes) => Math.round(bytes / 1024);
  return [
    `What ${OURS} holds in Node, in KiB, after calls of which eight in ten succeed; one is aborted and one runs into its deadline, ` +
      "both by a fetch that never settles:",
    table(
      ["calls", "wasm", "JavaScript heap"],
      JSON.parse(stdout).map(({ calls, wasm, heap }) => [calls, kib(wasm), kib(heap)]),
    ),
  ];
}

/** What was measured, when, where and by what. */
function setting() {
  const packages = clients
    .filter((client) => client !== "fetch")
    .map((name) => [name, join(BENCH, "node_modules", name)]);
  for (const [name, folder] of [["esbuild", "node_modules/esbuild"], ...packages]) {
    versions[name] = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;
  }
  const tools = Object.entries(versions).map(([tool, version]) => `${tool} ${version}`);
  const command = ["cargo xtask bench", ...process.argv.slice(2)].join(" ");
  const date = new Date().toISOString().slice(0, 10);
  const gib = Math.round(totalmem() / 2 ** 30);
  const cores = availableParallelism();
  const othersShare = othersShares.reduce((sum, share) => sum + share) / othersShares.length;
  return [
    `\`${command}\`, ${date}, on a machine of ${cores} cores and ${gib} GiB, of whose time other programs took ${Math.round(othersShare * 100)} % in between: ${tools.join(", ")}.`,
    ...missing.map((what) => `Not measured: ${what}.`),
  ];
}

const server = fork("server.mjs", [SITE], { cwd: BENCH });
const [baseUrl] = await once(server, "message");
const report = [await sizes(), await firstTokens(baseUrl), await calls(baseUrl), await memory()];
server.disconnect();
const heads = [
  "main bundle",
  "up to a first call",
  "start to a first token",
  "a call, stubbed",
  "a call over loopback",
];
const brief = table(
  ["", ...heads],
  rows((client) => summary[client]),
);
const [how, ...notMeasured] = setting();
console.log(
  JSON.stringify({
    summary: [brief, how].join("\n\n"),
    details: [how, ...notMeasured, ...report.flat()].join("\n\n"),
  }),
);
