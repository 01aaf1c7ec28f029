import { createSandbox } from "smsworks-wasm/sandbox";
import { checkFramework } from "../shared/framework.mjs";
import { build, needNode, printVersions } from "../shared/programs.mjs";

needNode(22);
printVersions({ Astro: "astro", "@astrojs/node": "@astrojs/node" });
process.env.ASTRO_TELEMETRY_DISABLED = "1";
build("astro", "build");
await checkFramework(createSandbox, () => [process.execPath, "dist/server/entry.mjs"]);
