// @ts-check
import { MAX_BODY } from "./body.js";

/**
 * Serves the sandbox on a port of the loopback interface.
 * @param {import("./answer.js").Answer} answer
 * @param {number} port
 */
export async function listen(answer, port) {
  const { createServer } = await nodeHttp();
  /** @type {WeakSet<import("node:net").Socket>} */
  const used = new WeakSet();
  const server = createServer((incoming, outgoing) => {
    const { socket } = incoming;
    const reused = used.has(socket);
    used.add(socket);
    serve(answer, incoming, outgoing, reused).catch(() => socket.destroy());
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(undefined));
  });

  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    /** @returns {Promise<void>} */
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** @returns {Promise<typeof import("node:http")>} */
async function nodeHttp() {
  try {
    // Jest's CommonJS modules cannot import(), and bundlers must not look for it. Next's edge throws when asked.
    const builtin = globalThis.process?.getBuiltinModule?.("node:http");
    if (builtin) return builtin;
    return await import(/* webpackIgnore: true */ /* @vite-ignore */ ["node", "http"].join(":"));
  } catch (cause) {
    throw new Error("listen needs node:http, which this runtime does not have: use the sandbox's fetch", { cause });
  }
}

/**
 * @param {import("./answer.js").Answer} answer
 * @param {import("node:http").IncomingMessage} incoming
 * @param {import("node:http").ServerResponse} outgoing
 * @param {boolean} reused
 */
async function serve(answer, incoming, outgoing, reused) {
  const gone = new AbortController();
  outgoing.once("close", () => gone.abort());

  const body = await read(incoming);
  const outcome = await answer(toCall(incoming, body), gone.signal);
  if (outcome === "refused") {
    refuse(incoming.socket, reused);
    return;
  }
  const { status, headers, body: content, network } = outcome;
  outgoing.writeHead(status, Object.fromEntries(headers));
  if (!network || !content) {
    outgoing.end(content);
    return;
  }
  outgoing.write(content.slice(0, content.length / 2), () => {
    if (network === "cut") incoming.socket.destroy();
  });
}

/**
 * A client may by itself repeat a request that got no answer on a connection that it reused
 * (RFC 9110, 9.2.2), and would not notice the fault. There, the answer is something that is not HTTP.
 * @param {import("node:net").Socket} socket
 * @param {boolean} reused
 */
function refuse(socket, reused) {
  if (reused) socket.end("\0", () => socket.destroy());
  else socket.destroy();
}

/**
 * @param {import("node:http").IncomingMessage} incoming
 * @param {Uint8Array} body
 */
function toCall({ method = "GET", url: target = "/", headers }, body) {
  const origin = "http://127.0.0.1";
  const url = URL.canParse(target, origin) ? new URL(target, origin).href : origin;
  return { method, url, headers: new Headers(/** @type {Record<string, string>} */ (headers)), body };
}

/**
 * Reads on past the bound, since a client that is still sending would miss the answer; but keeps no more
 * than it takes to see that the body is too large.
 * @param {import("node:http").IncomingMessage} incoming
 */
async function read(incoming) {
  const chunks = [];
  let size = 0;
  for await (const chunk of incoming) {
    if (size <= MAX_BODY) chunks.push(chunk);
    size += chunk.length;
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
