// The API's login and the files of a folder, over loopback, in a process of its own. It tells its parent the URL.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { reply } from "./contenders.mjs";

const [, , folder] = process.argv;
const TYPES = { html: "text/html", js: "text/javascript" };

const server = createServer(async (request, response) => {
  if (request.method === "POST") {
    request.resume();
    request.on("end", () => {
      response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(reply) });
      response.end(reply);
    });
    return;
  }
  const { pathname } = new URL(request.url, "http://localhost");
  const content = await readFile(join(folder, pathname)).catch(() => undefined);
  const type = TYPES[pathname.split(".").pop()];
  response.writeHead(content ? 200 : 404, { "Content-Type": type, "Cache-Control": "no-store" });
  response.end(content);
});
// A client that waits for its turn keeps its connection.
server.keepAliveTimeout = 600_000;
server.listen(0, "127.0.0.1", () => process.send(`http://127.0.0.1:${server.address().port}`));
process.on("disconnect", () => process.exit());
