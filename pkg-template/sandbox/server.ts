import type * as http from "node:http";
import type { Socket } from "node:net";
import type { Answer, Call } from "./answer.js";
import { MAX_BODY } from "./fields.js";
import type { SandboxServer } from "./types.js";

/** What CommonJS has to require by; it is set by the build. */
declare const nodeRequire: ((name: "node:http") => typeof http) | undefined;

/** Serves the sandbox on a port of the loopback interface. */
export async function listen(answer: Answer, port: number): Promise<SandboxServer> {
  const { createServer } = nodeHttp();
  const used = new WeakSet<Socket>();
  const server = createServer((incoming, outgoing) => {
    const { socket } = incoming;
    const reused = used.has(socket);
    used.add(socket);
    serve(answer, incoming, outgoing, reused).catch(() => socket.destroy());
  });
  // A test that computes for seconds, or stands at a breakpoint, would find its connection closed as it goes on, whether or not a
  // request has gone over it.
  Object.assign(server, { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // The workers of a cluster would share a port, and each has a sandbox of its own.
    server.listen({ port, host: "127.0.0.1", exclusive: true }, resolve);
  });

  const address = server.address();
  const taken = typeof address === "object" && address ? address.port : port;
  return {
    url: `http://127.0.0.1:${taken}/v1`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function nodeHttp(): typeof http {
  let cause: unknown;
  try {
    // Cloudflare's has node:http, and its servers say that they listen; but what connects to the port finds nobody.
    const isWorker = globalThis.navigator?.userAgent === "Cloudflare-Workers";
    // Node below 20.16 has only the second, and Next's edge throws when asked. It is no import(): Metro refuses one of what it
    // cannot find, and bundlers for browsers must not look for it.
    const found = isWorker
      ? undefined
      : (globalThis.process?.getBuiltinModule?.("node:http") ?? nodeRequire?.("node:http"));
    if (found) return found;
  } catch (error) {
    cause = error;
  }
  const advice = "listen needs a server of node:http, which this runtime does not have: use the sandbox's fetch";
  throw new Error(advice, { cause });
}

async function serve(answer: Answer, incoming: http.IncomingMessage, outgoing: http.ServerResponse, reused: boolean) {
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
 */
function refuse(socket: Socket, reused: boolean): void {
  if (reused) socket.end("\0", () => socket.destroy());
  else socket.destroy();
}

function toCall({ method = "GET", url: target = "/", headers }: http.IncomingMessage, body: Uint8Array): Call {
  const origin = "http://127.0.0.1";
  const url = URL.canParse(target, origin) ? new URL(target, origin).href : origin;
  // Cookies that are set come as a list.
  const all = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  return { method, url, headers: new Headers(all), body };
}

/**
 * Reads on past the bound, since a client that is still sending would miss the answer; but keeps no more
 * than it takes to see that the body is too large.
 */
async function read(incoming: AsyncIterable<Uint8Array<ArrayBuffer>>) {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    if (size <= MAX_BODY) chunks.push(chunk);
    size += chunk.length;
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
