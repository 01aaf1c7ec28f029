// The life of a token.
import { CREDENTIALS, check, checkFields, json, rejection, SENT, serving, TEXT, TOKEN, tokenOf } from "./expect.mjs";

const BALANCE = "GET /credits/balance";
const SEND = "POST /message/send";

const nowInSeconds = () => Math.floor(Date.now() / 1000);

/** A token that holds for another hour, unlike every other of another number. */
const numbered = (number, seconds = 3600) =>
  tokenOf({ key: "k", secret: "s", n: number, iat: nowInSeconds(), exp: nowInSeconds() + seconds });

/** What resolves once it is told to. */
const gate = () => {
  let open;
  const opened = new Promise((resolve) => (open = resolve));
  return { open, opened };
};

/** An API that accepts some tokens, and issues numbered ones. */
const guarded = (accepted = [], issue = numbered) => {
  const api = { logins: 0, sent: [], accepted: new Set(accepted), lasting: 3600, accepts: () => true };
  api.fetch = async (input, init) => {
    const path = new URL(typeof input === "string" ? input : input.url).pathname;
    if (path.endsWith("/auth/token")) {
      const token = issue(++api.logins, api.lasting);
      if (api.accepts(token)) api.accepted.add(token);
      return json({ token });
    }
    const authorization = new Headers(init?.headers ?? input.headers).get("Authorization");
    api.sent.push(authorization);
    return api.accepted.has(authorization) ? json(SENT) : json({ message: "Unauthorized" }, 401);
  };
  return api;
};

/** A store that keeps a token, and what it was told. */
const storing = (kept = null) => {
  const store = {
    kept,
    told: [],
    get: async () => store.kept,
    set: async (token) => {
      store.told.push(token);
      store.kept = token;
    },
  };
  return store;
};

/** Runs some work with clocks that it sets. */
const withClocks = async (work) => {
  const clock = { date: Date.now(), steady: performance.now() };
  const real = { date: Date.now, steady: Object.getOwnPropertyDescriptor(performance, "now") };
  Date.now = () => clock.date;
  Object.defineProperty(performance, "now", { value: () => clock.steady, configurable: true, writable: true });
  try {
    await work(clock);
  } finally {
    Date.now = real.date;
    if (real.steady) Object.defineProperty(performance, "now", real.steady);
    else delete performance.now;
  }
};

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Whether a token was handed out in each of the ways there are. */
const checkToken = async (what, sms, token) => {
  check(`${what}, by token()`, await sms.token(), token);
  check(`${what}, by authorization()`, await sms.authorization(), token);
};

