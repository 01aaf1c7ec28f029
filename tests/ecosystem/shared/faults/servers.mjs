import { createServer } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";
import { head, peerOf, receive } from "../../../node/hostile-server.mjs";
import { PAIR, TOKEN } from "./check.mjs";

/** What the API answers, by the end of a path. */
const ANSWERS = {
  getApiKey: PAIR,
  token: { token: TOKEN },
  send: { messageid: "m-1", status: "SENT", credits: 1, creditsUsed: 1 },
  balance: { credits: 7 },
};

/** With these, a page of any origin may make the requests, and read what it may read of the API's replies. */
export const CORS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Headers": "*, Authorization",
  "Access-Control-Expose-Headers": "*",
};

/**
 * Starts a server for each fault, on a port of its own.
 *
 * @param {import("./table.mjs").Fault[]} faults
 * @param {ReturnType<import("./certificates.mjs").makeCertificates>} certificates
 */
export async function startFaults(faults, certificates) {
  let connections = 0;
  const elsewhere = await listen(createServer((socket) => socket.destroy(void connections++)));
  const servers = await Promise.all(
    faults.map(async (fault) => {
      const requests = [];
      const server = await listen(serverOf(fault, certificates, requests, elsewhere.port));
      const { scheme = fault.certificate ? "https" : "http", host = "127.0.0.1" } = fault;
      if (fault.isRefused) await server.close();
      return { ...server, fault, requests, origin: `${scheme}://${host}:${server.port}` };
    }),
  );
  return {
    servers,
    /** How many connections were made to where replies lead. */
    elsewhere: () => connections,
    close: () => Promise.all([elsewhere, ...servers].map(({ close }) => close())),
  };
}

function serverOf({ when, script, certificate, tls, delayMs = 0 }, certificates, requests, elsewhere) {
  const serve = (socket, reset) => {
    const peer = { ...peerOf(socket), reset };
    if (when === "accepted") return script(peer);
    const run = (request) => {
      if (request.method === "OPTIONS") {
        if (request.body !== undefined) peer.end(head(204, CORS));
        return;
      }
      // Once, whether its head or all of it is there.
      if ((request.body === undefined) !== (when === "begun")) return;
      requests.push(request);
      const echo = `${request.head}\r\n\r\n${request.body ?? ""}`;
      const answer = JSON.stringify(ANSWERS[/\w+(?=$|\?)/.exec(request.target)]);
      script(peer, { ...request, echo, answer, elsewhere: `http://127.0.0.1:${elsewhere}` });
    };
    receive(socket, run, run);
  };
  return createServer((socket) => {
    const reset = () => socket.resetAndDestroy();
    if (!certificate) return serve(socket, reset);
    const secure = { isServer: true, secureContext: createSecureContext({ ...certificates[certificate], ...tls }) };
    setTimeout(() => serve(new TLSSocket(socket, { ...secure, ...tls }), reset), delayMs);
  });
}

async function listen(server) {
  const sockets = new Set();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: server.address().port,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        for (const socket of sockets) socket.destroy();
      }),
  };
}
