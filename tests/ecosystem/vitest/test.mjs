import { createSandbox } from "smsworks-wasm/sandbox";
import { needNode, printVersions, runPrograms } from "../shared/programs.mjs";

needNode(22);
printVersions({ Vitest: "vitest", jsdom: "jsdom", "happy-dom": "happy-dom" });
await runPrograms(createSandbox, () => [
  [process.execPath, "node_modules/vitest/vitest.mjs", "run", "--silent=passed-only"],
]);
