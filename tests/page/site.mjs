// A static server as a stranger would set it up: the page, and the installed package in pkg/.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";

const PAGE = new URL("../../www/", import.meta.url);
const PACKAGE = new URL("node_modules/smsworks-wasm/", import.meta.url);
const TYPES = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml" };

/** @returns {Promise<{ url: string, close(): void }>} */
export async function serve() {
  const server = createServer(async (request, response) => {
    // The URL parser has taken every `..` out of the path.
    const { pathname } = new URL(request.url, "http://localhost");
    const path = pathname.replace(/\/$/, "/index.html").slice(1);
    const file = path.startsWith("pkg/") ? new URL(path.slice(4), PACKAGE) : new URL(path, PAGE);
    try {
      const body = path === "empty.html" ? "<!doctype html>" : await readFile(file);
      response.writeHead(200, { "Content-Type": TYPES[extname(path)] ?? "application/octet-stream" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
