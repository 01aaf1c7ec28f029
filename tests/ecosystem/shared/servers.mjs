import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";

/**
 * What the programs of a runtime call: a sandbox, and servers at which every call is a network failure, each in its own way.
 * They say back what they were sent, so that an error which quotes them has secrets in it.
 *
 * @param {typeof import("smsworks-wasm/sandbox").createSandbox} createSandbox
 */
export async function startServers(createSandbox) {
  const sandbox = await createSandbox().listen();
  const failing = await Promise.all([
    listen((socket) => socket.resetAndDestroy()),
    listen((socket, request) => socket.end(request)),
    listen((socket, request) => socket.end(`HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n${request}`)),
    listen((socket, request) => socket.end(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${request}`)),
  ]);
  const redirecting = await listen((socket, request) => {
    const [, path] = String(request).split(" ");
    socket.end(
      `HTTP/1.1 307 Temporary Redirect\r\nLocation: ${new URL(path, sandbox.url)}\r\nContent-Length: 0\r\n\r\n`,
    );
  });
  const ending = await listenAndEnd();
  const noTls = sandbox.url.replace("http:", "https:");
  const noServer = "http://127.0.0.1:2/v1";
  return {
    /** What checkCalls is given. */
    calls: {
      baseUrl: sandbox.url,
      failingUrls: [noServer, noTls, ...failing.map(({ url }) => url)],
      redirectingUrls: [redirecting.url],
      /** What checkSentOnce is given. */
      endingUrl: ending.url,
    },
    close: () => Promise.all([sandbox, redirecting, ending, ...failing].map((server) => server.close())),
  };
}

/**
 * A server that answers a GET of `/keep` and keeps the connection; it reads any other request and ends the connection without an
 * answer. A GET of `/requests` tells of those since the last one.
 */
async function listenAndEnd() {
  let requests = [];
  const used = new WeakSet();
  const server = createHttpServer({ keepAliveTimeout: 0 }, async (request, response) => {
    const { method, url, socket } = request;
    if (url === "/v1/keep") {
      used.add(socket);
      response.end("kept");
    } else if (url === "/v1/requests") {
      response.setHeader("Connection", "close").end(JSON.stringify(requests));
      requests = [];
    } else {
      for await (const _ of request);
      requests.push(`${method} ${url} ${used.has(socket) ? "reused" : "new"}`);
      socket.destroy();
    }
  });
  return opened(server, () => server.closeAllConnections());
}

/** A server that answers the first bytes that it is sent with this. */
async function listen(answer) {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("data", (request) => answer(socket, request));
  });
  return opened(server, () => {
    for (const socket of sockets) socket.destroy();
  });
}

/** A server once it listens, with a `close` that also ends its connections. */
async function opened(server, endConnections) {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/v1`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        endConnections();
      }),
  };
}
