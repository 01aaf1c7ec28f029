// The calls of the soak: of ten, nine succeed and one meets a fault.
import { AuthApi, SmsWorks, segments } from "smsworks-wasm";

const credentials = { key: "k", secret: "s" };
const MESSAGE = { sender: "a", destination: "447777777777", content: "Hello" };

/** A store for tokens that fails where it is told to. */
const storing = (/** @type {"get" | "set" | undefined} */ failing) => {
  /** @type {string | null} */
  let kept = null;
  return {
    get: async () => (failing === "get" ? Promise.reject(new Error("no store")) : kept),
    set: async (/** @type {string | null} */ token) => {
      if (failing === "set") throw new Error("no store");
      kept = token;
    },
  };
};

/**
 * @param {{ fetch?: typeof fetch, baseUrl?: string }} place where the calls go
 * @param {AbortSignal} signal which outlives all of them
 */
export const makeCalls = (place, signal) => {
  const api = new AuthApi(place);
  const sms = new SmsWorks({ ...place, credentials, tokenStore: storing() });
  const observed = new SmsWorks({ ...place, credentials: async () => credentials, observe: () => {} });
  const expiring = new SmsWorks({ ...place, credentials, headers: { "x-fault": "expiring" } });
  let number = 0;
  const fault = (/** @type {string} */ kind, options = {}) => ({ headers: { "x-fault": kind }, ...options });
  const first = (/** @type {string} */ kind) => fault(`${kind} ${number++}`, { retries: 1 });
  const balance = (/** @type {object} */ options) => sms.request("GET /credits/balance", options);
  const abort = async (/** @type {(options: object) => Promise<unknown>} */ call, /** @type {string} */ kind) => {
    const controller = new AbortController();
    const ended = call(fault(kind, { signal: controller.signal }));
    setImmediate(() => controller.abort());
    return ended;
  };

  /** What succeeds. @type {(() => Promise<unknown>)[]} */
  const successes = [
    () => balance({}),
    () => sms.messages.send(MESSAGE),
    () => balance({ signal }),
    // Without the signal: Node 20 leaves some 50 bytes on it with each `AbortSignal.any`.
    () => sms.fetch("/credits/balance").then((response) => response.text()),
    () => observed.credits.balance(),
    () => api.login(credentials, { signal }),
    () =>
      new Promise((resolve, reject) => api.keySecret("c", (error, data) => (error ? reject(error) : resolve(data)))),
    () => sms.authorization(),
    () => segments("Hello 😀"),
    () => new SmsWorks({ ...place, credentials }).credits.balance(),
    async () => {
      for await (const text of sms.messages.all({}, { signal })) return text;
    },
    () => new SmsWorks({ ...place, token: "JWT a.b.c" }).forget(),
  ];

  const now = { retries: 0 };
  /** Faults: of each the call, and the code or name of the error that it ends with, or nothing where it goes well all the same.
   * @type {[() => Promise<unknown>, string?][]} */
  const faults = [
    [() => balance(fault("reset", now)), "network"],
    [() => sms.messages.send(MESSAGE, fault("reset")), "network"],
    [() => balance(fault("cut", { ...now, signal })), "network"],
    [() => sms.fetch("/credits/balance", fault("cut")).then((response) => response.text()), "TypeError"],
    [() => balance(fault("silence", { timeoutMs: 20 })), "timeout"],
    [() => api.login(credentials, fault("silence", { timeoutMs: 1, signal }))],
    [() => sms.messages.send(MESSAGE, fault("silence", { timeoutMs: 20, signal })), "timeout"],
    [() => abort(balance, "silence"), "AbortError"],
    [() => abort((options) => sms.fetch("/credits/balance", options), "silence"), "AbortError"],
    [() => balance({ signal: AbortSignal.abort() }), "AbortError"],
    [() => balance(fault("broken", now)), "http"],
    [() => sms.batches.sendAll({ sender: "a", content: "x" }, ["1"], fault("broken")).next(), "http"],
    [() => balance(fault("unpaid")), "http"],
    [() => balance(first("busy"))],
    [() => sms.messages.send(MESSAGE, first("busy"))],
    [() => balance(first("unauthorized"))],
    [() => balance(fault("refused")), "http"],
    [() => balance(fault("html", { signal })), "invalid_response"],
    [() => sms.messages.send(MESSAGE, fault("empty")), "invalid_response"],
    [() => api.keySecret("c", fault("large")), "invalid_response"],
    [() => balance(fault("redirect")), "redirect"],
    [() => balance({ timeoutMs: -1 }), "invalid_argument"],
    [() => expiring.credits.balance()],
    [() => new SmsWorks({ ...place, credentials, tokenStore: storing("get") }).token(), "invalid_argument"],
    [() => new SmsWorks({ ...place, credentials, tokenStore: storing("set") }).token(), "invalid_argument"],
    [() => new SmsWorks({ ...place, credentials: () => Promise.reject(new Error("no")) }).token(), "invalid_argument"],
    [() => sms.forget()],
    place.fetch
      ? [() => new AuthApi({ fetch: () => new Promise(() => {}) }).login(credentials, { timeoutMs: 1 }), "timeout"]
      : [() => balance(fault("garbage", now)), "network"],
  ];

  let made = 0;
  return async () => {
    const at = made++;
    if (at % 10 !== 9) return void (await successes[at % successes.length]());
    const [call, code] = faults[Math.floor(at / 10) % faults.length];
    const ended = await call().then(
      () => undefined,
      (error) => error,
    );
    // A deadline so short may be kept or not.
    if (code !== undefined && ended?.code !== code && ended?.name !== code) {
      throw new Error(`fault ${faults.findIndex(([other]) => other === call)} is not ${code}`, { cause: ended });
    }
    if (code === undefined && ended !== undefined && ended.code !== "timeout") throw ended;
  };
};
