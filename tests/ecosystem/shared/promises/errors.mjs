// How calls end that fail.
import { CREDENTIALS, CUSTOMERID, check, checkFields, json, rejection, SENT, serving, TEXT, TOKEN } from "./expect.mjs";

const BATCH = { sender: "Us", destinations: ["447777777777"], content: "Hello" };
const LATER = { ...TEXT, schedule: "2030-01-01T12:00:00Z" };

/** What must not happen twice: a route, its body, and how a message says where to look for it. */
const SENDS = [
  ["POST /message/send", TEXT, "POST /messages"],
  ["POST /message/flash", TEXT, "POST /messages"],
  ["POST /message/schedule", LATER, "GET /messages/schedule"],
  ["POST /batch/send", BATCH, "POST /messages"],
  ["POST /batch/any", [TEXT], "POST /messages"],
  ["POST /batch/schedule", { ...BATCH, schedule: LATER.schedule }, "GET /messages/schedule"],
  ["POST /otp/send", { destination: "447777777777" }, "POST /messages"],
];
const VERIFY = ["POST /otp/verify", { passcode: "123456" }, "GET /otp/{messageid}"];

/** An error as Node's fetch rejects with it. */
const failedBy = (cause) => new TypeError("fetch failed", { cause });
const coded = (code, fields = {}) => Object.assign(new Error("of the platform"), { code, ...fields });
const deno = (message) => failedBy(new Error(message));
const several = (...codes) =>
  Object.assign(
    new AggregateError(
      codes.map((code) => coded(code)),
      "",
    ),
    { code: codes[0] },
  );
const timedOut = (errors) => Object.assign(new AggregateError(errors, ""), { code: "ETIMEDOUT" });
const throws = (error) => () => {
  throw error;
};
const DENO_URL = "error sending request for url (https://api.example/v1/message/send): client error (Connect): ";

/** How a fetch fails, the reason that the message has, and whether it says that nothing was sent. */
const FAULTS = [
  [failedBy(coded("ECONNREFUSED")), "ECONNREFUSED", true],
  [failedBy(coded("ENOTFOUND")), "ENOTFOUND", true],
  [failedBy(coded("EAI_AGAIN")), "EAI_AGAIN", true],
  [failedBy(coded("UND_ERR_CONNECT_TIMEOUT")), "UND_ERR_CONNECT_TIMEOUT", true],
  [failedBy(coded("ENETUNREACH", { syscall: "connect" })), "ENETUNREACH", true],
  [failedBy(coded("DEPTH_ZERO_SELF_SIGNED_CERT")), "DEPTH_ZERO_SELF_SIGNED_CERT", true],
  [failedBy(coded("SELF_SIGNED_CERT_IN_CHAIN")), "SELF_SIGNED_CERT_IN_CHAIN", true],
  [failedBy(coded("CERT_HAS_EXPIRED")), "CERT_HAS_EXPIRED", true],
  [failedBy(coded("ERR_TLS_CERT_ALTNAME_INVALID")), "ERR_TLS_CERT_ALTNAME_INVALID", true],
  [failedBy(coded("UNABLE_TO_VERIFY_LEAF_SIGNATURE")), "UNABLE_TO_VERIFY_LEAF_SIGNATURE", true],
  [failedBy(several("ECONNREFUSED", "ECONNREFUSED")), "ECONNREFUSED", true],
  [failedBy(timedOut([coded("ETIMEDOUT", { syscall: "connect" }), coded("ECONNREFUSED")])), "ETIMEDOUT", true],
  [failedBy(failedBy(coded("ECONNREFUSED"))), "ECONNREFUSED", true],
  [coded("ConnectionRefused"), "ConnectionRefused", true],
  [deno(`${DENO_URL}tcp connect error: Connection refused (os error 111)`), "Connection refused", true],
  [deno(`${DENO_URL}dns error: failed to lookup address information`), "dns error", true],
  [deno(`${DENO_URL}invalid peer certificate: Expired`), "invalid peer certificate: Expired", true],

  [failedBy(coded("ECONNRESET", { syscall: "read" })), "ECONNRESET", false],
  [failedBy(timedOut([coded("ETIMEDOUT", { syscall: "read" }), coded("ECONNREFUSED")])), "ETIMEDOUT", false],
  [failedBy(timedOut([coded("ECONNREFUSED")])), "ETIMEDOUT", false],
  [failedBy(coded("UND_ERR_SOCKET")), "UND_ERR_SOCKET", false],
  [failedBy(coded("EHOSTUNREACH", { syscall: "read" })), "EHOSTUNREACH", false],
  [failedBy(coded("UNABLE_TO_READ_THE_REPLY")), "UNABLE_TO_READ_THE_REPLY", false],
  [failedBy(several("ECONNREFUSED", "ECONNRESET")), "ECONNREFUSED", false],
  [failedBy(Object.assign(new AggregateError([coded("ECONNREFUSED"), new Error("cut")]), {})), "ECONNREFUSED", false],
  [failedBy(Object.assign(coded("ECONNREFUSED"), { cause: coded("ECONNRESET") })), "ECONNREFUSED", false],
  [coded("ConnectionClosed"), "ConnectionClosed", false],
  [coded("InvalidHTTPResponse"), "InvalidHTTPResponse", false],
  [coded("ZlibError"), "ZlibError", false],
  [deno("Connection reset by peer (os error 104)"), "Connection reset by peer", false],
  [
    deno(
      "error sending request from 127.0.0.1:5: client error (SendRequest): connection closed before message completed",
    ),
    "connection closed before message completed",
    false,
  ],
  // A message of something else, which is not repeated.
  [new Error("the proxy answered 502: client error (Connect)"), "", false],
  [new TypeError("Failed to fetch"), "", false],
  [coded("a code that quotes secret-e05b"), "", false],
  [coded("X".repeat(50)), "", false],
  [coded(20), "", false],
  [failedBy(undefined), "", false],
  [new AggregateError([]), "", false],
  ["ECONNREFUSED", "", false],
  [undefined, "", false],
  [null, "", false],
  [Symbol("ECONNREFUSED"), "", false],
];

