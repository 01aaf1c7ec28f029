import { createSandbox } from "smsworks-wasm/sandbox";
import { checkApp } from "../shared/browser.mjs";
import { printVersions } from "../shared/programs.mjs";
import { file } from "../shared/serve.mjs";

printVersions({ Rollup: "rollup" });
for (const [folder, splits] of [
  ["dist/split", true],
  ["dist/whole", false],
]) {
  await checkApp({ createSandbox, splits, answer: (request, path) => file(path === "/" ? "." : folder, path) });
}
