// Every fault of the table, in workerd itself: in Wrangler's test harness, Node would make the requests.
import { once } from "node:events";
import { createInterface } from "node:readline";
import { findLeaks } from "../shared/calls.mjs";
import { SECRETS } from "../shared/faults/check.mjs";
import { runFaults } from "../shared/faults/run.mjs";
import { needNode } from "../shared/programs.mjs";
import { atDates, bundle, start } from "./workers.mjs";

needNode(22);

const folder = "node_modules/.worker";
bundle(folder);

await runFaults("workerd", 128, async (given, authority) => {
  const { services, sockets } = atDates(["2026-10-01"], folder, "worker.js");
  const tls = `(trustBrowserCas = true, trustedCertificates = [${JSON.stringify(authority)}])`;
  services.unshift(`(name = "internet", network = (allow = ["public", "private"], tlsOptions = ${tls}))`);
  const runtime = start(folder, { services, sockets }, "pipe");
  let logged = "";
  runtime.stderr.on("data", (chunk) => (logged += chunk));
  const [line] = await once(createInterface(runtime.stdio[3]), "line");
  const response = await fetch(`http://127.0.0.1:${JSON.parse(line).port}`, {
    method: "POST",
    body: JSON.stringify(given),
  });
  const answer = await response.text();
  runtime.kill("SIGKILL");
  if (!response.ok) return [`${answer}\n${logged}`];
  return [...JSON.parse(answer), ...findLeaks(logged, SECRETS)];
});
process.exit();
