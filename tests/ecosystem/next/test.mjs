import { createSandbox } from "smsworks-wasm/sandbox";
import { checkFramework } from "../shared/framework.mjs";
import { printVersions } from "../shared/programs.mjs";

printVersions({ "Next.js": "next" });

process.env.NEXT_TELEMETRY_DISABLED = "1";
const command = (port) => ["node_modules/.bin/next", "start", "--hostname", "127.0.0.1", "--port", port];
await checkFramework(createSandbox, command, ["node", "edge"]);
