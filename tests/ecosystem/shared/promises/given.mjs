// What a caller gives: any value of JavaScript.
import { CREDENTIALS, check, json, rejection, SENT, serving, show, TEXT, TOKEN } from "./expect.mjs";

const SECRET = "given-3f60";
const ROUTE = "POST /message/send";

const refuse = () => {
  throw new Error(SECRET);
};
const revoked = (target) => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};
const everyTrap = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((trap) => [trap, refuse]));
/** An object of which every property that anyone may ask for throws. */
const throwing = (on = {}) => {
  const names =
    "clone href url method headers signal body bodyUsed fetch baseUrl timeoutMs retries key secret customerid get set";
  for (const name of [
    ...names.split(" "),
    "then",
    "toString",
    "toJSON",
    "credentials",
    "tokenStore",
    "token",
    "query",
  ]) {
    Object.defineProperty(on, name, { get: refuse, enumerable: true, configurable: true });
  }
  return on;
};
class Odd {
  #own = SECRET;
  get key() {
    return this.#own;
  }
}

/** Values that are of use nowhere, or almost: each is made anew. */
const VALUES = {
  "a getter that throws": () => throwing(),
  "a Proxy whose traps throw": () => new Proxy({}, everyTrap),
  "a Proxy that throws of a function": () => new Proxy(() => {}, { ...everyTrap, apply: undefined }),
  "a revoked Proxy": () => revoked({}),
  "a revoked Proxy of an array": () => revoked([]),
  "a revoked Proxy of a function": () => revoked(() => {}),
  "a Proxy of itself everywhere": () => {
    const self = new Proxy(() => self, { get: () => self, has: () => true });
    return self;
  },
  "an object that cannot be converted": () => ({ toString: refuse, valueOf: refuse, toJSON: refuse }),
  "an object without a prototype": () => Object.create(null),
  "a thenable that throws": () => ({ then: refuse }),
  "a thenable that never settles": () => ({ then() {} }),
  "a promise": () => Promise.resolve({}),
  "a symbol": () => Symbol(SECRET),
  "a BigInt": () => 7300175n,
  "a number": () => 7300175,
  NaN: () => Number.NaN,
  "a boolean": () => true,
  "an empty string": () => "",
  "half a surrogate pair": () => "\ud83d",
  "a String object": () => new String(SECRET),
  "an array": () => [SECRET],
  "an instance of a class": () => new Odd(),
  "a class": () => Odd,
  "an invalid Date": () => new Date(Number.NaN),
  "an object that holds itself": () => {
    const value = {};
    value.self = value;
    return value;
  },
  "an object that is very deep": () => {
    let value = {};
    for (let depth = 0; depth < 20_000; depth++) value = { value };
    return value;
  },
  "a Request without its class": () => Object.create(Request.prototype),
  "a signal without its class": () => Object.create(AbortSignal.prototype),
  "a getter of bodyUsed that throws": () =>
    Object.defineProperty(new Request("https://a.test/"), "bodyUsed", { get: refuse }),
};

const METHODS = {
  messages: "send flash schedule get delete search inbox failed scheduled cancel",
  batches: "send sendAny schedule get cancel",
  otp: "send verify get",
  credits: "balance",
  utils: "test error",
};

