import { createSandbox } from "smsworks-wasm/sandbox";
import { checkApp } from "../shared/browser.mjs";
import { printVersions } from "../shared/programs.mjs";
import { file } from "../shared/serve.mjs";

printVersions({ Rspack: "@rspack/core" });
await checkApp({ createSandbox, answer: (request, path) => file(path === "/" ? "." : "dist", path) });
