// @ts-check
import { answerFrom } from "./answer.js";
import { faultQueue } from "./faults.js";
import { fetchFrom } from "./fetch.js";
import { catchUp, check, store } from "./messages.js";
import { checkOptions, isObject, must } from "./options.js";
import { listen } from "./server.js";

const MAX_REQUESTS = 1000;

/**
 * @param {import("./index.d.ts").SandboxOptions} [options]
 * @returns {import("./index.d.ts").Sandbox}
 */
export function createSandbox(options) {
  const { customers, pairs, now, tokenLifetimeSeconds, credits } = checkOptions(options);
  let ahead = 0;
  const fresh = () => ({
    accounts: new Map([...customers].map((customerid) => [customerid, openAccount(customerid, credits)])),
    pairs: new Map(pairs),
    lastId: 100_000_000,
  });
  /** @type {import("./operations.js").State} */
  const state = { ...fresh(), now: () => now() + ahead, tokenLifetimeSeconds };
  const faults = faultQueue();
  /** @type {import("./index.d.ts").ReceivedRequest[]} */
  const requests = [];

  const answer = answerFrom(state, faults, (received) => {
    requests.push(received);
    if (requests.length > MAX_REQUESTS) requests.shift();
  });

  const sandbox = {
    fetch: fetchFrom(answer),
    listen: (port = 0) => listen(answer, port),
    fail(/** @type {import("./index.d.ts").Fault | null} */ fault) {
      if (fault === null) faults.clear();
      else faults.add(fault);
    },
    reset() {
      faults.clear();
      requests.length = 0;
      ahead = 0;
      Object.assign(state, fresh());
    },
    requests,
    receive(/** @type {import("./index.d.ts").IncomingMessage} */ incoming) {
      must(isObject(incoming), "receive takes a message, which is an object");
      const { customerid = [...customers][0], keyword, ...message } = incoming;
      const account = state.accounts.get(customerid);
      if (!account) throw new TypeError("customerid must be one of the sandbox's customers");
      const { sender, destination, content } = check(message);
      return plain(store(account, state, { sender, destination, content, keyword, status: "INCOMING", unread: true }));
    },
    advance(/** @type {number} */ ms) {
      must(typeof ms === "number" && ms >= 0, "advance takes a number of milliseconds, 0 or more");
      ahead += ms;
    },
    revokeTokens() {
      state.signingKey = undefined;
    },
  };
  // They name customers, so what prints the sandbox leaves them out.
  return Object.defineProperties(/** @type {any} */ (sandbox), {
    messages: {
      get() {
        catchUp(state);
        return [...state.accounts.values()].flatMap(({ messages }) => plain([...messages.values()]));
      },
    },
    credits: {
      get: () => Object.fromEntries([...state.accounts].map(([customerid, { credits }]) => [customerid, credits])),
    },
  });
}

/** What the API would send of it. @type {<T>(value: T) => T} */
const plain = (value) => JSON.parse(JSON.stringify(value));

/** @type {(customerid: string, credits: number) => import("./operations.js").Account} */
function openAccount(customerid, credits) {
  return { customerid, credits, messages: new Map(), scheduled: new Map(), otps: new Map() };
}