/** Each argument of each public function, as a function that makes the call with a value in its place. */
const places = (api, fetch) => {
  const of = (field) => (value) => {
    // What an observer throws is uncaught: tests/node has that.
    const given = field === "observe" && typeof value === "function" ? () => {} : value;
    return { fetch, token: TOKEN, timeoutMs: 200, [field]: given };
  };
  const sms = () => new api.SmsWorks({ fetch, token: TOKEN, timeoutMs: 200 });
  const auth = () => new api.AuthApi({ fetch, timeoutMs: 200 });
  const options = ["baseUrl", "timeoutMs", "retries", "fetch", "allowInsecureHttp", "headers", "observe"];
  const { destination, ...text } = TEXT;
  /** The methods, each of which takes an id or a body, and options; but for some, which take options alone. */
  const methods = Object.entries(METHODS).flatMap(([group, names]) =>
    names.split(" ").flatMap((name) => {
      const make = (...given) => sms()[group][name](...given);
      if (["scheduled", "balance", "test"].includes(name)) return [[`${group}.${name}(…)`, make]];
      const proper = group === "messages" && name !== "get" ? TEXT : 1;
      return [
        [`${group}.${name}(…)`, (value) => make(value)],
        [`${group}.${name}(, …)`, (value) => make(proper, value)],
      ];
    }),
  );
  const own = ["credentials", "token", "tokenStore", "refreshMarginMs"];
  return {
    "AuthApi(…)": (value) => new api.AuthApi(value).login({}),
    "SmsWorks(…)": (value) => new api.SmsWorks(value).token(),
    "SmsWorks(…).auth": (value) => new api.SmsWorks(value).auth.login({}),
    ...Object.fromEntries(
      options.flatMap((name) => [
        [`AuthApi({ ${name} })`, (value) => new api.AuthApi(of(name)(value)).login(CREDENTIALS)],
        [`login(, { ${name} })`, (value) => api.login(CREDENTIALS, of(name)(value))],
        [`SmsWorks({ ${name} })`, (value) => new api.SmsWorks(of(name)(value)).request(ROUTE, { body: TEXT })],
      ]),
    ),
    ...Object.fromEntries(
      own.map((name) => [
        `SmsWorks({ ${name} })`,
        (value) => new api.SmsWorks({ fetch, timeoutMs: 200, credentials: CREDENTIALS, [name]: value }).token(),
      ]),
    ),
    "credentials()": (value) => new api.SmsWorks({ fetch, timeoutMs: 200, credentials: () => value }).token(),
    "tokenStore.get()": (value) =>
      new api.SmsWorks({
        fetch,
        timeoutMs: 200,
        credentials: CREDENTIALS,
        tokenStore: { get: () => value, set() {} },
      }).token(),
    "keySecret(…)": (value) => auth().keySecret(value),
    "keySecret(, …)": (value) => (typeof value === "function" ? undefined : auth().keySecret("c", value)),
    "the free keySecret(…)": (value) => api.keySecret(value, { fetch }),
    "the free keySecret(, …)": (value) => (typeof value === "function" ? undefined : api.keySecret("c", value)),
    "login(…)": (value) => auth().login(value),
    "login({ key })": (value) => auth().login({ key: value }),
    "login(new Login(…))": (value) => auth().login(new api.Login(value)),
    "login(new Login({ key }))": (value) => auth().login(new api.Login({ key: value })),
    "login(, …)": (value) => (typeof value === "function" ? undefined : auth().login(CREDENTIALS, value)),
    "login(, { signal })": (value) => auth().login(CREDENTIALS, { signal: value }),
    "the free login(…)": (value) => api.login(value, { fetch }),
    "token(…)": (value) => sms().token(value),
    "authorization(…)": (value) => sms().authorization(value),
    "token({ signal })": (value) => sms().token({ signal: value }),
    "fetch(…)": (value) => sms().fetch(value),
    "fetch(, …)": (value) => sms().fetch("/x", value),
    "fetch({ url })": (value) => sms().fetch({ url: value, clone: refuse }),
    "fetch({ href })": (value) => sms().fetch({ href: value }),
    ...Object.fromEntries(
      ["method", "headers", "body", "signal"].flatMap((name) => [
        [`fetch(, { ${name} })`, (value) => sms().fetch("/x", { method: "POST", [name]: value })],
        [
          `fetch({ ${name} })`,
          (value) =>
            sms().fetch({
              url: "https://api.thesmsworks.co.uk/v1/x",
              method: "POST",
              clone: () => value,
              [name]: value,
            }),
        ],
      ]),
    ),
    "request(…)": (value) => sms().request(value),
    "request(, …)": (value) => sms().request(ROUTE, value),
    ...Object.fromEntries(
      ["params", "query", "body", "signal", "timeoutMs"].map((name) => [
        `request(, { ${name} })`,
        (value) => sms().request(ROUTE, { body: TEXT, [name]: value }),
      ]),
    ),
    "request(, { params: { … } })": (value) => sms().request("GET /messages/{id}", { params: { id: value } }),
    "request(, { query: { … } })": (value) => sms().request("GET /x", { query: { x: value } }),
    "request(, { body: { … } })": (value) => sms().request(ROUTE, { body: { x: value } }),
    "request(, { headers })": (value) => sms().request(ROUTE, { body: TEXT, headers: value }),
    "request(, { headers: { … } })": (value) => sms().request(ROUTE, { body: TEXT, headers: { x: value } }),
    ...Object.fromEntries(methods),
    "messages.all(…)": (value) => sms().messages.all(value).next(),
    "messages.all({ … })": (value) => sms().messages.all({ limit: value, skip: value, to: value }).next(),
    "messages.all(, …)": (value) => sms().messages.all({}, value).next(),
    "batches.sendAll(…)": (value) => sms().batches.sendAll(value, [1]).next(),
    "batches.sendAll({ … })": (value) => sms().batches.sendAll({ content: value }, [1]).next(),
    "batches.sendAll(, …)": (value) => sms().batches.sendAll(text, value).next(),
    "batches.sendAll(, [1], …)": (value) => sms().batches.sendAll(text, [1], value).next(),
  };
};

