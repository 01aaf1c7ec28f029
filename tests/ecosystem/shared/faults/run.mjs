import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { findLeaks } from "../calls.mjs";
import { makeCertificates } from "./certificates.mjs";
import { SECRETS } from "./check.mjs";
import { startFaults } from "./servers.mjs";
import { FAULTS, REPEAT_GETS } from "./table.mjs";

const OPERATIONS = ["keySecret", "login", "send", "read", "fetch", "sendWithLogin"];
/** What a place is like, where the table says nothing of itself. */
const KINDS = { Node20: "Node", Node22: "Node", Chromium: "browsers", Firefox: "browsers", WebKit: "browsers" };

/**
 * Has every call meet every fault in a place.
 *
 * @param {string} place Such as `"Node"`.
 * @param {number} atOnce How many calls to make at a time.
 * @param {(given: object, authority: string) => Promise<{ broken: string[], printed?: string }>} check Calls `checkFaults` there.
 */
export async function runFaults(place, atOnce, check) {
  const certificates = makeCertificates();
  const faults = FAULTS.map(([name, what, ends, differs]) => ({
    name,
    ends,
    differs,
    ...(typeof what === "function" ? { script: what } : what),
  }));
  const { servers, elsewhere, close } = await startFaults(faults, certificates);
  const cells = servers
    .flatMap(({ origin, fault: { name, ends, differs } }) =>
      OPERATIONS.map((operation) => ({
        fault: name,
        operation,
        baseUrl: `${origin}/${operation}/v1`,
        ends: [endsIn(place, ends, differs)[operation]].flat(),
      })),
    )
    .filter(({ ends }) => ends[0]);
  let broken;
  try {
    broken = await check({ cells, atOnce }, certificates.authority);
    for (const { fault, origin, requests } of servers) {
      const counts = {};
      const isPlain = !fault.when && !fault.isRefused && origin.startsWith("http:") && !fault.certificate;
      for (const { operation, ends } of isPlain ? cells.filter((cell) => cell.fault === fault.name) : []) {
        const isThere = requests.some(({ target }) => target.startsWith(`/${operation}/`));
        // On a machine that is busy enough, the time is over before the request is there.
        if (!isThere && !ends.some(({ code }) => code === "timeout"))
          broken.push(`${operation}, ${fault.name}: no request`);
      }
      for (const { method, target, headers } of requests) {
        const name = `${fault.name}: ${method} ${target}`;
        counts[name] = (counts[name] ?? 0) + 1;
        if (headers.referer || headers.cookie) broken.push(`${name} came with Referer or Cookie`);
        if (counts[name] === 2 && !(method === "GET" && REPEAT_GETS.includes(place))) broken.push(`${name} came twice`);
      }
    }
    if (elsewhere() > 0) broken.push(`${elsewhere()} connections were made to where replies lead`);
  } finally {
    await close();
  }
  for (const problem of broken) console.error(`${place}: ${problem}`);
  if (broken.length > 0) process.exitCode = 1;
  console.log(`${place}: ${faults.length} faults, ${cells.length} calls, ${broken.length} problems`);
}

const endsIn = (place, ends, differs = {}) => differs[place] ?? differs[KINDS[place]] ?? ends;

/**
 * Does so in a runtime, by the program faults.mjs in its folder.
 *
 * @param {string[]} command What runs a program.
 * @param {string} trusting The variable that has the runtime trust the authority in a file.
 */
export async function runFaultsIn(place, [program, ...args], trusting) {
  const folder = await mkdtemp(join(tmpdir(), "faults-"));
  const file = join(folder, "authority.pem");
  await runFaults(place, 128, async (given, authority) => {
    await writeFile(file, authority);
    const child = spawn(program, [...args, "faults.mjs"], { env: { ...process.env, [trusting]: file } });
    child.stdin.end(JSON.stringify(given));
    const [printed, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    if (code !== 0) return [`it ended with ${code}, and printed ${printed} ${errors}`];
    return [...JSON.parse(printed), ...findLeaks(errors, SECRETS)];
  });
  await rm(folder, { recursive: true });
}
