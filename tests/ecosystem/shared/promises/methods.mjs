// The methods with names, the pages and batches that follow each other, headers, and what an observer is told.
import { CREDENTIALS, check, checkFields, json, rejection, SENT, serving, show, TEXT, TOKEN } from "./expect.mjs";

const BASE = "https://api.test/v1";
const NAMES = {
  messages: "send flash schedule get delete search inbox failed scheduled cancel all",
  batches: "send sendAny schedule get cancel sendAll",
  otp: "send verify get",
  credits: "balance",
  utils: "test error",
};
const LISTS = ["/messages", "/messages/inbox", "/messages/failed", "/messages/schedule"];

/** A `fetch` that keeps the requests, and answers so that each call succeeds. */
const recording = (answer) => {
  const fetch = serving(async (path, init, count) => {
    fetch.sent.push({
      route: `${init.method} ${path}`,
      headers: new Headers(init.headers),
      body: init.body && JSON.parse(typeof init.body === "string" ? init.body : await init.body.text()),
    });
    return answer?.(path, fetch.sent.at(-1), count) ?? json(LISTS.includes(path) ? [] : { ...SENT, batchid: "b-1" });
  });
  fetch.sent = [];
  return fetch;
};

const clientOf = ({ SmsWorks }, fetch, options) => new SmsWorks({ baseUrl: BASE, token: TOKEN, fetch, ...options });

const SENT_BATCH = { batchid: "b-1", status: "SENT" };

const same = (what, actual, expected) => check(what, JSON.stringify(actual), JSON.stringify(expected));

/** An API that has so many texts, and answers `POST /messages` with a page of them. */
const withTexts = (count, change = (texts) => texts) =>
  recording((_, { body }, request) =>
    json(
      change(
        Array.from({ length: count }, (_, at) => ({ messageid: `m-${at}` })),
        request,
      ).slice(body.skip, body.skip + body.limit),
    ),
  );

const collect = async (items) => {
  const all = [];
  for await (const item of items) all.push(item);
  return all;
};

