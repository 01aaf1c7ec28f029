// Hostile values in every argument of every public function: whatever is given, a call ends as is documented, and harms no other.
import assert from "node:assert/strict";
import test, { after } from "node:test";
import { inspect } from "node:util";
import fc from "fast-check";
import { AuthApi, keySecret, Login, login, SmsWorks, SmsWorksError } from "smsworks-wasm";
import { fixed, hostile, maybe, objectOf, oneOf, recipe } from "./hostile-values.mjs";

const SEED = Number(process.env.HOSTILE_SEED ?? 20261126);
const RUNS = Number(process.env.HOSTILE_RUNS ?? 1000);
/** For a call with a value that never settles. */
const TIMEOUT_MS = 10;
const LIMIT_MS = 20_000;
const CODES = ["invalid_argument", "network", "timeout", "redirect", "http", "invalid_response"];

const BASE_URL = "https://api.example/v1";
const FIELDS = { customerid: "customer-7f3a", key: "key-9c41ab", secret: "secret-e05b77" };
const CONTENT = "content-51c9f0";
const tokenOf = (payload) => {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `JWT ${part({ alg: "HS256" })}.${part({ exp: Math.floor(Date.now() / 1000) + 3600, ...payload })}.c2lnbmF0dXJl`;
};
const TOKEN = tokenOf({ key: "token-key-51d0", secret: "token-secret-88ab" });
const SECRET_CREDENTIALS = [...Object.values(FIELDS), TOKEN.slice(4), "token-key-51d0", "token-secret-88ab"];
const SECRETS = [...SECRET_CREDENTIALS, CONTENT];
const TEXT = { sender: "Us", destination: "447777777777", content: CONTENT };

const uncaught = [];
for (const event of ["uncaughtException", "unhandledRejection"]) process.on(event, (reason) => uncaught.push(reason));

const turn = () => new Promise(setImmediate);
const json = (value, status = 200) =>
  new Response(JSON.stringify(value), { status, headers: { "Content-Type": "application/json" } });

const show = (value) => {
  try {
    return inspect(value, { depth: 1 });
  } catch {
    return `a ${typeof value}`;
  }
};

/** What one run leaves behind. */
class Around {
  /** Why signals abort. */
  reasons = [];
  hasOddSignal = false;
  /** Whether a function of the caller's is called whose failure is uncaught. */
  mayThrow = false;
  /** Whether the base URL may be any. */
  isAnywhere = false;
  /** Where requests went. */
  urls = [];

  /** Makes a call of another client, in the midst of whatever is under way. */
  reenter = () => void other.request("GET /credits/balance", { timeoutMs: 5000 }).catch(() => {});

  /** A `fetch` that answers as the API does. */
  fetch = async (input, init) => {
    this.urls.push(input instanceof Request ? new Request(input).url : String(input));
    const { pathname } = new URL(this.urls.at(-1));
    if (pathname.endsWith("/auth/token")) return json({ token: TOKEN });
    if (pathname.endsWith("/auth/getApiKey")) return json({ key: "new-key", secret: "new-secret" }, 201);
    if (init.method === "GET") return json({ credits: 1 });
    return json({ messageid: "1", batchid: "2", status: "SENT", credits: 1, creditsUsed: 1 });
  };
}

/** Another client, which must notice nothing. */
const other = new SmsWorks({
  token: tokenOf({}),
  fetch: async () => json({ messageid: "other", status: "SENT", credits: 1, creditsUsed: 1 }),
});

/** Begins to send a text by another client; resolves with a function that lets it end, and looks at how. */
async function beginSend() {
  let begin;
  let answer;
  const begun = new Promise((resolve) => (begin = resolve));
  const answered = new Promise((resolve) => (answer = resolve));
  const client = new SmsWorks({
    token: tokenOf({}),
    timeoutMs: 2 * LIMIT_MS,
    fetch: async () => {
      begin();
      await answered;
      return json({ messageid: "under-way", status: "SENT", credits: 1, creditsUsed: 1 });
    },
  });
  const sending = client.request("POST /message/send", { body: TEXT });
  sending.catch(() => {});
  await begun;
  return async () => {
    answer();
    assert.equal((await sending).messageid, "under-way", "The send that was under way has another answer");
  };
}

