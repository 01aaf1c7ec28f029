// The life of a token: calls, answers, revocations, a slow store, aborts and `forget` in random orders, checked against the README.
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { SmsWorks } from "smsworks-wasm";
import { json, jwt } from "./api-server.mjs";

const SEED = 20_261_127;
const RUNS = 2000;
const MESSAGE = { sender: "Us", destination: "447777777777", content: "Hello" };

const CALLS = {
  token: (sms, options) => sms.token(options),
  read: (sms, options) => sms.credits.balance(options),
  send: (sms, options) => sms.messages.send(MESSAGE, options),
  fetch: (sms, options) => sms.fetch("/credits/balance", options),
  forget: (sms) => sms.forget(),
};

/** One client, and the API and the store that it has, which do nothing until a step says so. */
class World {
  /** How many logins there were, each of which has a number that its token has, too. */
  logins = 0;
  accepted = new Set();
  refused = new Set();
  /** Requests that were not answered yet, and writes that the store has not ended. */
  requests = [];
  writes = [];
  kept = null;
  calls = [];
  /** How many logins there were when the last `forget()` that has ended was called. */
  forgotten = 0;
  /** How often `forget()` was called. Calls that waited for a token then get that one, whatever becomes of it. */
  forgets = 0;

  constructor() {
    const set = (token) => {
      this.kept = token;
      return new Promise((resolve) => this.writes.push(resolve));
    };
    this.sms = new SmsWorks({
      credentials: { key: "k", secret: "s" },
      fetch: (url, init) => this.#receive(url, init),
      tokenStore: { get: () => this.kept, set },
      retries: 0,
    });
  }

  call(name) {
    const abort = new AbortController();
    const headers = { "X-Call": `${this.calls.length}` };
    const call = { abort, carried: [], began: this.forgotten, forgets: this.forgets };
    if (name === "forget") this.forgets++;
    const { logins } = this;
    const { signal } = abort;
    this.calls.push(call);
    call.promise = CALLS[name](this.sms, { signal, headers }).then(
      (value) => {
        call.outcome = "done";
        if (name === "token") this.#check(call, value);
        if (name === "fetch" && value.status !== 200) this.#checkRefused(call);
        if (name !== "forget") return;
        this.forgotten = Math.max(this.forgotten, logins);
        if (this.kept) assert.ok(loginOf(this.kept) > logins, "The store has a token that was forgotten");
      },
      (error) => {
        call.outcome = "failed";
        if (error === signal.reason) return;
        assert.equal(error.status, 401, error.message);
        this.#checkRefused(call);
      },
    );
    // Reported by `end`.
    call.promise.catch(() => {});
  }

  /** A call fails where two tokens were refused, and not before. */
  #checkRefused({ carried, forgets }) {
    if (forgets < this.forgets) return;
    assert.ok(carried.length > 1 && carried.every((token) => this.refused.has(token)), "A call failed too soon");
  }

  #check(call, token) {
    assert.ok(!this.refused.has(token) || call.forgets < this.forgets, "A token that was refused is used again");
    assert.ok(loginOf(token) > call.began, "A token that was forgotten is used again");
  }

  #receive(url, { headers, signal }) {
    const token = headers.get("Authorization") ?? undefined;
    if (token) {
      const call = this.calls[headers.get("X-Call")];
      this.#check(call, token);
      call.carried.push(token);
    }
    return new Promise((resolve, reject) => {
      const request = { token, resolve, login: token ? undefined : ++this.logins };
      this.requests.push(request);
      signal.addEventListener("abort", () => {
        this.requests = this.requests.filter((other) => other !== request);
        reject(signal.reason);
      });
    });
  }

  async answer(at) {
    const [request] = this.requests.splice(at % this.requests.length, 1);
    if (!request) return;
    const { token, resolve, login } = request;
    if (login) {
      const token = jwt({ login });
      this.accepted.add(token);
      return resolve(json({ token }));
    }
    const isRefused = !this.accepted.has(token);
    resolve(isRefused ? json({}, 401) : json({ messageid: "1", credits: 1 }));
    await turn();
    if (isRefused) this.refused.add(token);
  }

  save(at) {
    this.writes.splice(at % this.writes.length, 1)[0]?.();
  }

  revoke() {
    this.accepted.clear();
  }

  abort(at) {
    this.calls[at % this.calls.length]?.abort.abort(new Error("enough"));
  }

  /** Lets everything come to its end. */
  async end() {
    for (let turns = 0; this.calls.some(({ outcome }) => !outcome); turns++) {
      assert.ok(turns < 1000, "A call does not settle");
      await this.answer(0);
      this.save(0);
      await turn();
    }
    await Promise.all(this.calls.map(({ promise }) => promise));
  }
}

const turn = () => new Promise(setImmediate);
const loginOf = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url")).login;

const at = fc.nat(9);
const STEP = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fc.constant("call"), fc.constantFrom(...Object.keys(CALLS))) },
  { weight: 4, arbitrary: fc.tuple(fc.constant("answer"), at) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom("save", "abort"), at) },
  { weight: 1, arbitrary: fc.constant(["revoke"]) },
);

test("whatever happens in whatever order, a token is used as long as it holds, and no longer", async () => {
  const property = fc.asyncProperty(fc.array(fc.tuple(STEP, fc.boolean()), { maxLength: 30 }), async (steps) => {
    const world = new World();
    for (const [[what, how], isSettling] of steps) {
      await world[what](how);
      if (isSettling) await turn();
    }
    await world.end();
  });
  await fc.assert(property, { seed: SEED, numRuns: RUNS, includeErrorInReport: true });
});