/** Errors that are made to do harm where they are looked at. */
const HOSTILE = [
  new Proxy({}, { get: throws(new Error("no")) }),
  {
    get code() {
      throw new Error("no");
    },
  },
  Object.create({
    get cause() {
      return Object.create(this);
    },
  }),
  { errors: new Proxy([], { get: (target, name) => (name === "length" ? 2 ** 53 : target) }) },
  { errors: Array.from({ length: 100_000 }, () => coded("ECONNREFUSED")) },
  { message: `error sending request ${"x".repeat(10_000_000)} client error (Connect)` },
  { code: { toString: throws(new Error("no")) }, message: { match: throws(new Error("no")) } },
  (() => {
    const error = coded("ECONNREFUSED");
    return Object.assign(error, { cause: error });
  })(),
];

/** How a reply fails; and whether the request was refused, so that it did nothing, and whether that passes. */
const REPLIES = [
  [400, {}, true, false],
  [402, {}, true, false],
  [404, {}, true, false],
  [408, {}, true, true],
  [422, {}, true, false],
  [429, {}, true, true],
  [429, { "Retry-After": "100000" }, true, true],
  [503, { "Retry-After": "100000" }, true, true],
  [500, {}, false, true],
  [500, { "Retry-After": "100000" }, false, true],
  [502, {}, false, true],
  [503, {}, false, true],
  [504, {}, false, true],
  [307, { Location: "/" }, false, false],
];

const clientOf = (api, answer, options = {}, login = undefined) =>
  new api.SmsWorks({ credentials: CREDENTIALS, retries: 0, fetch: serving(answer, login), ...options });

/** Whether a message of a send whose effect is unknown says where to look, and nowhere to do it again. */
const checkAdvice = (what, { message }, where) => {
  if (!message.includes(where)) throw new Error(`${what}: ${message} does not name ${where}`);
  if (/try again/i.test(message)) throw new Error(`${what}: ${message} invites a second text`);
};

