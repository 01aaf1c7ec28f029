import { createSandbox } from "smsworks-wasm/sandbox";
import { checkApp } from "../shared/browser.mjs";
import { build, needNode, printVersions } from "../shared/programs.mjs";
import { file } from "../shared/serve.mjs";

needNode(22);
printVersions({ Metro: "metro" });
build("metro", "build", "both.js", "--platform", "web", "--config", "metro.config.cjs", "--out", "dist/app.js");
await checkApp({
  createSandbox,
  splits: false,
  answer: (request, path) => file(path === "/" ? "." : "dist", path),
});
