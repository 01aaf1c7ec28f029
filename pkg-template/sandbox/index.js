// @ts-check
import { answerFrom } from "./answer.js";
import { faultQueue } from "./faults.js";
import { fetchFrom } from "./fetch.js";
import { checkOptions } from "./options.js";
import { listen } from "./server.js";

const MAX_REQUESTS = 1000;

/**
 * @param {import("./index.d.ts").SandboxOptions} [options]
 * @returns {import("./index.d.ts").Sandbox}
 */
export function createSandbox(options) {
  const { pairs, ...checked } = checkOptions(options);
  const state = { ...checked, pairs: new Map(pairs) };
  const faults = faultQueue();
  /** @type {import("./index.d.ts").ReceivedRequest[]} */
  const requests = [];

  const answer = answerFrom(state, faults, (received) => {
    requests.push(received);
    if (requests.length > MAX_REQUESTS) requests.shift();
  });

  return {
    fetch: fetchFrom(answer),
    listen: (port = 0) => listen(answer, port),
    fail(fault) {
      if (fault === null) faults.clear();
      else faults.add(fault);
    },
    reset() {
      faults.clear();
      requests.length = 0;
      state.pairs = new Map(pairs);
    },
    requests,
  };
}
