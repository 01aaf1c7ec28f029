// The Worker of the examples, bundled by Wrangler and run in workerd, with the sandbox in place of the API and a KV namespace.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { createSandbox } from "smsworks-wasm/sandbox";
import { needNode } from "../shared/programs.mjs";
import { bundle, modulesOf, start } from "./workers.mjs";

needNode(22);

const PAIR = { customerid: "customer-1", key: "key-1", secret: "secret-1" };
const PASSWORD = "password-1";
const PROGRAM = "cloudflare-worker";
const out = "node_modules/.example";
bundle(out, `node_modules/smsworks-wasm/examples/${PROGRAM}.mjs`);

const sandbox = createSandbox({ customers: [PAIR] });
const api = await sandbox.listen();
const kept = new Map();
const kv = await serveKv();
const runtime = start(out, config());
const [line] = await once(createInterface(runtime.stdio[3]), "line");
const url = `http://127.0.0.1:${JSON.parse(line).port}/`;

const ask = (password) => fetch(url, { headers: { Authorization: `Bearer ${password}` } });
const send = async () => assert.deepEqual(await (await ask(PASSWORD)).json(), { status: "SENT" });
const logins = () => sandbox.requests.filter(({ operation }) => operation === "login").length;
for (const password of ["", "another", "undefined"]) assert.equal((await ask(password)).status, 401);
assert.equal(sandbox.requests.length, 0, "requests for those without the password");
for (let count = 1; count <= 3; count++) {
  await send();
  assert.equal(sandbox.messages.length, count);
}
assert.equal(logins(), 1, "logins");
assert.match(kept.get("smsworks"), /^JWT eyJ/);
sandbox.revokeTokens();
await send();
await send();
assert.equal(logins(), 2, "logins once the token was revoked");
await Promise.all([send(), send(), send()]);
assert.equal(sandbox.messages.length, 8);
console.log("the Worker of the examples sent its texts, with the token in KV");
process.exit();

/** What workerd asks for in place of KV: a path is a key, and what is not there is 404. */
async function serveKv() {
  const server = createServer({ keepAliveTimeout: 0 }, async (request, response) => {
    const key = decodeURIComponent(new URL(request.url, "http://kv").pathname.slice(1));
    let body = "";
    for await (const chunk of request) body += chunk;
    if (request.method === "PUT") kept.set(key, body);
    if (request.method === "DELETE") kept.delete(key);
    const isMissing = request.method === "GET" && !kept.has(key);
    response.writeHead(isMissing ? 404 : 200).end(request.method === "GET" ? kept.get(key) : "");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server.address().port;
}

function config() {
  const modules = modulesOf(out, `${PROGRAM}.js`);
  const bindings = [
    `(name = "SMSWORKS_KEY", text = "${PAIR.key}")`,
    `(name = "SMSWORKS_SECRET", text = "${PAIR.secret}")`,
    `(name = "PASSWORD", text = "${PASSWORD}")`,
    '(name = "TOKENS", kvNamespace = "kv")',
  ];
  return {
    services: [
      `(name = "main", worker = (compatibilityDate = "2026-10-01", modules = [${modules}], bindings = [${bindings}], globalOutbound = "api"))`,
      `(name = "api", external = (address = "${new URL(api.url).host}", http = ()))`,
      `(name = "kv", external = (address = "127.0.0.1:${kv}", http = ()))`,
    ],
    sockets: ['(name = "main", service = "main", address = "127.0.0.1:0", http = ())'],
  };
}
