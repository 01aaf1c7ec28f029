import { fork } from "node:child_process";
import { once } from "node:events";
import { BENCH } from "./folders.mjs";

/**
 * Starts a process for each of these clients. They keep what they have compiled, and wait while others are measured.
 *
 * @param {string[]} clients
 * @param {string} baseUrl
 */
export function startCallers(clients, baseUrl) {
  const start = (/** @type {string} */ client) => fork("calls.mjs", [client, baseUrl], { cwd: BENCH });
  const callers = new Map(clients.map((client) => [client, start(client)]));
  return {
    /** How many microseconds one of `count` calls takes, on an average. */
    time: async (/** @type {string} */ client, /** @type {string} */ measure, /** @type {number} */ count) => {
      const caller = callers.get(client);
      const answered = new AbortController();
      const { signal } = answered;
      caller.send({ measure, count });
      const [answer] = await Promise.race([once(caller, "message", { signal }), once(caller, "exit", { signal })]);
      answered.abort();
      if (!caller.connected) throw new Error(`the calls by ${client} ended the process`);
      return answer;
    },
    stop: () => callers.forEach((caller) => caller.disconnect()),
  };
}