/** Makes a call, and holds it to what is documented of every call. Gives what it resolves with. */
async function endsWell(around, call) {
  const endSend = await beginSend();
  let promise;
  try {
    promise = call();
  } catch (thrown) {
    assert.fail(`It threw ${show(thrown)}`);
  }
  assert.ok(promise instanceof Promise, "It returned no promise");
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, LIMIT_MS, { late: true })));
  const settled = promise.then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
  const outcome = await Promise.race([settled, late]);
  clearTimeout(timer);
  assert.ok(!outcome.late, `It did not settle within ${LIMIT_MS} ms`);
  if ("error" in outcome) assertDocumented(around, outcome.error);
  await endSend();
  await turn();
  const own = uncaught.splice(0);
  if (!around.mayThrow) assert.deepEqual(own.map(show), [], "Something is uncaught");
  for (const url of around.isAnywhere ? [] : around.urls)
    assert.ok(url.startsWith(`${BASE_URL}/`), `A request went to ${url}`);
  return outcome;
}

const isSmsWorksError = (error) => {
  try {
    return error instanceof SmsWorksError;
  } catch {
    return false;
  }
};

function assertDocumented(around, error) {
  if (!isSmsWorksError(error)) {
    const isReason = around.hasOddSignal || around.reasons.some((reason) => Object.is(reason, error));
    return assert.ok(isReason, `It rejected with ${show(error)}`);
  }
  const { code, message, operation, retryable } = error;
  assert.ok(CODES.includes(code), `Its code is ${code}: ${message}`);
  assert.equal(typeof operation, "string");
  assert.equal(typeof retryable, "boolean");
  assert.match(message, /^[^\n\r]+$/);
  // The cause is what the caller's own functions failed with, as it is.
  const fields = Object.fromEntries(Object.entries(error).filter(([name]) => name !== "cause"));
  const texts = [message, error.stack, String(error), inspect(fields), operation, JSON.stringify(fields)];
  // The API's own words may repeat a body, but for credentials.
  for (const secret of code === "http" ? SECRET_CREDENTIALS : SECRETS) {
    assert.ok(!texts.some((text) => text.includes(secret)), `The error shows ${secret}: ${texts.join("\n")}`);
  }
}

// What may be given.

const CUSTOMERID = maybe("customer id", () => FIELDS.customerid);
const LOGIN_FIELDS = {
  customerid: CUSTOMERID,
  key: maybe("key", () => FIELDS.key),
  secret: maybe("secret", () => FIELDS.secret),
};
const LOGIN = oneOf(
  objectOf(LOGIN_FIELDS),
  fixed("a Login", () => new Login(FIELDS)),
);

const SIGNALS = {
  "a signal": () => new AbortController().signal,
  "an aborted signal": ({ reasons }) => {
    const signal = AbortSignal.abort();
    reasons.push(signal.reason);
    return signal;
  },
  "a signal that aborts soon": ({ reasons }) => {
    const controller = new AbortController();
    const reason = { soon: true };
    reasons.push(reason);
    setImmediate(() => controller.abort(reason));
    return controller.signal;
  },
  "a signal of a subclass": (around) => {
    const controller = new AbortController();
    around.hasOddSignal = true;
    return Object.setPrototypeOf(controller.signal, class Odd extends AbortSignal {}.prototype);
  },
  "a signal with properties of its own": (around) => {
    around.hasOddSignal = true;
    const refuse = () => {
      throw new Error("not to be touched");
    };
    return Object.defineProperties(new AbortController().signal, {
      addEventListener: { value: refuse },
      removeEventListener: { value: refuse },
      reason: { get: refuse },
    });
  },
  "a Proxy of a signal": (around) => {
    around.hasOddSignal = true;
    return new Proxy(new AbortController().signal, {});
  },
  "a signal that calls back at once, and again": (around) => {
    around.hasOddSignal = true;
    const calls = (_, listener) => [1, 2].forEach(() => listener?.());
    return { aborted: false, reason: "odd", addEventListener: calls, removeEventListener: calls };
  },
};
const SIGNAL = maybe("undefined", () => undefined, ...Object.entries(SIGNALS));
const milliseconds = maybe("5", () => 5, ["undefined", () => undefined]);
const retries = maybe("0", () => 0, ["1", () => 1]);