/** Runs some work while another client's text is on its way, which has to arrive. */
const besideAnother = async ({ SmsWorks }, work) => {
  let begun;
  let answer;
  const isSent = new Promise((resolve) => (begun = resolve));
  const answered = new Promise((resolve) => (answer = () => resolve(json(SENT, 201))));
  const fetch = () => {
    begun();
    return answered;
  };
  const other = new SmsWorks({ token: TOKEN, fetch }).request(ROUTE, { body: TEXT });
  await Promise.race([isSent, other]);
  const { fetch: platformFetch } = globalThis;
  // Where a call takes no other, it must not get out.
  globalThis.fetch = serving(() => json(SENT, 201));
  try {
    await work();
  } finally {
    globalThis.fetch = platformFetch;
  }
  answer();
  check("the id of another client's text", (await other).messageid, SENT.messageid);
};

/** How a call ends. One that throws at once breaks a promise, as does an error that shows what was given. */
const ending = async ({ SmsWorksError }, what, call) => {
  let promise;
  try {
    promise = call();
  } catch (thrown) {
    throw new Error(`${what} threw ${show(thrown)}`);
  }
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof SmsWorksError)) throw new Error(`${what}: it rejected with ${show(error)}`);
    if (`${error.message}${error.stack}`.includes(SECRET)) throw new Error(`${what}: the error shows the value`);
    return error.code;
  }
  return "an answer";
};

/** What an engine says itself where there is no room to enter a function. */
const isStackError = (error) => (error instanceof RangeError || error?.name === "InternalError") && !("code" in error);

const answer = (path) => {
  if (path === "/messages") return json([]);
  return json(path === "/auth/getApiKey" ? { key: "k", secret: "s" } : { ...SENT, batchid: "b-1" }, 201);
};

