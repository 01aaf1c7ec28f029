// Both calls in Node, against the sandbox or, with credentials in the environment, the real API; then the demo page.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { AuthApi } from "../pkg/node.js";
import { createSandbox } from "../pkg/sandbox.js";

const shorten = (secret) => `${secret.slice(0, 8)}… (${secret.length} characters)`;

const NAMES = ["SMSWORKS_CUSTOMERID", "SMSWORKS_KEY", "SMSWORKS_SECRET"];
const [customerid, key, secret] = NAMES.map((name) => process.env[name]);
const isLive = Boolean(customerid && key && secret);
if (!isLive && (customerid || key || secret)) {
  console.error(`To call the real API, set all of ${NAMES.join(", ")}; to use the sandbox, set none.`);
  process.exit(2);
}

const calls = async (api, customer, credentials) => {
  const pair = await api.keySecret(customer);
  console.log(`keySecret → key ${pair.key}, secret ${shorten(pair.secret)}`);
  const { token } = await api.login(credentials ?? pair);
  console.log(`login     → token ${shorten(token)}`);
};

if (isLive) {
  console.log("Calling the real API.");
  await calls(new AuthApi(), customerid, { customerid, key, secret });
} else {
  const sandbox = createSandbox();
  const { url, close } = await sandbox.listen();
  console.log(`Calling the sandbox at ${url}.`);
  await calls(new AuthApi({ baseUrl: url }), "0fca8c3c-6cbc-11e7-8154-a6006ad3dba0");
  await close();
}

if (!process.argv.includes("--once")) {
  const TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
  };
  const server = createServer(async (request, response) => {
    // The URL parser has taken every `..` out of the path.
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const path = pathname.startsWith("/pkg/") ? `..${pathname}` : `../www${pathname.replace(/\/$/, "/index.html")}`;
    try {
      const body = await readFile(new URL(path, import.meta.url));
      response.writeHead(200, { "Content-Type": TYPES[extname(path)] ?? "application/octet-stream" }).end(body);
    } catch {
      response.writeHead(404, { "Content-Type": "text/plain" }).end("Not found\n");
    }
  });
  server.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => {
    const { port } = server.address();
    console.log(`The demo page: http://127.0.0.1:${port}/ (stop with Ctrl-C)`);
  });
}