/** No deadline is longer than a run may take; and a signal of whatever kind may abort for whatever reason. */
const inTime = (name, value, around) => {
  if (name === "signal" && isOdd(value)) around.hasOddSignal = true;
  const isLong = value === undefined || (typeof value === "number" && value > TIMEOUT_MS);
  return name === "timeoutMs" && isLong ? TIMEOUT_MS : value;
};
const isOdd = (value) => {
  try {
    return Object.getPrototypeOf(value) !== AbortSignal.prototype;
  } catch {
    return true;
  }
};
const HEADERS = oneOf(
  objectOf({
    "X-Request-Id": maybe("text", () => "1"),
    Authorization: maybe("undefined", () => undefined),
    "a b": maybe("undefined", () => undefined),
  }),
);
const CALL_OPTIONS = { signal: SIGNAL, timeoutMs: milliseconds, retries, headers: HEADERS };
const callOptions = oneOf(
  objectOf(CALL_OPTIONS, inTime),
  fixed("undefined", () => undefined),
);
const FETCH = maybe("fetch", (around) => around.fetch);
const CLIENT_OPTIONS = {
  baseUrl: maybe("base URL", () => BASE_URL),
  timeoutMs: milliseconds,
  retries,
  fetch: FETCH,
  allowInsecureHttp: maybe("false", () => false),
  headers: HEADERS,
};
const STORE = oneOf(
  objectOf({
    get: maybe("() => TOKEN", () => () => TOKEN, ["() => null", () => () => null]),
    set: maybe("() => {}", () => () => {}),
  }),
  fixed("a store with a token", () => ({ get: async () => TOKEN, set: async () => {} })),
);
const CREDENTIALS = oneOf(
  LOGIN,
  fixed("a function", () => async () => FIELDS),
);
const SESSION_OPTIONS = {
  ...CLIENT_OPTIONS,
  credentials: CREDENTIALS,
  token: maybe("token", () => TOKEN),
  tokenStore: STORE,
  refreshMarginMs: milliseconds,
};

/** Those of a client of which something else is hostile. */
const properOptions = (around) => ({
  baseUrl: BASE_URL,
  timeoutMs: TIMEOUT_MS,
  retries: 0,
  fetch: around.fetch,
  credentials: FIELDS,
});
const IN_TIME = { timeoutMs: TIMEOUT_MS };

const ROUTES = [
  "POST /message/send",
  "GET /messages/{messageid}",
  "GET /credits/balance",
  "DELETE /batches/schedule/{batchid}",
  "POST /auth/token",
  "GET /auth/getApiKey",
].map((route) => [route, () => route]);
const ROUTE = maybe("POST /message/schedule", () => "POST /message/schedule", ...ROUTES);
const REQUEST_INPUT = oneOf(
  objectOf(
    {
      params: oneOf(objectOf({ messageid: maybe("1", () => 1), batchid: maybe('"b"', () => "b") })),
      query: oneOf(objectOf({ limit: maybe("[1]", () => [1]), customerid: CUSTOMERID })),
      body: oneOf(
        objectOf({ sender: maybe("Us", () => "Us"), content: maybe("content", () => CONTENT), key: CUSTOMERID }),
      ),
      ...CALL_OPTIONS,
    },
    inTime,
  ),
);

