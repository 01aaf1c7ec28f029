import { createSandbox } from "smsworks-wasm/sandbox";
import { createServer } from "vite";
import { checkApp } from "../shared/browser.mjs";
import { printVersions } from "../shared/programs.mjs";
import { file, from } from "../shared/serve.mjs";

printVersions({ Vite: "vite" });
await checkApp({ createSandbox, answer: (request, path) => file("dist", path) });

// The calls are in a folder beside this one.
const server = await createServer({ logLevel: "warn", server: { host: "127.0.0.1", port: 0, fs: { allow: [".."] } } });
await server.listen();
const { port } = server.httpServer.address();
await checkApp({ createSandbox, answer: from(`http://127.0.0.1:${port}`) });
await server.close();
