import { createSandbox } from "smsworks-wasm/sandbox";
import { printVersions, runPrograms } from "../shared/programs.mjs";

const jest = "node_modules/jest/bin/jest.js";

printVersions({ Jest: "jest", "jest-environment-jsdom": "jest-environment-jsdom" });
await runPrograms(createSandbox, () => [
  [process.execPath, jest, "require.test", "jsdom.test"],
  [process.execPath, "--experimental-vm-modules", jest, "import.test"],
]);
