import { answerFrom } from "./answer.js";
import { faultQueue } from "./faults.js";
import { fetchFrom } from "./fetch.js";
import { isObject, must } from "./guards.js";
import { catchUp, receive } from "./messages.js";
import { checkOptions } from "./options.js";
import { postReports } from "./reports.js";
import { listen } from "./server.js";
import { type Account, LAST_TIME, type State } from "./state.js";
import type { ReceivedRequest, Sandbox, SandboxMessage, SandboxOptions } from "./types.js";

export type * from "./types.js";

const MAX_REQUESTS = 1000;

/**
 * A small stand-in for The SMS Works API, in memory, for demos and tests.
 *
 * It needs nothing but web standards. It follows the public descriptions of the API (OpenAPI 1.9, and 1.2,
 * the last one with the two auth calls); where that is silent, the doc comments say what the sandbox does instead.
 *
 * @example
 * import { createSandbox } from "smsworks-wasm/sandbox";
 *
 * const sandbox = createSandbox();
 * const api = new AuthApi({ fetch: sandbox.fetch });
 * const { key, secret } = await api.keySecret("0fca8c3c-6cbc-11e7-8154-a6006ad3dba0");
 *
 * sandbox.fail({ operation: "login", status: 503, retryAfter: 1, times: 1 });
 * const { token } = await api.login({ key, secret }); // after one retry
 */
export function createSandbox(options?: SandboxOptions): Sandbox {
  const { customers, pairs, now, tokenLifetimeSeconds, credits, deliveryReports } = checkOptions(options);
  let ahead = 0;
  const fresh = () => ({
    accounts: new Map([...customers].map((customerid) => [customerid, openAccount(customerid, credits)])),
    pairs: new Map(pairs),
    lastId: 100_000_000,
    underway: [],
  });
  const clock = () => {
    const time = now();
    must(
      typeof time === "number" && Math.abs(time) <= LAST_TIME,
      "now must return a number of milliseconds since 1970",
    );
    return Math.min(time + ahead, LAST_TIME);
  };
  const look = () => {
    try {
      catchUp(state);
    } catch {
      // The caller's clock is broken, as the next request will say.
    }
  };
  const reports = postReports(deliveryReports, look);
  const state: State = { ...fresh(), now: clock, tokenLifetimeSeconds, reports };
  const faults = faultQueue();
  const requests: ReceivedRequest[] = [];

  const answer = answerFrom(state, faults, (received) => {
    requests.push(received);
    if (requests.length > MAX_REQUESTS) requests.shift();
  });

  const sandbox: Sandbox = {
    fetch: fetchFrom(answer),
    listen: (port = 0) => listen(answer, port),
    fail(fault) {
      if (fault === null) faults.clear();
      else faults.add(fault);
    },
    reset() {
      faults.clear();
      reports.clear();
      requests.length = 0;
      ahead = 0;
      Object.assign(state, fresh());
    },
    requests,
    receive(incoming) {
      must(isObject(incoming), "receive takes a message, which is an object");
      const { customerid = [...customers][0] ?? "", ...message } = incoming;
      const account = state.accounts.get(customerid);
      must(account !== undefined, "customerid must be one of the sandbox's customers");
      return plain(receive(message, account, state));
    },
    advance(ms) {
      must(Number.isFinite(ms) && ms >= 0, "advance takes a number of milliseconds, 0 or more");
      ahead += ms;
      look();
    },
    revokeTokens() {
      state.signingKey = undefined;
    },
    get messages() {
      catchUp(state);
      return [...state.accounts.values()].flatMap(({ messages }) =>
        [...messages.values()].map(({ shown }) => plain(shown)),
      );
    },
    get credits() {
      return Object.fromEntries([...state.accounts].map(([customerid, { credits }]) => [customerid, credits]));
    },
  };
  // They name customers, so what prints the sandbox leaves them out.
  const hidden = { enumerable: false, configurable: false };
  return Object.defineProperties(sandbox, { messages: hidden, credits: hidden });
}

/** A copy, as the API would send it in JSON. */
const plain = (message: SandboxMessage): SandboxMessage => JSON.parse(JSON.stringify(message));

function openAccount(customerid: string, credits: number): Account {
  return { customerid, credits, messages: new Map(), scheduled: new Map(), otps: new Map() };
}
