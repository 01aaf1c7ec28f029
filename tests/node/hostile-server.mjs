import { createServer } from "node:net";

/**
 * A server on 127.0.0.1 that does what it is told, right or wrong.
 *
 * The nth request is answered by the nth script, and requests beyond the last script by that one again. A script gets a
 * peer, which is the connection, and may be asynchronous. The server ends with the test, and keeps no process alive.
 */
export async function hostileServer(t, ...scripts) {
  const requests = [];
  const asking = [];
  const waiting = [];
  const failures = [];
  const sockets = new Set();
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    const peer = peerOf(socket);
    receive(socket, (request) => {
      const script = scripts[Math.min(requests.length, scripts.length - 1)];
      requests.push(request);
      asking.push(peer);
      Promise.resolve(request)
        .then(() => script(peer, request))
        .catch((error) => failures.push(error));
      for (const { count, resolve } of waiting) if (requests.length >= count) resolve(asking[count - 1]);
    });
  });
  server.unref();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise((resolve) => {
      server.close(resolve);
      for (const socket of sockets) socket.destroy();
    });
  t.after(async () => {
    await close();
    if (failures.length > 0) throw failures[0];
  });
  const { port } = server.address();
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    get connections() {
      return connections;
    },
    close,
    /** The peer of the nth request, from 1, once that request is there. */
    request: (count) =>
      new Promise((resolve) => {
        if (requests.length >= count) resolve(asking[count - 1]);
        else waiting.push({ count, resolve });
      }),
  };
}

/** A base URL at which nothing listens. */
export async function refusingUrl(t) {
  const { baseUrl, close } = await hostileServer(t, silence);
  await close();
  return baseUrl;
}

/** One end of a connection, as a script has it. */
export function peerOf(socket) {
  socket.on("error", () => {});
  const closed = new Promise((resolve) => socket.once("close", () => resolve()));
  const written = (data) => new Promise((resolve) => socket.write(data, (error) => resolve(!error)));
  return {
    /** Resolves once the connection is over. */
    closed,
    /** Resolves with whether the data left. */
    write: written,
    end: (data) => socket.end(data),
    reset: () => socket.resetAndDestroy(),
    /** Writes `chunk` over and over, as fast as the other end takes it; resolves with the bytes that left. */
    async pour(chunk, total) {
      let sent = 0;
      while (sent < total && (await Promise.race([written(chunk), closed]))) sent += chunk.length;
      return sent;
    },
    /** Writes `chunk` again and again, slowly, until the other end has gone. */
    async drip(chunk) {
      const timer = setInterval(() => socket.write(chunk), 5);
      await closed;
      clearInterval(timer);
    },
  };
}

/** Reads a request; `begun` is called once its head is there. */
export function receive(socket, done, begun = () => {}) {
  let bytes = Buffer.alloc(0);
  let request;
  const chunks = [];
  let size = 0;
  socket.on("data", (chunk) => {
    chunks.push(chunk);
    size += chunk.length;
    if (!request) {
      bytes = Buffer.concat(chunks);
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) return;
      request = parseHead(bytes.subarray(0, end).toString("latin1"), end + 4);
      begun(request);
    }
    if (request.isDone || size < request.bodyAt + request.length) return;
    request.isDone = true;
    const body = Buffer.concat(chunks)
      .subarray(request.bodyAt, request.bodyAt + request.length)
      .toString();
    const { method, target, headers, head } = request;
    done({ method, target, headers, head, body });
  });
}

function parseHead(head, bodyAt) {
  const [first, ...lines] = head.split("\r\n");
  const [method, target] = first.split(" ");
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { method, target, headers, head, bodyAt, length: Number(headers["content-length"] ?? 0), isDone: false };
}

/** Status line and headers. The connection ends with the reply, so that each request has its own. */
export function head(status, headers = {}) {
  const lines = Object.entries({ Connection: "close", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Said\r\n${lines.join("")}\r\n`;
}

/** A script that answers with these bytes or this text, whole. */
export function reply(status, body = "", headers = {}) {
  const bytes = Buffer.from(body);
  return (peer) => {
    peer.write(head(status, { "Content-Length": bytes.length, ...headers }));
    peer.end(bytes);
  };
}

/** A script that answers with JSON. */
export function json(status, value, headers = {}) {
  return reply(status, JSON.stringify(value), { "Content-Type": "application/json; charset=utf-8", ...headers });
}

/** A script that says nothing. */
export function silence() {}

/** A script that breaks the connection instead of an answer. */
export function reset(peer) {
  peer.reset();
}
