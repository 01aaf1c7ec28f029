// The sandbox inside a test, in environments that stand in for a browser, by `require` and by `import`. Imported, the package
// is what a browser gets.
import { createSandbox } from "smsworks-wasm/sandbox";
import { printVersions, runPrograms } from "../shared/programs.mjs";

const jest = "node_modules/jest/bin/jest.js";

printVersions({
  Jest: "jest",
  "jest-environment-jsdom": "jest-environment-jsdom",
  "jest-fixed-jsdom": "jest-fixed-jsdom",
  "@happy-dom/jest-environment": "@happy-dom/jest-environment",
});
await runPrograms(createSandbox, () => [
  [process.execPath, jest, "\\.test\\.js$"],
  [process.execPath, "--experimental-vm-modules", jest, "\\.test\\.mjs$"],
]);
