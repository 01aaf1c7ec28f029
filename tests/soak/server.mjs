// The API over loopback, in a process of its own. It tells its parent the URL and, when asked, how many requests and connections there are.
import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { answer } from "./api.mjs";

/** How many requests are neither answered nor given up. */
let open = 0;

const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
  open++;
  response.once("close", () => open--);
  request.resume();
  request.on("end", () => {
    const path = new URL(request.url ?? "", "http://localhost").pathname.slice(3);
    const reply = answer(path, request.headers["x-fault"] ?? "");
    if (reply === "silence") return;
    if (reply === "reset") return request.socket.resetAndDestroy();
    if (reply === "garbage") return request.socket.end("220 ready\r\n\r\n");
    if (reply === "cut") {
      response.writeHead(200, { "Content-Length": 99 });
      return response.write('{"credits"', () => request.socket.destroy());
    }
    response.writeHead(reply.status, reply.headers);
    response.end(reply.body);
  });
});
server.listen(0, "127.0.0.1", () => process.send?.(`http://127.0.0.1:${server.address().port}/v1`));
process.on("message", async () => {
  // What was given up is known here a little later.
  for (let times = 0; open > 0 && times < 100; times++) await wait(20);
  server.getConnections((_, sockets) => process.send?.({ "open requests": open, sockets }));
});
process.on("disconnect", () => process.exit());