export default {
  "a method is a request of its route": async (api) => {
    const fetch = recording();
    const sms = clientOf(api, fetch);
    const later = { ...TEXT, schedule: "2031-01-01T10:00:00Z" };
    const many = { sender: "Us", content: "Hello", destinations: [447777777777] };
    for (const [call, route, body] of [
      [() => sms.messages.send(TEXT), "POST /message/send", TEXT],
      [() => sms.messages.flash(TEXT), "POST /message/flash", TEXT],
      [() => sms.messages.schedule(later), "POST /message/schedule", later],
      [() => sms.messages.get("a/b"), "GET /messages/a%2Fb"],
      [() => sms.messages.get(12), "GET /messages/12"],
      [() => sms.messages.delete("m-1"), "DELETE /messages/m-1"],
      [() => sms.messages.search({ status: "SENT" }), "POST /messages", { status: "SENT" }],
      [() => sms.messages.search(), "POST /messages", {}],
      [() => sms.messages.inbox(), "POST /messages/inbox", {}],
      [() => sms.messages.failed({ limit: 1 }), "POST /messages/failed", { limit: 1 }],
      [() => sms.messages.scheduled(), "GET /messages/schedule"],
      [() => sms.messages.cancel("m-1"), "DELETE /messages/schedule/m-1"],
      [() => sms.batches.send(many), "POST /batch/send", many],
      [() => sms.batches.sendAny([TEXT]), "POST /batch/any", [TEXT]],
      [() => sms.batches.schedule({ ...later, ...many }), "POST /batch/schedule", { ...later, ...many }],
      [() => sms.batches.get("b-1"), "GET /batch/b-1"],
      [() => sms.batches.cancel("b-1"), "DELETE /batches/schedule/b-1"],
      [() => sms.otp.send({ destination: 1 }), "POST /otp/send", { destination: 1 }],
      [() => sms.otp.verify({ passcode: "1" }), "POST /otp/verify", { passcode: "1" }],
      [() => sms.otp.get("m-1"), "GET /otp/m-1"],
      [() => sms.credits.balance(), "GET /credits/balance"],
      [() => sms.utils.test(), "GET /utils/test"],
      [() => sms.utils.error(402), "GET /utils/errors/402"],
    ]) {
      await call();
      const sent = fetch.sent.at(-1);
      check("the route", sent.route, route);
      same(`the body of ${route}`, sent.body, body);
      check(`the token of ${route}`, sent.headers.get("authorization"), TOKEN);
    }
    for (const [group, names] of Object.entries(NAMES)) check(group, Object.keys(sms[group]).join(" "), names);
  },

  "a method needs no client beside it, and shows none": async (api) => {
    const sms = clientOf(api, recording());
    const { send } = sms.messages;
    check("the id", (await send(TEXT)).messageid, SENT.messageid);
    check("JSON", JSON.stringify(sms), JSON.stringify({ baseUrl: BASE }));
  },

  "a method takes the options of a call as its last argument": async (api) => {
    const sms = clientOf(api, recording());
    const { signal } = { signal: AbortSignal.abort("enough") };
    for (const call of [
      () => sms.messages.send(TEXT, { signal }),
      () => sms.messages.get("m", { signal }),
      () => sms.credits.balance({ signal }),
    ]) {
      check("the reason", await rejection("aborted", call()), "enough");
    }
    const error = await rejection("no time", sms.credits.balance({ timeoutMs: 0 }));
    checkFields("no time", error, { code: "invalid_argument", operation: "GET /credits/balance" });
  },

  "a method refuses a body or an id that is not there": async (api) => {
    const fetch = recording();
    const sms = clientOf(api, fetch);
    for (const [call, message] of [
      [() => sms.messages.send(), "Missing the required parameter 'body' when calling POST /message/send"],
      [() => sms.batches.sendAny(null), "Missing the required parameter 'body' when calling POST /batch/any"],
      [() => sms.messages.get(), "Missing the required parameter 'messageid' when calling GET /messages/{messageid}"],
      [() => sms.otp.get(null), "Missing the required parameter 'messageid' when calling GET /otp/{messageid}"],
    ]) {
      checkFields("missing", await rejection("missing", call()), { code: "invalid_argument", message });
    }
    const hostile = {
      get sender() {
        throw new Error("no");
      },
    };
    checkFields("hostile", await rejection("hostile", sms.messages.send(hostile)), { code: "invalid_argument" });
    check("requests", fetch.requests.length, 0);
  },

  "a search whose answer is no list is an invalid response": async (api) => {
    const sms = clientOf(
      api,
      recording(() => json({ messages: [] })),
    );
    for (const call of [() => sms.messages.search(), () => collect(sms.messages.all())]) {
      checkFields("no list", await rejection("no list", call()), { code: "invalid_response" });
    }
  },

  "all texts are found, each once, page by page, up to an end that is fixed": async (api) => {
    for (const [count, query, requests] of [
      [0, undefined, [[1000, 0]]],
      [1, {}, [[1000, 0]]],
      [
        1000,
        {},
        [
          [1000, 0],
          [1000, 1000],
        ],
      ],
      [
        2500,
        {},
        [
          [1000, 0],
          [1000, 1000],
          [1000, 2000],
        ],
      ],
      [
        5,
        { limit: 2 },
        [
          [2, 0],
          [2, 2],
          [2, 4],
        ],
      ],
      [
        5,
        { limit: 2, skip: 3 },
        [
          [2, 3],
          [2, 5],
        ],
      ],
      [3, { limit: 5000 }, [[1000, 0]]],
    ]) {
      const fetch = withTexts(count);
      const before = Date.now();
      const ids = (await collect(clientOf(api, fetch).messages.all(query))).map(({ messageid }) => messageid);
      const skipped = query?.skip ?? 0;
      same(
        `${count} texts`,
        ids,
        Array.from({ length: count - skipped }, (_, at) => `m-${at + skipped}`),
      );
      same(
        `the pages of ${count}`,
        fetch.sent.map(({ body }) => [body.limit, body.skip]),
        requests,
      );
      const ends = new Set(fetch.sent.map(({ body }) => body.to));
      check("the ends", ends.size, 1);
      check("the end", Date.parse([...ends][0]) >= before, true);
    }
    const fetch = withTexts(3);
    await collect(clientOf(api, fetch).messages.all({ to: "2030-01-01T00:00:00Z", tag: "x" }));
    same("a query", fetch.sent[0].body, { to: "2030-01-01T00:00:00Z", tag: "x", limit: 1000, skip: 0 });
  },

  "a text that moves to the next page is given once": async (api) => {
    // Another comes in at the front before each page but the first.
    const fetch = withTexts(5, (texts, request) => [
      ...Array.from({ length: request - 1 }, (_, at) => ({ messageid: `new-${request - at}` })),
      ...texts,
    ]);
    const ids = (await collect(clientOf(api, fetch).messages.all({ limit: 2 }))).map(({ messageid }) => messageid);
    same("the texts", ids, ["m-0", "m-1", "m-2", "m-3", "m-4"]);
  },

  "whatever a page has is given": async (api) => {
    for (const page of [
      [{ id: "1" }, { id: "2" }],
      [null, 5, "text", [[]]],
    ]) {
      const fetch = recording((_, { body }) => json(body.skip > 0 ? [] : page));
      same(show(page), await collect(clientOf(api, fetch).messages.all({ limit: 1 })), page);
    }
  },

  "what is left out is a number, also where it is given as text": async (api) => {
    const fetch = withTexts(9);
    await collect(clientOf(api, fetch).messages.all({ limit: "2", skip: "5" }));
    same(
      "skip",
      fetch.sent.map(({ body }) => body.skip),
      [5, 7, 9],
    );
  },

  "a page of no number of texts is refused, and so is a beginning that is no number": async (api) => {
    for (const name of ["limit", "skip"]) {
      const fetch = withTexts(9);
      const texts = clientOf(api, fetch).messages.all({ [name]: "ten" });
      checkFields(name, await rejection(name, texts.next()), {
        code: "invalid_argument",
        message: `The parameter '${name}' must be a whole number from 0 when calling POST /messages`,
      });
      check(`${name}: requests`, fetch.sent.length, 0);
    }
  },

  "the options of a loop are those that it was made with": async (api) => {
    const fetch = recording((path) => json(path === "/messages" ? [{ messageid: String(Math.random()) }] : SENT_BATCH));
    const sms = clientOf(api, fetch);
    const message = { sender: "Us", content: "Hi" };
    for (const make of [
      (options) => sms.messages.all({ limit: 1 }, options),
      (options) => sms.batches.sendAll(message, Array(10_001).fill(1), options),
    ]) {
      const headers = { "X-Loop": "1" };
      const options = { headers };
      const items = make(options);
      headers["X-Loop"] = "2";
      options.timeoutMs = -1;
      await items.next();
      options.headers = 5;
      await items.next();
      same(
        "the header",
        fetch.sent.splice(0).map(({ headers }) => headers.get("X-Loop")),
        ["1", "1"],
      );
    }
  },

  "a page is asked for when it is needed, and one that fails ends the loop": async (api) => {
    const fetch = recording((_, { body }) =>
      body.skip > 0 ? json({}, 400) : json([{ messageid: "a" }, { messageid: "b" }]),
    );
    const texts = clientOf(api, fetch).messages.all({ limit: 2 });
    check("requests before the loop", fetch.sent.length, 0);
    check("the first", (await texts.next()).value.messageid, "a");
    check("the second", (await texts.next()).value.messageid, "b");
    check("requests", fetch.sent.length, 1);
    checkFields("the third", await rejection("the third", texts.next()), { code: "http", status: 400 });
    check("after that", (await texts.next()).done, true);
  },

  "a query is read when the loop is made, and one that cannot be read fails in the loop": async (api) => {
    const fetch = withTexts(0);
    const sms = clientOf(api, fetch);
    const query = { tag: "before" };
    const texts = sms.messages.all(query);
    query.tag = "after";
    await texts.next();
    check("the tag", fetch.sent[0].body.tag, "before");
    const unreadable = new Proxy({}, { ownKeys: () => [].at(0).x });
    for (const wrong of ["text", 7, [], unreadable, new Date(Number.NaN), { toJSON: () => "text" }]) {
      checkFields(typeof wrong, await rejection("a wrong query", sms.messages.all(wrong).next()), {
        code: "invalid_argument",
        operation: "POST /messages",
        message: "The parameter 'query' must be an object when calling POST /messages",
      });
    }
    checkFields("null", await rejection("a wrong query", sms.messages.all(null).next()), { code: "invalid_argument" });
  },

  "everyone gets the text, in batches of 5000, each given as soon as it was taken": async (api) => {
    const numbers = Array.from({ length: 12_000 }, (_, at) => 447700000000 + at);
    const generator = async function* () {
      yield* numbers;
    };
    for (const [what, destinations] of [
      ["a list", numbers],
      ["a Set", new Set(numbers)],
      ["a generator", numbers.values()],
      ["an async generator", generator()],
    ]) {
      const fetch = recording((_, { body }) => json({ batchid: `b-${body.destinations[0]}`, status: "SENT" }));
      const given = [];
      for await (const batch of clientOf(api, fetch).batches.sendAll({ sender: "Us", content: "Hi" }, destinations)) {
        given.push(batch);
        check(`${what}: requests`, fetch.sent.length, given.length);
        check(`${what}: the id`, batch.batchid, `b-${batch.destinations[0]}`);
      }
      same(
        `${what}: sizes`,
        given.map(({ destinations }) => destinations.length),
        [5000, 5000, 2000],
      );
      same(
        `${what}: the numbers`,
        given.flatMap(({ destinations }) => destinations),
        numbers,
      );
      same(
        `${what}: sent`,
        fetch.sent.flatMap(({ body }) => body.destinations),
        numbers,
      );
      check(
        `${what}: the text`,
        fetch.sent.every(({ body }) => body.sender === "Us" && body.content === "Hi"),
        true,
      );
    }
  },

  "a batch that is answered with a list has the id of its first": async (api) => {
    const fetch = recording(() => json([SENT_BATCH]));
    const batches = await collect(clientOf(api, fetch).batches.sendAll({ sender: "Us", content: "Hi" }, [1]));
    same("the batches", batches, [{ ...SENT_BATCH, destinations: [1] }]);
  },

  "batches that are exactly full, and none at all": async (api) => {
    for (const [count, requests] of [
      [0, 0],
      [1, 1],
      [4999, 1],
      [5000, 1],
      [5001, 2],
      [10_000, 2],
    ]) {
      const fetch = recording();
      const batches = await collect(
        clientOf(api, fetch).batches.sendAll({ sender: "Us", content: "Hi" }, Array(count).fill(1)),
      );
      check(`${count}: batches`, batches.length, requests);
      check(`${count}: requests`, fetch.sent.length, requests);
    }
  },

  "a batch that fails is not sent again, nor is anything after it": async (api) => {
    for (const [fail, effect, requests] of [
      [() => Promise.reject(new TypeError("cut")), "unknown", 2],
      [() => json({}, 502), "unknown", 2],
      [() => json({}, 402), "none", 2],
      [() => json({}), "unknown", 2],
    ]) {
      let count = 0;
      const fetch = recording(() => (++count === 2 ? fail() : json({ batchid: "b", status: "SENT" })));
      const source = (function* () {
        try {
          for (let at = 0; at < 20_000; at++) yield at;
        } finally {
          count += 100;
        }
      })();
      const batches = clientOf(api, fetch).batches.sendAll({ sender: "Us", content: "Hi" }, source);
      check("the first", (await batches.next()).value.destinations.length, 5000);
      checkFields("the second", await rejection("the second", batches.next()), { effect, retryable: false });
      check("after that", (await batches.next()).done, true);
      check("requests", fetch.sent.length, requests);
      check("the source is closed", count, 102);
    }
  },

  "destinations that throw end the loop with what they threw, and the rest is not sent": async (api) => {
    const fetch = recording();
    const source = (function* () {
      for (let at = 0; at < 7000; at++) yield at;
      throw "the database is gone";
    })();
    const batches = clientOf(api, fetch).batches.sendAll({ sender: "Us", content: "Hi" }, source);
    check("the first", (await batches.next()).value.destinations.length, 5000);
    check("what was thrown", await rejection("the second", batches.next()), "the database is gone");
    check("requests", fetch.sent.length, 1);
  },

  "a loop that is left sends nothing more": async (api) => {
    const fetch = recording();
    let isClosed = false;
    const source = (async function* () {
      try {
        for (let at = 0; at < 20_000; at++) yield at;
      } finally {
        isClosed = true;
      }
    })();
    for await (const _ of clientOf(api, fetch).batches.sendAll({ sender: "Us", content: "Hi" }, source)) break;
    check("requests", fetch.sent.length, 1);
    check("the source is closed", isClosed, true);
  },

  "destinations that are none, or a text, are refused": async (api) => {
    const fetch = recording();
    const sms = clientOf(api, fetch);
    for (const destinations of [
      undefined,
      null,
      "447777777777",
      447777777777,
      {},
      () => {},
      { [Symbol.iterator]: 1 },
      { [Symbol.asyncIterator]: {} },
    ]) {
      const error = await rejection("destinations", sms.batches.sendAll({ content: "Hi" }, destinations).next());
      checkFields(show(destinations), error, { code: "invalid_argument", operation: "POST /batch/send" });
      check("it names them", error.message.includes("'destinations'"), true);
    }
    for (const message of [undefined, null, "text", []]) {
      const error = await rejection("a message", sms.batches.sendAll(message, [1]).next());
      checkFields(show(message), error, { code: "invalid_argument", operation: "POST /batch/send" });
    }
    check("requests", fetch.requests.length, 0);
  },

  "headers of a client and of a call go with each request, a login's too": async (api) => {
    const seen = [];
    const fetch = serving(
      (_, init) => {
        seen.push(new Headers(init.headers));
        return json({});
      },
      (_, init) => {
        seen.push(new Headers(init.headers));
        return json({ token: TOKEN });
      },
    );
    const headers = { "X-Client": "1", "X-Both": "client", "X-None": undefined };
    const sms = new api.SmsWorks({ baseUrl: BASE, credentials: CREDENTIALS, fetch, headers });
    headers["X-Client"] = "changed";
    await sms.request("GET /credits/balance", { headers: { "x-both": "call", "X-Call": "2" } });
    await sms.fetch("/x", { headers: { "X-Both": "init" } });
    const auth = new api.AuthApi({ baseUrl: BASE, fetch, headers: { "X-Client": "3" } });
    await auth.login(CREDENTIALS, { headers: { "X-Call": "4" } });
    for (const [at, client, both, call] of [
      [0, "1", "client", null],
      [1, "1", "call", "2"],
      [2, "1", "init", null],
      [3, "3", null, "4"],
    ]) {
      check(`${at}: X-Client`, seen[at].get("x-client"), client);
      check(`${at}: X-Both`, seen[at].get("x-both"), both);
      check(`${at}: X-Call`, seen[at].get("x-call"), call);
      check(`${at}: X-None`, seen[at].get("x-none"), null);
    }
    check("ours", seen[1].get("authorization"), TOKEN);
    check("ours", seen[1].get("content-type"), "application/json");
  },

  "headers that are the client's own, or that cannot be sent, are refused": async (api) => {
    const fetch = recording();
    const hostile = {
      get a() {
        throw new Error("no");
      },
    };
    for (const headers of [
      { Authorization: "Bearer x" },
      { authorization: "x" },
      { "content-type": "text/plain" },
      { ACCEPT: "*/*" },
      { Host: "other.test" },
      { "content-length": "5" },
      { "Transfer-Encoding": "chunked" },
      { Connection: "upgrade" },
      { "Keep-Alive": "1" },
      { Upgrade: "h2c" },
      { Expect: "100-continue" },
      { "a b": "1" },
      { "": "1" },
      { a: "1\r\nb: 2" },
      { a: "é" },
      { a: 7 },
      { a: null },
      { a: {} },
      "a: 1",
      7,
      true,
      null,
      [["a", "1"]],
      new Map([["a", "1"]]),
      new Headers({ a: "1" }),
      hostile,
      new Proxy({}, { ownKeys: () => [].at(0).x }),
    ]) {
      for (const call of [
        () => clientOf(api, fetch, { headers }).credits.balance(),
        () => clientOf(api, fetch).credits.balance({ headers }),
        () => api.login(CREDENTIALS, { fetch, headers }),
      ]) {
        const error = await rejection(`headers ${show(headers)}`, call());
        checkFields(`headers ${show(headers)}`, error, { code: "invalid_argument" });
        check(`it names them: ${error.message}`, /'headers'/.test(error.message), true);
      }
    }
    check("requests", fetch.requests.length, 0);
  },

  "an observer is told of requests, replies, waits and failures": async (api) => {
    const events = [];
    const observe = (event) => events.push(event);
    let count = 0;
    const fetch = serving(() => {
      count++;
      if (count === 1) return json({ message: "stale" }, 401);
      if (count === 2) return json({}, 503, { "Retry-After": "0" });
      return json({ credits: 1 }, 200, { "X-Reply": "yes" });
    });
    const sms = new api.SmsWorks({ baseUrl: BASE, credentials: CREDENTIALS, fetch, observe });
    await sms.credits.balance();
    const shown = events.map(({ type, operation, attempt, status, delayMs }) => [
      type,
      operation,
      attempt,
      status,
      delayMs,
    ]);
    const route = "GET /credits/balance";
    same("events", shown, [
      ["request", "login", 1, undefined, undefined],
      ["response", "login", 1, 200, undefined],
      ["request", route, 1, undefined, undefined],
      ["response", route, 1, 401, undefined],
      ["request", "login", 1, undefined, undefined],
      ["response", "login", 1, 200, undefined],
      ["request", route, 2, undefined, undefined],
      ["response", route, 2, 503, undefined],
      ["retry", route, 2, undefined, 0],
      ["request", route, 3, undefined, undefined],
      ["response", route, 3, 200, undefined],
    ]);
    const last = events.at(-1);
    check("the headers", last.headers.get("x-reply"), "yes");
    check("the duration", last.durationMs >= 0, true);
    same("the fields of a request", Object.keys(events[0]), ["type", "call", "operation", "attempt"]);
    for (const secret of [CREDENTIALS.key, CREDENTIALS.secret, TOKEN]) {
      check("a secret", JSON.stringify(events).includes(secret), false);
    }
  },

  "an observer is told of each call that fails, with what it rejects with": async (api) => {
    const events = [];
    const observe = (event) => events.push(event);
    const cut = () => Promise.reject(new TypeError("cut"));
    const abort = new AbortController();
    for (const [call, operation] of [
      [() => clientOf(api, cut, { observe, retries: 0 }).messages.send(TEXT), "POST /message/send"],
      [() => clientOf(api, cut, { observe }).messages.get(), "GET /messages/{messageid}"],
      [() => clientOf(api, cut, { observe }).fetch("https://elsewhere.test/"), "fetch"],
      [() => clientOf(api, cut, { observe }).credits.balance({ timeoutMs: -1 }), "GET /credits/balance"],
      [() => api.login(CREDENTIALS, { fetch: () => json({}, 400), observe }), "login"],
      [
        () =>
          clientOf(api, () => new Promise(() => abort.abort()), { observe }).credits.balance({ signal: abort.signal }),
        "GET /credits/balance",
      ],
    ]) {
      events.length = 0;
      const error = await rejection(operation, call());
      const { type, ...event } = events.at(-1);
      check(`${operation}: type`, type, "failure");
      check(`${operation}: operation`, event.operation, operation);
      check(`${operation}: error`, event.error, error);
      check(`${operation}: duration`, event.durationMs >= 0, true);
      check(`${operation}: once`, events.filter(({ type }) => type === "failure").length, 1);
    }
  },

  "an observer of a redirect is not told where it leads, which has the customer id in it": async (api) => {
    const events = [];
    const fetch = async (url) =>
      new Response(null, { status: 307, headers: { Location: String(url), "X-Reply": "yes" } });
    const auth = new api.AuthApi({ baseUrl: BASE, fetch, observe: (event) => events.push(event) });
    await rejection("a redirect", auth.keySecret(CREDENTIALS.customerid));
    const { headers } = events.find(({ type }) => type === "response");
    check("the reply", headers.get("x-reply"), "yes");
    check("the customer id", JSON.stringify([...headers]).includes(CREDENTIALS.customerid), false);
  },

  "an observer that is no function is refused": async (api) => {
    for (const observe of [null, {}, "log"]) {
      const error = await rejection("observe", clientOf(api, recording(), { observe }).credits.balance());
      checkFields("observe", error, { code: "invalid_argument" });
      check("it names it", error.message.includes("'observe'"), true);
    }
  },
};