const EVIL = "https://evil.example/steal";
const lying = (url, value) => Object.defineProperty(new Request(url), "url", { get: value, configurable: true });
const INPUT = maybe(
  '"/messages"',
  () => "/messages",
  ["an evil URL", () => EVIL],
  ["a URL", () => new URL(`${BASE_URL}/messages`)],
  ["an evil URL object", () => new URL(EVIL)],
  ["a URL that lies", () => Object.defineProperty(new URL(EVIL), "href", { value: `${BASE_URL}/x` })],
  [
    "a URL that changes",
    () => {
      let reads = 0;
      return Object.defineProperty(new URL(EVIL), "href", { get: () => (reads++ ? EVIL : `${BASE_URL}/x`) });
    },
  ],
  ["a Request", () => new Request(`${BASE_URL}/messages`, { method: "POST", body: CONTENT })],
  ["an evil Request", () => new Request(EVIL)],
  ["a Request that lies", () => lying(EVIL, () => `${BASE_URL}/x`)],
  [
    "a Request that changes",
    () => {
      let reads = 0;
      return lying(EVIL, () => (reads++ ? EVIL : `${BASE_URL}/x`));
    },
  ],
  [
    "a Request of a subclass that lies",
    () =>
      new (class extends Request {
        get url() {
          return `${BASE_URL}/x`;
        }
      })(EVIL),
  ],
  [
    "a Request whose clone lies",
    () => Object.defineProperty(new Request(`${BASE_URL}/x`), "clone", { value: () => new Request(EVIL) }),
  ],
  [
    "a Request whose prototype is another",
    () => Object.setPrototypeOf(new Request(EVIL), { url: `${BASE_URL}/x`, clone: () => new Request(EVIL) }),
  ],
  ["what is like a Request", () => ({ url: `${BASE_URL}/x`, clone: () => new Request(EVIL), toString: () => EVIL })],
  [
    "a Request that was read",
    () => {
      const request = new Request(`${BASE_URL}/x`, { method: "POST", body: "read" });
      request.text().catch(() => {});
      return request;
    },
  ],
);
const INIT = oneOf(
  objectOf(
    {
      method: maybe('"POST"', () => "POST", [
        "a method that changes",
        () => {
          let reads = 0;
          return { toString: () => (reads++ ? "POST" : "GET") };
        },
      ]),
      headers: maybe("{ a: b }", () => ({ a: "b" }), ["pairs", () => [["Authorization", "mine"]].values()]),
      body: maybe("content", () => CONTENT),
      signal: SIGNAL,
      redirect: maybe("follow", () => "follow"),
      duplex: maybe("half", () => "half"),
    },
    inTime,
  ),
  fixed("undefined", () => undefined),
);