const checkMessage = (what, { message }, pattern) => {
  if (!pattern.test(message)) throw new Error(`${what}: ${message} does not match ${pattern}`);
};

const MIB = 2 ** 20;
/** A list, in JSON, of this many bytes. */
const listOf = (bytes) => `[${" ".repeat(bytes - 2)}]`;

export default {
  "a send that failed says whether it may have gone out, and is not to be repeated where it may": async (api) => {
    for (const [route, body, where] of [...SENDS, VERIFY]) {
      for (const [fault, , isUnsent] of FAULTS) {
        const what = `${route} at ${String(fault)} ${fault?.cause?.code ?? fault?.code?.toString?.() ?? ""}`;
        const error = await rejection(what, clientOf(api, throws(fault)).request(route, { body }));
        const effect = isUnsent ? "none" : "unknown";
        checkFields(what, error, { code: "network", operation: route, effect, retryable: isUnsent });
        if (!isUnsent) checkAdvice(what, error, where);
      }
      for (const [status, headers, isRefused, passes] of REPLIES) {
        const what = `${route} at a ${status} with ${JSON.stringify(headers)}`;
        const answer = () => json({ message: "No" }, status, headers);
        const error = await rejection(what, clientOf(api, answer).request(route, { body }));
        const effect = isRefused ? "none" : "unknown";
        checkFields(what, error, { effect, retryable: isRefused && passes });
        if (!isRefused) checkAdvice(what, error, where);
      }
      const late = clientOf(api, () => new Promise(() => {}), { timeoutMs: 20 }).request(route, { body });
      const error = await rejection(`${route} in vain`, late);
      checkFields(`${route} in vain`, error, { code: "timeout", effect: "unknown", retryable: false });
      checkAdvice(`${route} in vain`, error, where);
    }
  },

  "a key pair that may have been made is not to be asked for again": async (api) => {
    for (const [fault, , isUnsent] of FAULTS) {
      const client = new api.AuthApi({ fetch: async () => throws(fault)(), retries: 0 });
      const error = await rejection("keySecret", client.keySecret(CUSTOMERID));
      // Deno may have repeated it: of a GET nothing is certain there.
      const isCertain = isUnsent && !globalThis.Deno;
      checkFields("keySecret", error, {
        code: "network",
        effect: isCertain ? "none" : "unknown",
        retryable: isCertain,
      });
      if (!isCertain) checkAdvice("keySecret", error, "another call makes another one");
    }
    const fetch = async () => json({ message: "No" }, 502);
    const error = await rejection("a 502", new api.AuthApi({ fetch }).keySecret(CUSTOMERID));
    checkFields("a 502", error, { status: 502, effect: "unknown", retryable: false });
  },

  "what can be done twice may be tried again": async (api) => {
    const routes = [["GET /credits/balance"], ["POST /messages", { body: {} }], ["DELETE /messages/m"]];
    for (const [fault] of FAULTS) {
      for (const [route, input] of routes) {
        const error = await rejection(route, clientOf(api, throws(fault)).request(route, input));
        checkFields(route, error, { code: "network", retryable: true });
      }
      const error = await rejection("login", new api.AuthApi({ fetch: throws(fault), retries: 0 }).login(CREDENTIALS));
      checkFields("login", error, { code: "network", retryable: true });
    }
    for (const [status, headers, isRefused, passes] of REPLIES) {
      const answer = () => json({ message: "No" }, status, headers);
      const error = await rejection(`a ${status}`, clientOf(api, answer).request("GET /credits/balance"));
      checkFields(`a ${status}`, error, { effect: isRefused ? "none" : "unknown", retryable: passes });
    }
  },

  "what an earlier attempt may have done counts for the whole call": async (api) => {
    for (const [first, effect] of [
      [() => json({ message: "No" }, 429, { "Retry-After": "0" }), "none"],
      [() => json({ message: "No" }, 500, { "Retry-After": "0" }), "unknown"],
    ]) {
      let count = 0;
      const answer = () => (count++ === 0 ? first() : json({ message: "No" }, 400));
      const call = clientOf(api, answer, { retries: 1 }).request("DELETE /messages/schedule/m");
      checkFields("the second", await rejection("the second", call), { status: 400, effect, retryable: false });
    }
    // A 401 that is replayed did nothing.
    let count = 0;
    const answer = () => json({ message: "No" }, count++ === 0 ? 401 : 502);
    const error = await rejection("a 502", clientOf(api, answer).request("POST /message/send", { body: TEXT }));
    checkFields("a 502 after a 401", error, { status: 502, effect: "unknown", retryable: false });
  },

  "a send that never left did nothing, whatever became of its login": async (api) => {
    const send = (options, login) =>
      rejection(
        "a send",
        clientOf(api, throws(new Error("sent")), options, login).request(SENDS[0][0], { body: TEXT }),
      );
    const never = () => new Promise(() => {});
    for (const [what, options, login, fields] of [
      ["a 502 to the login", {}, () => json({}, 502), { code: "http", operation: "login", retryable: true }],
      ["a 401 to the login", {}, () => json({}, 401), { code: "http", operation: "login", retryable: false }],
      [
        "a cut login",
        {},
        throws(failedBy(coded("ECONNRESET"))),
        { code: "network", operation: "login", retryable: true },
      ],
      ["a login in vain", { timeoutMs: 20 }, never, { code: "timeout", retryable: true }],
      ["a token that is none", {}, () => json({}), { code: "invalid_response", retryable: false }],
      [
        "a store in vain",
        { timeoutMs: 20, tokenStore: { get: never, set() {} } },
        undefined,
        { code: "timeout", retryable: true },
      ],
      [
        "a store that fails",
        { tokenStore: { get: throws(new Error("no")), set() {} } },
        undefined,
        { code: "invalid_argument", retryable: true },
      ],
    ]) {
      checkFields(what, await send(options, login), { effect: "none", ...fields });
    }
    // The login itself is another matter.
    const cut = clientOf(api, throws(new Error("sent")), {}, throws(failedBy(coded("ECONNRESET"))));
    checkFields("a cut login", await rejection("a cut login", cut.token()), { effect: "unknown", retryable: true });
    const late = clientOf(api, throws(new Error("sent")), { timeoutMs: 20 }, never);
    checkFields("a late login", await rejection("a late login", late.token()), { effect: "unknown", retryable: true });
  },

  "what a caller got wrong did nothing": async (api) => {
    const sms = clientOf(api, throws(new Error("sent")));
    for (const call of [
      new api.AuthApi().keySecret(),
      new api.AuthApi({ timeoutMs: -1 }).login(CREDENTIALS),
      sms.request("GET /messages/{messageid}"),
      sms.request("nonsense"),
      sms.fetch("https://elsewhere.example/"),
    ]) {
      const error = await rejection("a wrong argument", call);
      checkFields("a wrong argument", error, { code: "invalid_argument", effect: "none", retryable: false });
    }
  },

  "what `sms.fetch` sends is judged as a request is": async (api) => {
    const { body, method } = { method: "POST", body: JSON.stringify(TEXT) };
    for (const [path, init, retryable] of [
      ["/message/send", { method, body }, false],
      ["/credits/balance", {}, true],
    ]) {
      const sms = clientOf(api, throws(failedBy(coded("ECONNRESET"))));
      checkFields(path, await rejection(path, sms.fetch(path, init)), {
        code: "network",
        effect: "unknown",
        retryable,
      });
    }
    const moved = clientOf(api, () => new Response(null, { status: 307, headers: { Location: "/" } }));
    const error = await rejection("a redirect", moved.fetch("/message/send", { method, body }));
    checkFields("a redirect", error, { code: "redirect", effect: "unknown", retryable: false });
  },

  "the message of a network error has the platform's reason, and no other text": async (api) => {
    for (const [fault, reason] of FAULTS) {
      const client = new api.AuthApi({ fetch: throws(fault), retries: 0 });
      const { message } = await rejection("login", client.login(CREDENTIALS));
      const shown = /\(([^)]*)\)/.exec(message)?.[1] ?? "";
      check(`the reason in ${message}`, shown, reason);
      if (/secret|proxy|platform/.test(message)) throw new Error(`${message} repeats what it must not`);
    }
    const key = "KEY_OF_CAPITALS_9C41";
    const echo = new api.AuthApi({ fetch: throws(coded(key)), retries: 0 });
    const { message } = await rejection("login", echo.login({ key, secret: "s" }));
    if (message.includes(key)) throw new Error(`${message} has the key in it`);
  },

  "an error of a fetch that harms who looks at it is a network error all the same": async (api) => {
    for (const [index, fault] of HOSTILE.entries()) {
      const error = await rejection(
        `number ${index}`,
        clientOf(api, throws(fault)).request("POST /message/send", { body: TEXT }),
      );
      checkFields(`number ${index}`, error, { code: "network", effect: "unknown", retryable: false });
    }
  },

  "JSON of an error has its message, and neither its cause nor its stack": async (api) => {
    const fetch = throws(failedBy(coded("ECONNRESET", { data: "secret-e05b" })));
    const error = await rejection("a login", new api.AuthApi({ fetch, retries: 0 }).login(CREDENTIALS));
    const { code, effect, message, operation, retryable } = error;
    const expected = { name: "SmsWorksError", message, code, operation, effect, retryable };
    const sorted = (value) => JSON.stringify(Object.entries(value).sort());
    check("the JSON", sorted(JSON.parse(JSON.stringify(error))), sorted(expected));
    checkMessage("the message", error, /ECONNRESET/);
    const answer = () => json({ message: "No", errorCode: 7 }, 404);
    const refused = await rejection("a 404", clientOf(api, answer).request("GET /messages/m"));
    const { status, api: model } = JSON.parse(JSON.stringify(refused));
    check("the status and the model", JSON.stringify([status, model]), '[404,{"message":"No","errorCode":7}]');
  },

  "an unknown id is told from a wrong base URL": async (api) => {
    const model = () => json({ message: "There is none" }, 404);
    const page = () => new Response("<html>", { status: 404 });
    const request = (answer, ...input) => rejection("a 404", clientOf(api, answer).request(...input));
    const params = { messageid: "m-1" };
    for (const error of [
      await request(model, "GET /messages/{messageid}", { params }),
      await request(model, "GET /messages/m-1"),
      await request(model, "DELETE /batches/schedule/{batchid}", { params: { batchid: "b-1" } }),
      await request(model, "POST /otp/verify", { body: { passcode: "1" } }),
    ]) {
      checkMessage("a 404 of the API", error, /check the id\b/);
      if (error.message.includes("base URL")) throw new Error(`a 404 of the API: ${error.message}`);
    }
    checkMessage(
      "a page",
      await request(page, "GET /messages/{messageid}", { params }),
      /check the id and the base URL/,
    );
    checkMessage("another page", await request(page, "GET /credits/balance"), /check the base URL/);
  },

  "a client without a key or a secret sends nothing": async (api) => {
    const { key, secret } = CREDENTIALS;
    for (const [credentials, lacks] of [
      [{}, "key"],
      [{ secret }, "key"],
      [{ key: undefined, secret }, "key"],
      [{ key: "", secret }, "key"],
      [{ key, secret: undefined }, "secret"],
      [{ customerid: CUSTOMERID, key }, "secret"],
    ]) {
      for (const [how, given] of [
        ["given", { credentials }],
        ["given beside a token", { credentials, token: TOKEN }],
        ["asked for", { credentials: () => credentials }],
      ]) {
        const sms = clientOf(api, () => json(SENT), given);
        const fetch = serving(() => json(SENT));
        const client = new api.SmsWorks({ fetch, ...given });
        for (const call of [client.request(SENDS[0][0], { body: TEXT }), client.token(), client.fetch("/utils/test")]) {
          const error = await rejection(how, call);
          checkFields(how, error, { code: "invalid_argument", effect: "none", retryable: false });
          checkMessage(how, error, new RegExp(`'credentials.${lacks}'`));
        }
        check(`the requests, ${how}`, fetch.requests.length, 0);
        check("its base URL", typeof sms.baseUrl, "string");
      }
    }
    // `AuthApi.login` sends what it is given.
    const fetch = serving(() => json(SENT));
    check("the token", (await new api.AuthApi({ fetch }).login({})).token, TOKEN);
  },

  "the functions take a callback in place of options, as the methods do": async (api) => {
    const kept = globalThis.fetch;
    const called = (name, argument) => new Promise((resolve) => api[name](argument, (...results) => resolve(results)));
    try {
      globalThis.fetch = async (url) =>
        String(url).includes("/auth/token") ? json({ token: TOKEN }) : json({ key: "k", secret: "s" }, 201);
      const [loggedIn, made] = [called("login", CREDENTIALS), called("keySecret", CUSTOMERID)];
      const [error, data, response] = await loggedIn;
      checkFields(
        "login",
        { error, token: data.token, status: response.status },
        { error: null, token: TOKEN, status: 200 },
      );
      const [failure, pair, reply] = await made;
      checkFields(
        "keySecret",
        { failure, key: pair.key, status: reply.status },
        { failure: null, key: "k", status: 201 },
      );
      const [missing, nothing] = await called("keySecret", undefined);
      checkFields("without an id", { code: missing.code, nothing }, { code: "invalid_argument", nothing: undefined });
    } finally {
      globalThis.fetch = kept;
    }
  },

  "a success of what sends has an id, or is none": async (api) => {
    for (const [route, body] of SENDS) {
      const id = route.includes("/batch/") ? "batchid" : "messageid";
      const answers = [{ [id]: "x-1" }, { [id]: 17, status: "SENT" }, [{ [id]: "x-1" }]];
      for (const answer of answers) {
        const reply = await clientOf(api, () => json(answer, 201)).request(route, { body });
        check(`${route}: the reply`, JSON.stringify(reply), JSON.stringify(answer));
      }
      for (const [what, answer] of [
        ["nothing", () => new Response("", { status: 201 })],
        ["a 204", () => new Response(null, { status: 204 })],
        ["{}", () => json({}, 201)],
        ["[]", () => json([], 200)],
        ["null", () => json(null, 200)],
        ["another id", () => json({ id: "x-1", status: "SENT" }, 201)],
        ["an empty id", () => json({ [id]: "" }, 201)],
        ["no id", () => json({ [id]: null }, 201)],
        ["an object for an id", () => json({ [id]: {} }, 201)],
        ["a page", () => new Response("<html>", { status: 200 })],
      ]) {
        const fetch = serving(answer);
        const sms = new api.SmsWorks({ credentials: CREDENTIALS, fetch });
        const error = await rejection(`${route}: ${what}`, sms.request(route, { body }));
        const fields = { code: "invalid_response", operation: route, effect: "unknown", retryable: false };
        checkFields(`${route}: ${what}`, error, fields);
        checkMessage(`${route}: ${what}`, error, /it may have been/);
        check(`${route}: ${what}: the requests`, fetch.requests.length, 2);
      }
    }
    check("a read", await clientOf(api, () => new Response("")).request("GET /utils/test"), undefined);
  },

  "a reply is read up to 1 MiB of the authentication calls, and up to 64 MiB of any other": async (api) => {
    const login = () => new Response(listOf(MIB + 1));
    const error = await rejection("a login", new api.AuthApi({ fetch: login }).login(CREDENTIALS));
    checkFields("a login", error, { code: "invalid_response", retryable: false });
    checkMessage("a login", error, /larger than 1 MiB/);
    const list = await clientOf(api, () => new Response(listOf(5 * MIB))).request("GET /batch/{batchid}", {
      params: { batchid: "b" },
    });
    check("a list of 5 MiB", JSON.stringify(list), "[]");
    const headers = { "Content-Length": String(64 * MIB + 1) };
    const large = clientOf(api, () => new Response("[]", { headers })).request("POST /messages", { body: {} });
    const tooLarge = await rejection("a large reply", large);
    checkFields("a large reply", tooLarge, { code: "invalid_response", status: 200 });
    checkMessage("a large reply", tooLarge, /larger than 64 MiB/);
  },
};
