import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { Readable } from "node:stream";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript" };

/**
 * Serves over HTTP, at an origin of its own, until it is closed.
 *
 * @param {(request: Request, path: string) => Promise<Response | undefined>} answer A request without a response loses its connection.
 */
export async function serve(answer) {
  const server = createServer(async (incoming, outgoing) => {
    const request = toRequest(incoming);
    let response;
    try {
      response = await answer(request, new URL(request.url).pathname);
    } catch (error) {
      // A request that its client has given up needs no answer.
      if (!incoming.destroyed) throw error;
    }
    if (!response) return incoming.socket.destroy();
    outgoing.writeHead(response.status, { "Cache-Control": "no-store", ...Object.fromEntries(response.headers) });
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** @param {import("node:http").IncomingMessage} incoming */
function toRequest(incoming) {
  const { url, method, headers } = incoming;
  const body = method === "GET" || method === "HEAD" ? undefined : Readable.toWeb(incoming);
  return new Request(`http://127.0.0.1${url}`, { method, headers, body, duplex: "half" });
}

/** A file of a folder; `index.html` for the folder itself. */
export async function file(folder, path) {
  const name = path.endsWith("/") ? `${path}index.html` : path;
  try {
    return new Response(await readFile(join(folder, name)), {
      headers: { "Content-Type": TYPES[extname(name)] ?? "text/plain" },
    });
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    return new Response(`There is no ${path}`, { status: 404 });
  }
}

/** What another server answers. */
export const from = (url) => async (request, path) => {
  const { search } = new URL(request.url);
  const { status, headers, body } = await fetch(`${url}${path}${search}`);
  return new Response(body, { status, headers: { "Content-Type": headers.get("Content-Type") ?? "text/plain" } });
};

/** Of an error message that no other file of the package has. */
const ONLY_IN_CORE = "failed inside smsworks-wasm";

/**
 * Serves an application that the package was bundled into, and finds the core in what it serves. `loads` counts it, and while
 * `isCoreDown` it is refused.
 */
export async function serveApp(answer) {
  const app = { loads: 0, isCoreDown: false };
  const server = await serve(async (request, path) => {
    // Nuxt has the browser fetch, when it is idle, all that may be loaded later.
    if (request.headers.has("Sec-Purpose")) return new Response("Unavailable", { status: 503 });
    const response = await answer(request, path);
    // Minifiers keep a string as it is, but for the backslash by which it goes on in the next line.
    const text = (await response.clone().text()).replaceAll("\\\n", "");
    if (!text.includes(ONLY_IN_CORE)) return response;
    app.loads++;
    return app.isCoreDown ? new Response("Unavailable", { status: 503 }) : response;
  });
  return Object.assign(app, server);
}

/** A port of the loopback interface that nothing listens on, for a program that has to be told one. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