export default {
  "any value as any argument is used or refused, and harms no other call": (api) =>
    besideAnother(api, async () => {
      // What a caller's own function does is a failure of the network, or no answer.
      const endings = ["an answer", "invalid_argument", "network", "invalid_response", "timeout"];
      const fetch = serving(answer);
      const broken = [];
      const calls = Object.entries(VALUES).flatMap(([what, make]) =>
        Object.entries(places(api, fetch)).map(async ([place, call]) => {
          const value = make();
          const isAborted = place.includes("signal") && what === "a Proxy of itself everywhere";
          try {
            const code = await ending(api, `${what} in ${place}`, () => call(value));
            if (!endings.includes(code)) broken.push(`${what} in ${place}: ${code}`);
          } catch (error) {
            // Such a signal is aborted, and its reason is what the call rejects with.
            if (!isAborted) broken.push(error.message);
          }
        }),
      );
      await Promise.all(calls);
      check("what broke", broken.join("\n"), "");
    }),

  "a text that is too long is refused by its name, and harms no other call": (api) =>
    besideAnother(api, async () => {
      const long = "x".repeat(100_000_000);
      const fetch = serving(answer);
      const sms = new api.SmsWorks({ fetch, token: TOKEN });
      for (const [name, call] of [
        ["customerid", () => new api.AuthApi({ fetch }).keySecret(long)],
        ["credentials.key", () => new api.AuthApi({ fetch }).login({ key: long, secret: "s" })],
        ["credentials.secret", () => new api.SmsWorks({ fetch, credentials: { key: "k", secret: long } }).token()],
        ["token", () => new api.SmsWorks({ fetch, token: long }).token()],
        ["baseUrl", () => new api.AuthApi({ fetch, baseUrl: long }).login(CREDENTIALS)],
        ["route", () => sms.request(long)],
        ["id", () => sms.request("GET /messages/{id}", { params: { id: long } })],
        ["x", () => sms.request("GET /messages", { query: { x: long } })],
        ["query", () => sms.request("GET /messages", { query: { x: Array(1000).fill("x".repeat(10_000)) } })],
        ["params", () => sms.request("GET /x", { params: { ["x".repeat(2_000_000)]: "x" } })],
        ["body", () => sms.request(ROUTE, { body: { ...TEXT, content: long } })],
        ["input", () => sms.fetch(`/x?${long}`)],
      ]) {
        const error = await rejection(name, call());
        check(`${name}: code`, error.code, "invalid_argument");
        check(`${name}: the message`, /^The parameter '([^']+)' must be no longer than/.exec(error.message)?.[1], name);
      }
      check("how many were sent", fetch.requests.length, 0);
    }),

  "a text that is too long from the API, or from a store, harms no other call": (api) =>
    besideAnother(api, async () => {
      const long = `JWT ${"x".repeat(100_000_000)}`;
      const reply = (fields) => ({ status: 200, headers: new Headers(), json: async () => ({}), ...fields });
      const login = (answer) => new api.AuthApi({ fetch: async () => reply(answer), retries: 0 }).login(CREDENTIALS);
      const token = await rejection("a token", login({ json: async () => ({ token: long }) }));
      check("a token: code", token.code, "invalid_response");
      const message = await rejection("a message", login({ status: 400, json: async () => ({ message: long }) }));
      check("a message: code", message.code, "http");
      const header = await rejection("a header", login({ status: 503, headers: { get: () => long } }));
      check("a header: code", header.code, "http");
      const tokenStore = { get: () => long, set() {} };
      const sms = new api.SmsWorks({ credentials: CREDENTIALS, tokenStore, fetch: serving(answer) });
      check("the token", await sms.token(), TOKEN);
    }),

  "a call near the end of the stack settles, and harms no other call": (api) =>
    besideAnother(api, async () => {
      const fetch = serving(answer);
      const [auth, sms] = [new api.AuthApi({ fetch }), new api.SmsWorks({ fetch, token: TOKEN })];
      const observed = new api.SmsWorks({ fetch, token: TOKEN, observe() {} });
      // The core is there, so that nothing but the stack is in the way.
      await auth.login(CREDENTIALS);
      const { signal } = new AbortController();
      for (const [what, make] of [
        ["login", () => auth.login(CREDENTIALS)],
        ["login with a signal", () => auth.login(CREDENTIALS, { signal })],
        ["login of what is refused", () => auth.login({ key: 5 })],
        ["token", () => sms.token()],
        ["request", () => sms.request(ROUTE, { body: TEXT })],
        ["fetch", () => sms.fetch("/x", { method: "POST", body: "x", signal })],
        ["messages.send", () => observed.messages.send(TEXT, { signal, headers: { a: "b" } })],
        ["messages.all", () => sms.messages.all({ limit: 1 }).next()],
        ["batches.sendAll", () => sms.batches.sendAll({ content: "Hi" }, [1]).next()],
      ]) {
        const calls = [];
        // At the end of the stack, and at each frame before it, until there was room often enough.
        const dive = () => {
          try {
            dive();
          } catch {}
          if (calls.length >= 300) return;
          try {
            calls.push(make());
          } catch (thrown) {
            if (!isStackError(thrown)) calls.push(Promise.reject(thrown));
          }
        };
        try {
          dive();
        } catch {}
        check(`${what}: how many calls there were`, calls.length, 300);
        for (const [place, call] of (await Promise.allSettled(calls)).entries()) {
          if (call.status === "fulfilled") continue;
          const { reason } = call;
          if (isStackError(reason)) continue;
          const isKnown = reason instanceof api.SmsWorksError && reason.code === "invalid_argument";
          if (!isKnown) throw new Error(`${what}, ${place} of ${calls.length}: it rejected with ${show(reason)}`);
        }
        if (what !== "login of what is refused") await make();
      }
    }),

  "what Object.prototype was given is no option, no credential and no part of a request": async (api) => {
    const elsewhere = "https://elsewhere.test/v1";
    const stolen = [];
    const thief = async (url) => {
      stolen.push(String(url));
      return { status: 200, headers: new Headers(), json: async () => ({ token: TOKEN, ...SENT }) };
    };
    const polluted = {
      baseUrl: elsewhere,
      allowInsecureHttp: true,
      fetch: thief,
      timeoutMs: 1,
      retries: 7,
      token: "JWT polluted",
      tokenStore: { get: () => "JWT polluted", set: (token) => stolen.push(token) },
      credentials: { key: "polluted", secret: "polluted" },
      customerid: "polluted",
      key: "polluted",
      secret: "polluted",
      headers: { "X-Polluted": "1" },
      observe: () => stolen.push("observed"),
      limit: 1,
      method: "DELETE",
      body: "polluted",
      url: elsewhere,
      href: elsewhere,
      params: { x: "polluted" },
      query: { polluted: "1" },
      dispatcher: {},
      client: {},
      proxy: elsewhere,
      keepalive: true,
      referrer: elsewhere,
      integrity: "sha256-polluted",
      authorization: "JWT polluted",
      renewAtMs: Number.MAX_SAFE_INTEGER,
      initialToken: "JWT polluted",
      refused: "JWT polluted",
      askCredentials: () => stolen.push("asked"),
      getStored: () => "JWT polluted",
      setStored: (token) => stolen.push(token),
      problem: "missing",
      since: -1e9,
      cancelled: Promise.resolve(),
      respond: () => stolen.push("respond"),
      isReplayable: false,
      session: {},
      secrets: ["polluted"],
    };
    const { fetch: platformFetch } = globalThis;
    const request = new Request("https://api.thesmsworks.co.uk/v1/z", {
      method: "PUT",
      body: "z",
      headers: { "X-Z": "1" },
    });
    for (const [name, value] of Object.entries(polluted)) {
      const sent = [];
      const options = { key: "k-1", secret: "s-1" };
      // It is given by the caller, or looked up; its replies are those of a mock, which has all of its fields itself.
      globalThis.fetch = async (url, init) => {
        const seen = Object.create(null);
        for (const field in init) if (field !== "signal") seen[field] = init[field];
        const body = init.body === undefined ? undefined : await new Blob([init.body]).text();
        const headers = [...init.headers].map((header) => header.join(": ")).join();
        sent.push([init.method, url, body, headers, seen.dispatcher ?? seen.client ?? seen.proxy].join(" "));
        const answer = String(url).endsWith("/auth/token") ? { token: TOKEN } : SENT;
        return { status: 200, headers: new Headers(), body: null, text: async () => JSON.stringify(answer) };
      };
      const calls = async () => {
        await api.login(options);
        await api.segments("x");
        const sms = new api.SmsWorks({ credentials: options });
        await sms.request(ROUTE, { body: TEXT });
        await sms.request("GET /credits/balance");
        await sms.fetch("/x");
        await sms.fetch("/y", { method: "POST", body: "x" });
        await sms.fetch(request);
      };
      const enumerable = name !== "headers" && name !== "method" && name !== "body";
      try {
        await calls();
        const expected = sent.splice(0).join("\n");
        Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true, enumerable });
        try {
          await calls();
        } catch (error) {
          throw new Error(`while Object.prototype had '${name}': ${show(error)}`);
        } finally {
          delete Object.prototype[name];
        }
        check(`what went out while Object.prototype had '${name}'`, sent.join("\n"), expected);
        check(`what went elsewhere by '${name}'`, stolen.join(), "");
      } finally {
        globalThis.fetch = platformFetch;
      }
    }
  },

  "no toJSON of a prototype changes what a login sends": async ({ SmsWorks, login }) => {
    const bodies = [];
    const reply = JSON.stringify({ token: TOKEN });
    const fetch = async (_, { body }) => {
      bodies.push(await new Blob([body]).text());
      return { status: 200, headers: new Headers(), text: async () => reply };
    };
    const sent = JSON.stringify(CREDENTIALS);
    for (const { prototype } of [Object, String]) {
      prototype.toJSON = () => "polluted";
      try {
        await login(CREDENTIALS, { fetch });
        await new SmsWorks({ credentials: CREDENTIALS, fetch }).token();
      } finally {
        delete prototype.toJSON;
      }
      check("what was sent", bodies.splice(0).join(), [sent, sent].join());
    }
  },

  "what JSON would make nothing of is refused, and half a surrogate pair in a name": async ({ SmsWorks }) => {
    const fetch = serving(answer);
    const sms = new SmsWorks({ fetch, token: TOKEN });
    for (const [name, input] of [
      ["query", { query: new Map([["x", "y"]]) }],
      ["params", { params: new Map([["x", "y"]]) }],
      ["body", { body: new Set(["x"]) }],
      ["query", { query: { "\ud83d": "y" } }],
      ["query", { query: { ["x".repeat(2_000_000)]: {} } }],
    ]) {
      const error = await rejection(name, sms.request("POST /x", input));
      check(`${name}: code`, error.code, "invalid_argument");
      check(`${name}: the message`, /^The parameter '([^']*)' must/.exec(error.message)?.[1], name);
    }
    check("how many were sent", fetch.requests.length, 0);
    // A list of a library's own says itself what it is in JSON.
    const list = { *[Symbol.iterator]() {}, toJSON: () => ["x"] };
    await sms.request("POST /x", { body: list });
  },

  "what Object.prototype was given is no cause of an error": async ({ AuthApi }) => {
    Object.prototype.cause = "polluted";
    try {
      const error = await rejection("a login", new AuthApi({ retries: -1 }).login(CREDENTIALS));
      check("the cause", Object.getOwnPropertyDescriptor(error, "cause")?.value, undefined);
      check("whether it has one", Object.hasOwn(error, "cause"), false);
    } finally {
      delete Object.prototype.cause;
    }
  },

  "a signal that aborts while it is listened to aborts": async ({ SmsWorks }) => {
    const signal = { aborted: false, reason: "now", addEventListener: (_, abort) => abort(), removeEventListener() {} };
    const sms = new SmsWorks({ token: TOKEN, fetch: serving(answer) });
    check("the reason", await rejection("it", sms.request("GET /x", { signal })), "now");
  },

  "an option is an object's own, and a credential may be its class's": async ({ AuthApi, SmsWorks }) => {
    const bodies = [];
    const fetch = async (url, { body }) => {
      bodies.push(`${new URL(url).host} ${await new Response(body).text()}`);
      return json({ token: TOKEN });
    };
    class Credentials {
      get key() {
        return "k-2";
      }
      get secret() {
        return "s-2";
      }
    }
    const inherited = Object.create({ baseUrl: "https://elsewhere.test/v1", timeoutMs: 1 });
    await new AuthApi(Object.assign(inherited, { fetch })).login(new Credentials());
    await new SmsWorks({ fetch, credentials: new Credentials() }).token();
    const expected = 'api.thesmsworks.co.uk {"key":"k-2","secret":"s-2"}';
    check("what was sent", bodies.join("\n"), `${expected}\n${expected}`);
  },
};
