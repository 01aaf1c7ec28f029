import { createSandbox } from "smsworks-wasm/sandbox";
import { checkFramework } from "../shared/framework.mjs";
import { build, needNode, printVersions } from "../shared/programs.mjs";

needNode(22);
printVersions({ "React Router": "react-router" });
build("react-router", "build");
await checkFramework(createSandbox, () => ["node_modules/.bin/react-router-serve", "dist/server/index.js"]);
