import { createSandbox } from "smsworks-wasm/sandbox";
import { checkFramework } from "../shared/framework.mjs";
import { build, needNode, printVersions } from "../shared/programs.mjs";

needNode(22);
printVersions({ Nuxt: "nuxt" });
build("nuxt", "build");
await checkFramework(createSandbox, () => [process.execPath, ".output/server/index.mjs"]);
