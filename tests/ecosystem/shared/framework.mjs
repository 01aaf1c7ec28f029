import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { checkApp, start, stop } from "./browser.mjs";
import { freePort, from } from "./serve.mjs";
import { startServers } from "./servers.mjs";

/**
 * Starts the server that a framework has built, and has the application make the calls, in its page and at its routes.
 *
 * @param {typeof import("smsworks-wasm/sandbox").createSandbox} createSandbox
 * @param {(port: string) => string[]} command A program and its arguments. The environment has the port, too, as PORT. It prints
 * its URL.
 * @param {string[]} [routes]
 */
export async function checkFramework(createSandbox, command, routes = ["calls"]) {
  const free = String(await freePort());
  const [program, ...args] = command(free);
  const env = { ...process.env, PORT: free, HOST: "127.0.0.1" };
  const server = start(program, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  const url = `http://127.0.0.1:${await printedPort(server)}`;
  await checkApp({ createSandbox, answer: from(url) });
  await checkRoutes(createSandbox, url, routes);
  await stop(server);
}

/** Has the routes of a server make the calls: they answer a POST of what checkCalls takes with what app.js' `readme` and `run` give. */
export async function checkRoutes(createSandbox, url, routes) {
  const { calls, close } = await startServers(createSandbox);
  const headers = { "Content-Type": "application/json" };
  for (const route of routes) {
    const response = await fetch(`${url}/${route}`, { method: "POST", headers, body: JSON.stringify(calls) });
    const body = await response.text();
    assert.equal(response.status, 200, body);
    const [readme, run] = JSON.parse(body);
    assert.equal(readme, "JWT eyJ", route);
    assert.match(run, /went as promised/, route);
  }
  await close();
}

async function printedPort({ stdout }) {
  for await (const line of createInterface(stdout)) {
    const [, port] = /http:\/\/\S+?:(\d+)/.exec(line) ?? [];
    if (!port) continue;
    stdout.resume();
    return port;
  }
  throw new Error("the server has ended");
}
