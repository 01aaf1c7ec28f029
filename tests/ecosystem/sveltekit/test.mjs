import { createSandbox } from "smsworks-wasm/sandbox";
import { checkFramework } from "../shared/framework.mjs";
import { build, needNode, printVersions } from "../shared/programs.mjs";

needNode(22);
printVersions({ SvelteKit: "@sveltejs/kit", "adapter-node": "@sveltejs/adapter-node" });
build("vite", "build");
await checkFramework(createSandbox, () => [process.execPath, "dist"]);