export default {
  "a 401 to a body that can be read once drops the token": async ({ SmsWorks }) => {
    const stale = numbered("stale");
    const bodies = {
      stream: () => new Blob(["{}"]).stream(),
      "async iterable": () => (async function* () {})(),
    };
    for (const [what, body] of Object.entries(bodies)) {
      const api = guarded();
      const tokenStore = storing(stale);
      const sms = new SmsWorks({ credentials: CREDENTIALS, fetch: api.fetch, tokenStore });
      await sms.token();
      const response = await sms.fetch("/message/send", { method: "POST", body: body(), duplex: "half" });
      check(`${what}: the status`, response.status, 401);
      check(`${what}: how often it was sent`, api.sent.length, 1);
      check(`${what}: the next answer`, (await sms.request(BALANCE)).credits, 1);
      check(`${what}: how often anything was sent`, api.sent.length, 2);
      check(`${what}: logins`, api.logins, 1);
      check(`${what}: what the store has`, tokenStore.kept, api.sent[1]);
    }
  },

  "tokens that are stale, wherever they are from, end in a login while there are credentials": async ({ SmsWorks }) => {
    const [held, stored, given] = ["held", "stored", "given"].map((name) => numbered(name));
    for (const [what, options, kept, sent] of [
      ["in the store", {}, stored, 2],
      ["in the options", { token: given }, null, 2],
      ["in both", { token: given }, stored, 3],
      ["the same in both", { token: stored }, stored, 2],
    ]) {
      const api = guarded();
      const tokenStore = storing(kept);
      const sms = new SmsWorks({ credentials: CREDENTIALS, fetch: api.fetch, tokenStore, ...options });
      check(`${what}: the answer`, (await sms.request(SEND, { body: TEXT })).credits, 1);
      check(`${what}: how often it was sent`, api.sent.length, sent);
      check(`${what}: how many tokens were sent`, new Set(api.sent).size, sent);
      check(`${what}: logins`, api.logins, 1);
      check(`${what}: what the store has`, tokenStore.kept, await sms.token());
    }
    // Another process has put one there, which is stale as well.
    const api = guarded([held]);
    const tokenStore = storing(held);
    const sms = new SmsWorks({ credentials: CREDENTIALS, fetch: api.fetch, tokenStore });
    await sms.request(BALANCE);
    api.accepted.clear();
    tokenStore.kept = stored;
    const answers = await Promise.all(Array.from({ length: 100 }, () => sms.request(BALANCE)));
    for (const { credits } of answers) check("the answer of one of many", credits, 1);
    check("logins of many", api.logins, 1);
  },

  "a call that needs a login gets one, also where another call is asking the store": async ({ SmsWorks }) => {
    const [first, second, third] = ["first", "second", "third"].map((name) => numbered(name));
    const api = guarded();
    const events = {};
    /** A gate for each thing that happens, which holds it up, and one that tells of it. */
    const event = (name) => (events[name] ??= { begun: gate(), goes: gate() });
    const happens = (name) => {
      event(name).begun.open();
      return event(name).goes.opened;
    };
    const names = new Map([first, second, third].map((token, at) => [token, at + 1]));
    const fetch = async (url, init) => {
      const number = names.get(new Headers(init.headers).get("Authorization"));
      if (number) await happens(`${String(url).slice(-1)}${number}`);
      return api.fetch(url, init);
    };
    let looks = 0;
    const tokenStore = {
      get: async () => {
        await happens(`look${++looks}`);
        return [first, second, third][looks - 1];
      },
      set() {},
    };
    const sms = new SmsWorks({ credentials: CREDENTIALS, fetch, tokenStore });
    const pass = async (...names) => {
      for (const name of names) {
        await event(name).begun.opened;
        event(name).goes.open();
      }
    };
    const a = sms.request("GET /a");
    await pass("look1", "a1", "look2");
    await event("a2").begun.opened;
    const b = sms.request("GET /b");
    await pass("b2");
    await event("look3").begun.opened;
    await pass("a2");
    // It may join the look-up, or find what that found.
    await new Promise((resolve) => setTimeout(resolve));
    event("look3").goes.open();
    event("a3").goes.open();
    event("b3").goes.open();
    check("the answer of the one", (await a).credits, 1);
    check("the answer of the other", (await b).credits, 1);
    check("logins", api.logins, 1);
  },

  "what was refused is not taken again": async ({ SmsWorks }) => {
    const [stored, given] = ["stored", "given"].map((name) => numbered(name));
    const api = guarded();
    // A store that keeps nothing, as one that is read-only.
    const tokenStore = { get: () => stored, set: () => false };
    const sms = new SmsWorks({ credentials: CREDENTIALS, fetch: api.fetch, tokenStore, token: given });
    for (let count = 1; count <= 5; count++) {
      check(`the answer ${count}`, (await sms.request(BALANCE)).credits, 1);
      api.accepted.clear();
    }
    for (const token of [stored, given]) {
      check("how often it was sent", api.sent.filter((sent) => sent === token).length, 1);
    }
  },

  "a second 401 is the error, where the first made a login": async ({ SmsWorks }) => {
    const api = guarded();
    api.accepts = () => false;
    const sms = new SmsWorks({ credentials: CREDENTIALS, fetch: api.fetch, tokenStore: storing(numbered("stale")) });
    const error = await rejection("the request", sms.request(BALANCE));
    checkFields("the error", error, { code: "http", status: 401, operation: BALANCE });
    check("how often it was sent", api.sent.length, 2);
    check("logins", api.logins, 1);
  },

  "a login that brings the token that was refused is given its chance": async ({ SmsWorks }) => {
    const token = numbered("the same");
    const api = guarded([], () => token);
    const sms = new SmsWorks({ credentials: CREDENTIALS, fetch: api.fetch, token });
    check("the answer", (await sms.request(BALANCE)).credits, 1);
    check("the next answer", (await sms.request(BALANCE)).credits, 1);
    check("logins", api.logins, 1);

    // Also where something else goes wrong after it.
    const answers = [
      json({ message: "Unauthorized" }, 401),
      json({ message: "Later" }, 503, { "Retry-After": "0" }),
      json({ credits: 1 }),
    ];
    const fetch = serving(
      () => answers.shift(),
      () => json({ token }),
    );
    const again = new SmsWorks({ credentials: CREDENTIALS, fetch, token });
    check("the answer after a 503", (await again.request(BALANCE)).credits, 1);
  },

  "without credentials, a refused token is a 401": async ({ SmsWorks }) => {
    const [stored, given] = ["stored", "given"].map((name) => numbered(name));
    for (const [what, options, sent] of [
      ["in the store", { tokenStore: storing(stored) }, 1],
      ["in the options", { token: given }, 1],
      ["in both", { token: given, tokenStore: storing(stored) }, 2],
    ]) {
      const api = guarded();
      const sms = new SmsWorks({ fetch: api.fetch, ...options });
      const error = await rejection(what, sms.request(SEND, { body: TEXT }));
      checkFields(what, error, { code: "http", status: 401, operation: SEND });
      check(`${what}: how often it was sent`, api.sent.length, sent);
      check(`${what}: how many tokens were sent`, new Set(api.sent).size, sent);
      const again = await rejection(what, sms.request(SEND, { body: TEXT }));
      checkFields(`${what}, again`, again, { code: "http", status: 401, operation: SEND });
      check(`${what}: the status of a fetch`, (await sms.fetch("/credits/balance")).status, 401);
    }
    // The store loses it meanwhile.
    const api = guarded();
    const tokenStore = storing(stored);
    const fetch = (...request) => {
      tokenStore.kept = null;
      return api.fetch(...request);
    };
    const error = await rejection("lost", new SmsWorks({ fetch, tokenStore }).request(BALANCE));
    checkFields("lost", error, { code: "http", status: 401, operation: BALANCE });
    // Another process puts a good one there.
    const shared = storing(stored);
    const sms = new SmsWorks({ fetch: guarded([given]).fetch, tokenStore: shared });
    await rejection("stale", sms.request(BALANCE));
    shared.kept = given;
    check("the answer with the new one", (await sms.request(BALANCE)).credits, 1);
    const none = await rejection("none", new SmsWorks({ fetch, tokenStore: storing() }).request(BALANCE));
    checkFields("none at all", none, { code: "invalid_argument", operation: "login" });
  },

  "what the store has that is no token counts as none": async ({ SmsWorks }) => {
    const broken = {
      nothing: undefined,
      null: null,
      "an empty text": "",
      "white space": " \n\t ",
      "a number": 5,
      "an object": { token: TOKEN },
      "a String": Object(TOKEN),
      "a list": [TOKEN],
      bytes: new Uint8Array(3),
      "a symbol": Symbol("token"),
      "a function": () => TOKEN,
      "a sentence": "this is not a token",
      JSON: JSON.stringify({ token: TOKEN }),
      "a quoted token": JSON.stringify(TOKEN),
      "an object as a text": String({}),
      "a line break": "JWT a\r\nX: y",
      "a line break before the token": `JWT \n${TOKEN.slice(4)}`,
      "no ASCII": "JWT tökén",
      "half a surrogate pair": "JWT \ud800",
      "a zero": "JWT a\0",
      "a promise of nothing": Promise.resolve(),
      "a scheme alone": "JWT ",
      "another scheme alone": "bearer\n",
      "a text of nothing": "null",
      "a text of nothing, with a scheme": "JWT undefined",
    };
    for (const [what, value] of Object.entries(broken)) {
      for (const token of [undefined, TOKEN]) {
        const api = guarded([TOKEN]);
        const told = [];
        const tokenStore = { get: () => value, set: (given) => told.push(given) };
        const sms = new SmsWorks({ credentials: CREDENTIALS, fetch: api.fetch, tokenStore, token });
        check(`${what}: the answer`, (await sms.request(BALANCE)).credits, 1);
        check(`${what}: how often it was sent`, api.sent.length, 1);
        check(`${what}: logins`, api.logins, token ? 0 : 1);
        check(`${what}: what the store was told`, told.length, token ? 0 : 1);
      }
    }
  },

  "a token that is given or issued and is none is an error": async ({ SmsWorks }) => {
    for (const token of ["", " ", "JWT ", "JWT", "jwt\n", "Bearer ", "null", "JWT undefined", "JWT a\nb"]) {
      const api = guarded([], () => token);
      for (const options of [{}, { credentials: CREDENTIALS }]) {
        const error = await rejection(token, new SmsWorks({ fetch: api.fetch, token, ...options }).request(BALANCE));
        checkFields(`${token}, given`, error, { code: "invalid_argument", operation: BALANCE });
      }
      check(`${token}, given: logins`, api.logins, 0);
      const tokenStore = storing();
      const sms = new SmsWorks({ credentials: CREDENTIALS, fetch: api.fetch, tokenStore });
      const error = await rejection(token, sms.request(BALANCE));
      checkFields(`${token}, issued`, error, { code: "invalid_response", operation: "login" });
      check(`${token}: how often it was sent`, api.sent.length, 0);
      check(`${token}: how often it was kept`, tokenStore.told.length, 0);
    }
  },

  "without credentials, an expired token is used until the store has another": async ({ SmsWorks }) => {
    const [expired, next] = [numbered("expired", -100), numbered("next")];
    const tokenStore = storing(expired);
    const sms = new SmsWorks({ fetch: guarded().fetch, tokenStore });
    await checkToken("expired", sms, expired);
    tokenStore.kept = next;
    await checkToken("the next", sms, next);
  },

  "a store that fails is an error": async ({ SmsWorks }) => {
    const down = new Error("down");
    const fail = () => {
      throw down;
    };
    for (const [what, tokenStore] of Object.entries({
      "get throws": { get: fail, set() {} },
      "get rejects": { get: async () => fail(), set() {} },
      "get gives what throws": { get: () => ({ then: fail }), set() {} },
      "set throws": { get() {}, set: fail },
      "set rejects": { get() {}, set: async () => fail() },
    })) {
      const sms = new SmsWorks({ credentials: CREDENTIALS, fetch: guarded().fetch, tokenStore });
      const error = await rejection(what, sms.token());
      checkFields(what, error, { code: "invalid_argument", operation: "login", cause: down });
    }
  },

  "whatever a store's set returns is waited for": async ({ SmsWorks }) => {
    for (const returned of [undefined, "OK", 1, new Map(), { then: (resolve) => resolve("OK") }]) {
      const sms = new SmsWorks({
        credentials: CREDENTIALS,
        fetch: guarded().fetch,
        tokenStore: { get() {}, set: () => returned },
      });
      await sms.token();
      check("what forget resolves with", await sms.forget(), undefined);
    }
    const { open, opened } = gate();
    const begun = gate();
    const tokenStore = { get() {}, set: () => (begun.open(), opened) };
    const sms = new SmsWorks({ credentials: CREDENTIALS, fetch: guarded().fetch, tokenStore });
    let isThere = false;
    const token = sms.token().then(() => (isThere = true));
    await begun.opened;
    check("whether it was there before it was kept", isThere, false);
    open();
    await token;
  },

  "a token that lives shorter than the margin is used for as long as it lives": async ({ SmsWorks }) => {
    await withClocks(async (clock) => {
      const pass = (ms) => {
        clock.date += ms;
        clock.steady += ms;
      };
      const api = guarded();
      api.lasting = 30;
      const tokenStore = storing();
      const client = () => new SmsWorks({ credentials: CREDENTIALS, fetch: api.fetch, tokenStore });
      const sms = client();
      const first = await sms.token();
      pass(28_000);
      await checkToken("shortly before its end", sms, first);
      await checkToken("by another process", client(), first);
      check("logins", api.logins, 1);
      pass(2_000);
      const second = await sms.token();
      check("logins after its end", api.logins, 2);
      await checkToken("by another process after its end", client(), second);
      check("logins of all", api.logins, 2);
      // One that lives long is renewed by the margin.
      api.lasting = 3600;
      pass(30_000);
      await sms.token();
      pass(3_539_000);
      await sms.token();
      check("logins before the margin", api.logins, 3);
      pass(2_000);
      await sms.token();
      check("logins within the margin", api.logins, 4);
    });
  },

  "an expired token is not handed out after the clock jumped forth and back": async ({ SmsWorks }) => {
    for (const jump of [DAY, 400 * DAY]) {
      await withClocks(async (clock) => {
        let server = clock.date;
        const pass = (ms) => {
          clock.date += ms;
          clock.steady += ms;
          server += ms;
        };
        const issue = (n) => {
          const iat = Math.floor(server / 1000);
          return tokenOf({ n, iat, exp: iat + 3600 });
        };
        const api = guarded([], issue);
        const tokenStore = storing();
        const sms = new SmsWorks({ credentials: CREDENTIALS, fetch: api.fetch, tokenStore });
        const first = await sms.token();
        clock.date += jump;
        const second = await sms.token();
        check("whether it was replaced", first !== second, true);
        clock.date -= jump;
        await checkToken("back", sms, second);
        pass(HOUR - 120_000);
        await checkToken("shortly before its end", sms, second);
        check("logins", api.logins, 2);
        pass(120_000);
        const third = await sms.token();
        check("logins after its end", api.logins, 3);
        await checkToken("the next", sms, third);
        // Nor one of the store, by what was known of the clock.
        const other = new SmsWorks({ credentials: CREDENTIALS, fetch: api.fetch, tokenStore: storing() });
        clock.date += jump;
        await other.token();
        clock.date -= jump;
        const before = api.logins;
        pass(2 * HOUR);
        await other.token();
        check("logins of another", api.logins, before + 1);
      });
    }
    // A clock that is set back once the token is in use.
    await withClocks(async (clock) => {
      const api = guarded();
      const sms = new SmsWorks({ credentials: CREDENTIALS, fetch: api.fetch, token: numbered("given") });
      await sms.token();
      clock.date += 2 * HOUR - DAY;
      clock.steady += 2 * HOUR;
      await sms.authorization();
      check("logins after it was set back", api.logins, 1);
    });
  },

  "forget leaves nothing in the store, whatever is under way": async ({ SmsWorks }) => {
    // A set is under way, and comes later than the one of forget.
    for (const isLeft of [false, true]) {
      const { open, opened } = gate();
      const begun = gate();
      const store = storing();
      store.set = async (token) => {
        if (token !== null) {
          begun.open();
          await opened;
        }
        store.kept = token;
      };
      const api = guarded();
      const sms = new SmsWorks({ credentials: CREDENTIALS, fetch: api.fetch, tokenStore: store });
      const abort = new AbortController();
      const token = sms.token({ signal: abort.signal }).catch((reason) => reason);
      await begun.opened;
      if (isLeft) {
        abort.abort("left");
        check("who left", await token, "left");
      }
      const forgotten = sms.forget();
      open();
      await forgotten;
      check("what the store has after a set", store.kept, null);
      await token;
      await sms.token();
      check("logins after a set", api.logins, 2);
    }

    // A login is under way, which would be kept later.
    {
      const { open, opened } = gate();
      const begun = gate();
      const api = guarded();
      const fetch = async (...request) => {
        begun.open();
        await opened;
        return api.fetch(...request);
      };
      const store = storing(null);
      const sms = new SmsWorks({ credentials: CREDENTIALS, fetch, tokenStore: store });
      const token = sms.token();
      await begun.opened;
      await sms.forget();
      open();
      await token;
      check("what the store has after a login", store.kept, null);
      check("what it was told", store.told.join(), "");
      await sms.token();
      check("logins after a login", api.logins, 2);
    }

    // The store is being asked, before or after.
    for (const isBefore of [true, false]) {
      const { open, opened } = gate();
      const asked = gate();
      const old = numbered("old");
      const api = guarded([old]);
      const store = storing(old);
      store.get = async () => {
        const { kept } = store;
        asked.open();
        await opened;
        return kept;
      };
      store.set = async (token) => {
        await opened;
        store.kept = token;
      };
      const sms = new SmsWorks({ credentials: CREDENTIALS, fetch: api.fetch, tokenStore: store });
      const earlier = isBefore && sms.request(BALANCE);
      if (isBefore) await asked.opened;
      const forgotten = sms.forget();
      const later = sms.request(BALANCE);
      open();
      await forgotten;
      await Promise.all([earlier, later]);
      check("the token after the store was asked", (await sms.token()) === old, false);
      check("what the store has after it was asked", store.kept === old, false);
    }

    // A request is under way, whose token is refused later.
    {
      const { open, opened } = gate();
      const sent = gate();
      const old = numbered("old");
      const api = guarded();
      const fetch = async (...request) => {
        if (api.sent.length === 0 && !String(request[0]).endsWith("/auth/token")) {
          sent.open();
          await opened;
        }
        return api.fetch(...request);
      };
      const store = storing(old);
      const sms = new SmsWorks({ credentials: CREDENTIALS, fetch, tokenStore: store });
      const answer = sms.request(BALANCE);
      await sent.opened;
      await sms.forget();
      check("what the store has after forget", store.kept, null);
      open();
      await answer;
      check("the token after a late 401", (await sms.token()) === old, false);
      check("logins after a late 401", api.logins, 1);
    }
  },

  "a call that is made after forget uses nothing older, even where forget is not waited for": async ({ SmsWorks }) => {
    const api = guarded([TOKEN]);
    const sms = new SmsWorks({ credentials: CREDENTIALS, fetch: api.fetch, token: TOKEN });
    check("the token before", await sms.token(), TOKEN);
    const forgotten = sms.forget();
    check("whether it is the same", (await sms.token()) === TOKEN, false);
    await forgotten;
    // A store that lags behind.
    const tokenStore = { get: () => TOKEN, set() {} };
    const lagging = new SmsWorks({ credentials: CREDENTIALS, fetch: api.fetch, tokenStore });
    check("the token of the store", await lagging.token(), TOKEN);
    await lagging.forget();
    check("whether it comes again", (await lagging.token()) === TOKEN, false);
  },

  "forget settles within the deadline": async ({ SmsWorks }) => {
    const never = () => new Promise(() => {});
    const sms = (tokenStore) =>
      new SmsWorks({ credentials: CREDENTIALS, fetch: guarded().fetch, tokenStore, timeoutMs: 50 });
    const stuck = await rejection("set(null) never settles", sms({ get() {}, set: never }).forget());
    checkFields("set(null) never settles", stuck, { code: "timeout", operation: "forget" });

    const store = storing();
    store.set = (token) => {
      store.kept = token;
      return token === null ? undefined : never();
    };
    const client = sms(store);
    const late = await rejection("set never settles", client.token());
    checkFields("set never settles", late, { code: "timeout" });
    await client.forget().catch((error) => checkFields("forget", error, { code: "timeout", operation: "forget" }));
    check("what the store has", store.kept, null);

    const down = new Error("down");
    const failing = sms({
      get() {},
      set() {
        throw down;
      },
    });
    const failed = await rejection("set throws", failing.forget());
    checkFields("set throws", failed, { code: "invalid_argument", operation: "forget", cause: down });
  },

  "a store that is stuck when it is to forget is asked again after the deadline": async ({ SmsWorks }) => {
    // The core is there.
    await new SmsWorks({ token: TOKEN }).token();
    const store = storing(numbered("old"));
    const told = gate();
    store.set = () => (told.open(), new Promise(() => {}));
    const sms = new SmsWorks({ fetch: guarded().fetch, tokenStore: store, timeoutMs: 50 });
    const late = await rejection("forget", sms.forget());
    checkFields("forget", late, { code: "timeout", operation: "forget" });
    await told.opened;
    store.kept = numbered("new");
    await checkToken("of another process", sms, store.kept);
  },

  "thousands who wait make one login": async ({ SmsWorks }) => {
    const api = guarded();
    const sms = new SmsWorks({ credentials: CREDENTIALS, fetch: api.fetch, tokenStore: storing() });
    const calls = Array.from(
      { length: 3000 },
      (_, at) => [sms.token(), sms.authorization(), sms.request(BALANCE)][at % 3],
    );
    await Promise.all(calls);
    check("logins", api.logins, 1);
    api.accepted.clear();
    await Promise.all(Array.from({ length: 1000 }, () => sms.request(BALANCE)));
    check("logins after a 401", api.logins, 2);
  },

  "a login that fails fails all who wait, and is forgotten": async ({ SmsWorks }) => {
    let isDown = true;
    const fetch = serving(
      () => json({ credits: 1 }),
      () => (isDown ? json({ message: "Down" }, 403) : json({ token: TOKEN })),
    );
    const sms = new SmsWorks({ credentials: CREDENTIALS, fetch });
    const again = [];
    const calls = Array.from({ length: 1000 }, () =>
      sms.token().catch((error) => {
        isDown = false;
        // One that comes before the others have heard of the failure.
        if (again.length === 0) again.push(sms.token());
        return error;
      }),
    );
    for (const error of await Promise.all(calls)) {
      checkFields("the error", error, { code: "http", status: 403, operation: "login" });
    }
    check("the next token", await again[0], TOKEN);
    check("logins", fetch.requests.length, 2);
  },
};