/** Answers that repeat all that was sent. */
const echo = (status) => async (url, init) => {
  const headers = JSON.stringify([...new Headers(init.headers)]);
  return json({ message: `${url} ${headers} ${init.body} ${decodeURIComponent(url)}`, errorCode: 5 }, status);
};
const RESPONSE = oneOf(
  objectOf({
    status: maybe("200", () => 200, ["503", () => 503], ["302", () => 302], ["401", () => 401]),
    headers: maybe("headers", () => new Headers({ "retry-after": "1" }), ["a Map", () => new Map()]),
    body: maybe("null", () => null, ["a body", () => new Response(JSON.stringify({ token: TOKEN })).body]),
    text: maybe("text", () => async () => JSON.stringify({ token: TOKEN })),
    json: maybe("json", () => async () => ({ token: TOKEN })),
    clone: maybe("undefined", () => undefined),
  }),
  objectOf({ status: maybe("200", () => 200), headers: maybe("headers", () => new Headers()) }),
  fixed("a body that is read already", () => {
    const response = json({});
    response.body.getReader();
    return response;
  }),
  fixed(
    "a subclass with getters that throw",
    () =>
      new (class extends Response {
        get status() {
          throw new Error("status");
        }
        get headers() {
          throw new Error("headers");
        }
      })("{}"),
  ),
);
const READER = objectOf({
  read: maybe("a read", () => async () => ({ done: true })),
  cancel: maybe("a cancel", () => async () => {}),
  releaseLock: maybe("a releaseLock", () => () => {}),
});
const ANSWER = oneOf(
  fixed("an echo of 400", () => echo(400)),
  fixed("an echo of 401", () => echo(401)),
  fixed("an echo of 500", () => echo(500)),
  fixed("an echo of 200", () => echo(200)),
  RESPONSE.map((response) => ({ ...response, make: (around) => async () => response.make(around) })),
  fc
    .tuple(
      READER,
      maybe("200", () => 200),
    )
    .map(([reader, status]) => ({
      ...reader,
      make: (around) => async () => ({
        status: status.make(around),
        headers: new Headers(),
        body: { getReader: () => reader.make(around) },
      }),
    })),
);

let count = 0;
let properties = 0;
after(() => console.log(`# ${count} cases of ${properties} properties, of seed ${SEED}`));

/** A property of what these values are made into: it rejects where a call does not hold it. */
const property = (name, values, holds) =>
  test(name, { timeout: 300_000 }, async (t) => {
    const asynchronous = fc.asyncProperty(...values, async (...recipes) => {
      const around = new Around();
      globalThis.fetch = around.fetch;
      await holds(around, ...recipes.map(({ make }) => make(around)));
    });
    const began = performance.now();
    const details = await fc.check(asynchronous, { seed: SEED, numRuns: RUNS, interruptAfterTimeLimit: 200_000 });
    count += details.numRuns;
    properties++;
    t.diagnostic(`${name}: ${details.numRuns} cases in ${Math.round(performance.now() - began)} ms`);
    if (details.failed) {
      const [example] = fc.defaultReportMessage(details).match(/Counterexample.*/);
      assert.fail(`${example}\n${details.errorInstance?.message ?? show(details.errorInstance)}`);
    }
  });

/** What a callback throws is its own uncaught error; those have a property of their own. */
const unlessCallback = (options, holds) => (typeof options === "function" ? undefined : holds());

property("AuthApi", [oneOf(objectOf(CLIENT_OPTIONS, inTime, ["baseUrl"]))], (around, options) => {
  around.isAnywhere = true;
  return endsWell(around, () => new AuthApi(options).keySecret(FIELDS.customerid, IN_TIME));
});

property("AuthApi.keySecret", [CUSTOMERID, callOptions], (around, customerid, options) =>
  unlessCallback(options, () =>
    endsWell(around, () => new AuthApi(properOptions(around)).keySecret(customerid, options)),
  ),
);

property("AuthApi.login", [LOGIN, callOptions], (around, credentials, options) =>
  unlessCallback(options, () => endsWell(around, () => new AuthApi(properOptions(around)).login(credentials, options))),
);

const FREE = oneOf(objectOf({ ...CLIENT_OPTIONS, ...CALL_OPTIONS }, inTime, ["timeoutMs", "fetch"]));
property("keySecret", [CUSTOMERID, FREE], (around, customerid, options) => {
  around.isAnywhere = true;
  return unlessCallback(options, () => endsWell(around, () => keySecret(customerid, options)));
});

property("login", [LOGIN, FREE], (around, credentials, options) => {
  around.isAnywhere = true;
  return unlessCallback(options, () => endsWell(around, () => login(credentials, options)));
});

