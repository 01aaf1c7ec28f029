// What tests and platforms do to the environment of a call.
import { CREDENTIALS, check, json, serving, TOKEN } from "./expect.mjs";

/** Replaces globals while some work is done. */
const during = async (replaced, work) => {
  const kept = Object.fromEntries(Object.keys(replaced).map((name) => [name, globalThis[name]]));
  Object.assign(globalThis, replaced);
  try {
    return await work();
  } finally {
    Object.assign(globalThis, kept);
  }
};

const noop = () => {};

/** A reply to a login. Not a Response, whose body of Node's never ends without microtasks. */
const ISSUED = { status: 200, headers: new Headers(), text: async () => JSON.stringify({ token: TOKEN }) };

/** A call of another client that is under way, until it is told to finish: then it has a credit. */
const underWay = async (SmsWorks) => {
  let answer = noop;
  const fetch = serving(() => new Promise((resolve) => (answer = () => resolve(json({ credits: 1 })))));
  const call = new SmsWorks({ credentials: CREDENTIALS, fetch }).request("GET /credits/balance");
  while (answer === noop) await new Promise((resolve) => setTimeout(resolve));
  return {
    finish() {
      answer();
      return call;
    },
  };
};

export default {
  "a call settles while microtasks are faked, and so does the next": async ({ AuthApi }) => {
    const api = new AuthApi({ fetch: serving(noop, async () => ISSUED) });
    const { token } = await during({ queueMicrotask: noop }, () => api.login(CREDENTIALS));
    check("the token while they are faked", token, TOKEN);
    check("the token after", (await api.login(CREDENTIALS)).token, TOKEN);
  },

  "a callback is called while microtasks are faked": async ({ AuthApi }) => {
    const api = new AuthApi({ fetch: serving(noop, async () => ISSUED) });
    const called = (credentials) => new Promise((resolve) => api.login(credentials, (...results) => resolve(results)));
    const [[, data], [error]] = await during({ queueMicrotask: noop }, () =>
      Promise.all([called(CREDENTIALS), called(undefined)]),
    );
    check("the token", data.token, TOKEN);
    check("the error", error.code, "invalid_argument");
  },

  "a reply of many chunks is read while timers are faked": async ({ SmsWorks }) => {
    // Workers of before 2025 have nothing but timers to take turns by.
    if (!globalThis.MessageChannel) return;
    const chunk = new TextEncoder().encode("[],");
    const body = () => {
      let left = 600;
      return new ReadableStream({
        pull(controller) {
          if (left === 600) controller.enqueue(new TextEncoder().encode("["));
          if (left-- > 0) return controller.enqueue(chunk);
          controller.enqueue(new TextEncoder().encode("[]]"));
          controller.close();
        },
      });
    };
    const sms = new SmsWorks({ token: TOKEN, fetch: async () => new Response(body()) });
    const list = await during({ setTimeout: noop, clearTimeout: noop }, () => sms.request("GET /messages/schedule"));
    check("the length", list.length, 601);
  },

  "a clock, a timer or a random number that is mocked and fails ends no call": async ({ AuthApi, SmsWorks }) => {
    const fails = () => {
      throw new Error("it is mocked");
    };
    for (const [what, mocked] of [
      ["a Date that is a function", { Date: () => {} }],
      ["a clock that fails", { Date: { now: fails } }],
      ["a clock of a BigInt", { Date: { now: () => 5n } }],
      ["a monotonic clock that fails", { performance: { now: fails } }],
      ["a monotonic clock that tells nothing", { performance: { now: noop } }],
      ["a random number that fails", { Math: Object.assign(Object.create(Math), { random: fails }) }],
      ["a random number that is none", { Math: Object.assign(Object.create(Math), { random: noop }) }],
      ["timers that fail", { setTimeout: fails, clearTimeout: fails }],
    ]) {
      const other = await underWay(SmsWorks);
      let count = 0;
      const busy = { status: 503, headers: new Headers({ "Retry-After": new Date(0).toUTCString() }) };
      const isTimer = "setTimeout" in mocked;
      const answers = async () => (count++ === 0 && !isTimer ? busy : ISSUED);
      const sms = new SmsWorks({ credentials: CREDENTIALS, fetch: answers });
      const api = new AuthApi({ fetch: async () => ({ ...(await answers()) }) });
      const [token, login] = await during(mocked, async () => [await sms.token(), await api.login(CREDENTIALS)]);
      check(what, token, TOKEN);
      check(what, login.token, TOKEN);
      check(`${what}: the other call's answer`, (await other.finish()).credits, 1);
    }
  },

  "a timer that cannot be cleared ends no call": async ({ AuthApi, SmsWorks }) => {
    const other = await underWay(SmsWorks);
    const clearTimeout = () => {
      throw new Error("it is a timer of another clock");
    };
    // Its timer is left to run out.
    const api = new AuthApi({ fetch: serving(noop), timeoutMs: 1000 });
    const { token } = await during({ clearTimeout }, () => api.login(CREDENTIALS));
    check("the token", token, TOKEN);
    check("the other call's answer", (await other.finish()).credits, 1);
  },

  "fake timers that are installed or removed during a call harm none": async ({ AuthApi }) => {
    for (const whenInstalled of ["before", "during"]) {
      const timers = new Map();
      const fake = {
        setTimeout: (callback) => {
          const timer = { callback };
          timers.set(timer, callback);
          return timer;
        },
        clearTimeout: (timer) => {
          if (!timers.delete(timer)) throw new Error(`cannot clear a timer that was not made by these fakes`);
        },
      };
      let answer;
      const answered = new Promise((resolve) => (answer = resolve));
      const begun = new Promise((resolve) => (answered.begin = resolve));
      const api = new AuthApi({
        fetch: async () => {
          answered.begin();
          await answered;
          return json({ token: TOKEN });
        },
      });
      const begin = async () => {
        const call = api.login(CREDENTIALS);
        await begun;
        return [call];
      };
      const end = async (call) => {
        answer();
        return call;
      };
      const { token } =
        whenInstalled === "before"
          ? await during(fake, begin).then(([call]) => end(call))
          : await begin().then(([call]) => during(fake, () => end(call)));
      check(`the token, installed ${whenInstalled}`, token, TOKEN);
      check("the next token", (await new AuthApi({ fetch: serving(noop) }).login(CREDENTIALS)).token, TOKEN);
    }
  },
};
