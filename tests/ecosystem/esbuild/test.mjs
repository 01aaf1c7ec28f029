import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSandbox } from "smsworks-wasm/sandbox";
import { checkApp } from "../shared/browser.mjs";
import { printVersions, runPrograms } from "../shared/programs.mjs";
import { file } from "../shared/serve.mjs";

printVersions({ esbuild: "esbuild" });
for (const [folder, splits] of [
  ["dist/split", true],
  ["dist/whole", false],
]) {
  await checkApp({ createSandbox, splits, answer: (request, path) => file(path === "/" ? "." : folder, path) });
}

// For a server, where there is no node_modules.
const bare = mkdtempSync(join(tmpdir(), "bare-"));
const servers = ["server.mjs", "server.cjs"].map((name) => join(bare, name));
for (const server of servers) cpSync(join("dist", server.slice(bare.length)), server);
await runPrograms(createSandbox, (calls) => servers.map((server) => [process.execPath, server, calls]));
rmSync(bare, { recursive: true });