const CALLBACKS = {
  "a function": (callback) => callback,
  "a Proxy": (callback) => new Proxy(callback, {}),
  "a Proxy that can only be called": (callback) => new Proxy(callback, callable),
  "a function without a prototype": (callback) => Object.setPrototypeOf(callback, null),
  "a thenable function": (callback) => Object.assign(callback, { then: () => {} }),
  "a function with fields of options": (callback) => Object.assign(callback, { timeoutMs: "x", signal: 5 }),
  "an async function":
    (callback) =>
    async (...args) =>
      callback(...args),
};
const callable = Object.fromEntries(
  Object.getOwnPropertyNames(Reflect)
    .filter((trap) => trap !== "apply")
    .map((trap) => [
      trap,
      () => {
        throw new Error("not to be touched");
      },
    ]),
);
property(
  "callbacks",
  [LOGIN, CUSTOMERID, fc.constantFrom(...Object.entries(CALLBACKS)).map(([name, make]) => recipe(name, () => make))],
  async (around, credentials, customerid, disguise) => {
    const api = new AuthApi(properOptions(around));
    for (const call of [
      (callback) => api.login(credentials, callback),
      (callback) => api.keySecret(customerid, callback),
    ]) {
      await endsWell(
        around,
        () =>
          new Promise((resolve, reject) => {
            const returned = call(disguise((error, data) => (error ? reject(error) : resolve(data))));
            if (returned !== undefined) reject(new Error("It returned something"));
          }),
      );
    }
  },
);

property("Login", [LOGIN], (around, fields) => {
  const made = new Login(fields);
  return endsWell(around, () => new AuthApi(properOptions(around)).login(made));
});

const CALLS = fc.constantFrom(
  ...Object.entries({
    token: (sms, options) => sms.token(options),
    authorization: (sms, options) => sms.authorization(options),
    request: (sms, options) => sms.request("POST /message/send", { body: TEXT, ...options }),
    fetch: (sms) => sms.fetch("/messages", { method: "POST", body: "{}" }),
    forget: (sms) => sms.forget(),
    send: (sms, options) => sms.messages.send(TEXT, options),
  }).map(([name, call]) => recipe(name, () => call)),
);

property(
  "SmsWorks",
  [oneOf(objectOf(SESSION_OPTIONS, inTime, ["timeoutMs"])), CALLS],
  async (around, options, call) => {
    around.isAnywhere = true;
    const sms = new SmsWorks(options);
    const shown = `${JSON.stringify(sms)} ${inspect(sms, { showHidden: true, depth: 5 })}`;
    for (const secret of SECRETS) assert.ok(!shown.includes(secret), `It shows ${secret}`);
    await endsWell(around, () => call(sms, IN_TIME));
  },
);

property("SmsWorks.token and authorization", [callOptions], async (around, options) => {
  const sms = new SmsWorks(properOptions(around));
  await endsWell(around, () => sms.token(options));
  await endsWell(around, () => sms.authorization(options));
});

property("SmsWorks.request", [ROUTE, REQUEST_INPUT], (around, route, input) =>
  endsWell(around, () => new SmsWorks(properOptions(around)).request(route, input)),
);

/** The methods, each with an argument that it may have. */
const BODY = objectOf({
  sender: maybe("Us", () => "Us"),
  destination: maybe("a number", () => "447777777777"),
  destinations: maybe("numbers", () => ["447777777777"]),
  content: maybe("content", () => CONTENT),
  schedule: maybe("a Date", () => new Date(2e12)),
  limit: maybe("1", () => 1),
  skip: maybe("0", () => 0),
  to: maybe("a Date", () => new Date(2e12)),
  passcode: CUSTOMERID,
});
const ARGUMENT = oneOf(
  BODY,
  fixed("an id", () => "1"),
  fixed("a number", () => 1),
  fixed("undefined", () => undefined),
);
const NAMES = {
  messages: ["send", "flash", "schedule", "get", "delete", "search", "inbox", "failed", "scheduled", "cancel"],
  batches: ["send", "sendAny", "schedule", "get", "cancel"],
  otp: ["send", "verify", "get"],
  credits: ["balance"],
  utils: ["test", "error"],
};
const METHOD = fc.constantFrom(
  ...Object.entries(NAMES).flatMap(([group, names]) =>
    names.map((name) =>
      recipe(`${group}.${name}`, () => (sms, argument, options) => {
        // Without its object, since nothing says that it needs one.
        const { [name]: method } = sms[group];
        return ["scheduled", "balance", "test"].includes(name) ? method(options) : method(argument, options);
      }),
    ),
  ),
);
property("the methods", [METHOD, ARGUMENT, callOptions], (around, method, argument, options) =>
  endsWell(around, () => method(new SmsWorks(properOptions(around)), argument, options)),
);

