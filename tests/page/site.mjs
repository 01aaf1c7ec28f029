// A static server of the page as it is published, below a path as on GitHub Pages. `cargo xtask pack` makes the folder.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";

const SITE = new URL("../../target/npm/site/", import.meta.url);
const BASE = "/smsworks-wasm/";
const TYPES = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml" };

/** @returns {Promise<{ url: string, close(): void }>} */
export async function serve() {
  const server = createServer(async (request, response) => {
    // The URL parser has taken every `..` out of the path.
    const { pathname } = new URL(request.url, "http://localhost");
    try {
      if (!pathname.startsWith(BASE)) throw new Error("not of the site");
      const path = pathname.slice(BASE.length) || "index.html";
      const body = path === "empty.html" ? "<!doctype html>" : await readFile(new URL(path, SITE));
      response.writeHead(200, { "Content-Type": TYPES[extname(path)] ?? "application/octet-stream" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}${BASE}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
