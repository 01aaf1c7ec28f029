import { createSandbox } from "smsworks-wasm/sandbox";
import { checkApp } from "../shared/browser.mjs";
import { printVersions } from "../shared/programs.mjs";
import { file } from "../shared/serve.mjs";

printVersions({ Rollup: "rollup" });
await checkApp({ createSandbox, answer: (request, path) => file(path === "/" ? "." : "dist", path) });