/** What a loop gives, as a promise; of a loop without an end, the beginning. */
const loop = async (made) => {
  const given = [];
  for await (const one of made) if (given.push(one) === 3) break;
  return given;
};
/** Answers with texts, twice. */
const pages = (texts) => () => {
  let left = 2;
  return async () => json(left-- > 0 ? texts : []);
};
const TEXTS = oneOf(
  fixed("texts", pages([{ messageid: "1" }, { messageid: "1" }, { messageid: 2 }])),
  fixed("texts without an id", pages([{}, {}])),
  fixed("what is no list", pages({ length: 7 })),
  fixed("null", pages(null)),
  fixed("odd texts", pages([null, 5, "text", [[]]])),
);
property("messages.all", [ARGUMENT, callOptions, TEXTS], (around, query, options, fetch) =>
  endsWell(around, () => loop(new SmsWorks({ ...properOptions(around), fetch }).messages.all(query, options))),
);

property("batches.sendAll", [ARGUMENT, callOptions], (around, message, options) =>
  endsWell(around, () => loop(new SmsWorks(properOptions(around)).batches.sendAll(message, [1, 2], options))),
);

const DESTINATIONS = oneOf(
  hostile.map((value) => ({ ...value, name: `a list of ${value.name}`, make: (around) => [value.make(around)] })),
  hostile.map((value) => ({
    ...value,
    name: `a generator of ${value.name}`,
    make: (around) => [1, value.make(around)].values(),
  })),
);
property("the destinations of batches.sendAll", [DESTINATIONS], (around, destinations) => {
  // What a list throws is thrown as it is.
  around.hasOddSignal = true;
  const sms = new SmsWorks(properOptions(around));
  const { destination, ...message } = TEXT;
  return endsWell(around, () =>
    // One that never ends is waited for.
    Promise.race([
      loop(sms.batches.sendAll(message, destinations)),
      new Promise((resolve) => setTimeout(resolve, 20 * TIMEOUT_MS)),
    ]),
  );
});

property("SmsWorks.fetch", [INPUT, INIT], (around, input, init) =>
  endsWell(around, () => new SmsWorks(properOptions(around)).fetch(input, init)),
);

property("token stores", [STORE, CALLS, CALLS], async (around, tokenStore, first, second) => {
  const sms = new SmsWorks({ ...properOptions(around), tokenStore });
  await endsWell(around, () => first(sms));
  await endsWell(around, () => second(sms));
});

property("functions that give credentials", [CREDENTIALS, hostile, CALLS], async (around, credentials, given, call) => {
  for (const value of [credentials, () => given, async () => given, () => credentials]) {
    await endsWell(around, () => call(new SmsWorks({ ...properOptions(around), credentials: value })));
  }
});

const ASKS = fc.constantFrom(
  ...Object.entries({
    keySecret: (api) => api.keySecret(FIELDS.customerid),
    login: (api) => api.login(FIELDS),
    token: (_, sms) => sms.token(),
    request: (_, sms) => sms.request("POST /message/send", { body: TEXT }),
    get: (_, sms) => sms.request("GET /messages/{messageid}", { params: { messageid: 1 } }),
    fetch: (_, sms) => sms.fetch("/messages", { method: "POST", body: CONTENT }),
  }).map(([name, call]) => recipe(name, () => call)),
);

