import { createSandbox } from "smsworks-wasm/sandbox";
import { checkFramework } from "../shared/framework.mjs";
import { build, needNode, printVersions } from "../shared/programs.mjs";

needNode(22);
printVersions({ Angular: "@angular/core" });
build("architect", "app:build");
await checkFramework(createSandbox, () => [process.execPath, "dist/server/server.mjs"]);