property("fetch", [FETCH, ASKS], (around, fetch, ask) => {
  const options = { ...properOptions(around), fetch };
  return endsWell(around, () => ask(new AuthApi(options), new SmsWorks({ ...options, token: TOKEN })));
});

property("what fetch resolves with", [ANSWER, ASKS, retries], (around, fetch, ask, retries) => {
  const options = { ...properOptions(around), fetch, retries };
  return endsWell(around, () => ask(new AuthApi(options), new SmsWorks({ ...options, token: TOKEN })));
});

property("methods of another object", [hostile, CALLS], async (around, odd, call) => {
  for (const [type, names] of [
    [AuthApi, ["keySecret", "login"]],
    [SmsWorks, ["token", "authorization", "request", "forget"]],
  ]) {
    for (const name of names) await endsWell(around, () => type.prototype[name].call(odd, "GET /credits/balance"));
  }
  const { fetch } = new SmsWorks(properOptions(around));
  await endsWell(around, () => fetch.call(odd, "/messages"));
  await endsWell(around, () => call(new SmsWorks(properOptions(around))));
});

const POLLUTED = {
  baseUrl: maybe("evil", () => EVIL),
  allowInsecureHttp: maybe("true", () => true),
  fetch: maybe("evil", (around) => (url) => {
    around.urls.push(`by another fetch: ${url}`);
    return json({});
  }),
  timeoutMs: milliseconds,
  retries,
  signal: maybe("aborted", () => AbortSignal.abort("evil")),
  token: maybe("token", () => "evil"),
  tokenStore: maybe("store", () => ({ get: () => "evil", set() {} })),
  customerid: CUSTOMERID,
  key: CUSTOMERID,
  params: maybe("params", () => ({ a: "b" })),
  query: maybe("query", () => ({ a: "b" })),
  body: maybe("body", () => "evil"),
  method: maybe("DELETE", () => "DELETE"),
  headers: maybe("headers", () => ({ evil: "header" })),
};
property(
  "a polluted Object.prototype",
  [
    fc
      .constantFrom(...Object.keys(POLLUTED))
      .chain((field) =>
        POLLUTED[field].map(({ name, make }) => recipe(`${field}: ${name}`, (around) => [field, make(around)])),
      ),
    ASKS,
  ],
  async (around, [name, value], ask) => {
    const options = { baseUrl: BASE_URL, timeoutMs: LIMIT_MS, retries: 0, fetch: around.fetch, credentials: FIELDS };
    for (const left of ["", name]) {
      const { [left]: _, ...given } = options;
      globalThis.fetch = around.fetch;
      around.isAnywhere = left === "baseUrl";
      const outcome = await endsWell(around, () => {
        Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
        try {
          return ask(new AuthApi(given), new SmsWorks(given));
        } finally {
          delete Object.prototype[name];
        }
      });
      assert.ok(!around.urls.some((url) => url.includes("evil")), `A request went to ${around.urls}`);
      assert.equal(outcome.error, undefined);
    }
  },
);

const OBSERVE = maybe("a function", () => () => {});
// The last one: what an observer throws is uncaught, also later. Of a promise that it returns, nobody takes note.
property("observe", [OBSERVE, CALLS], async (around, given, call) => {
  around.mayThrow = true;
  globalThis.queueMicrotask = quietly;
  const called = (event) => {
    const result = given(event);
    if (result instanceof Promise) result.catch(() => {});
  };
  const observe = typeof given === "function" ? called : given;
  await endsWell(around, () => call(new SmsWorks({ ...properOptions(around), observe }), IN_TIME));
  await endsWell(around, () => new AuthApi({ ...properOptions(around), observe }).login(FIELDS));
});

function quietly(task) {
  Promise.resolve()
    .then(task)
    .catch(() => {});
}
