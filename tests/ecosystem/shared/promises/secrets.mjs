// What must not be shown.
import {
  CREDENTIALS,
  CUSTOMERID,
  check,
  checkFields,
  json,
  rejection,
  serving,
  show,
  TOKEN,
  tokenOf,
} from "./expect.mjs";

const BALANCE = "GET /credits/balance";

/** Every text that an error tells. */
const textsOf = (error, seen = new Set()) => {
  if (typeof error !== "object" || !error) return [String(error)];
  if (seen.has(error)) return [];
  seen.add(error);
  const names = ["message", "stack", ...Object.getOwnPropertyNames(error)];
  return [String(error), JSON.stringify(error) ?? "", ...names.flatMap((name) => textsOf(error[name], seen))];
};

/** Fails if an error tells one of these. */
const checkHides = (what, error, secrets) => {
  const texts = textsOf(error).map((text) => text.toLowerCase());
  for (const secret of secrets) {
    const found = texts.find((text) => text.includes(secret.toLowerCase()));
    if (found !== undefined) throw new Error(`${what}: it tells ${show(secret)}: ${found}`);
  }
};

const partsOf = (token) => token.replace(/^\w+ /, "").split(".");

/** A `fetch` that logs in, and otherwise fails with these texts in its message and its status. */
const echoing = (texts, login) => {
  const answer = () => json({ message: `The words ${texts.join(" and ")} stay.`, status: texts.join() }, 403);
  return serving(answer, login);
};

const WORDS = /^The words (JWT )?\[redacted\]( and (JWT )?\[redacted\])* stay\.$/;

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/** How an API may repeat a text. */
const ENCODINGS = {
  "as it is": (text) => text,
  "in upper case": (text) => text.replace(/[a-z]/g, (c) => c.toUpperCase()),
  "percent-encoded": encodeURIComponent,
  "percent-encoded in lower case": (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  "percent-encoded to the last byte": (text) =>
    Array.from(new TextEncoder().encode(text), (byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  "percent-encoded twice": (text) => encodeURIComponent(encodeURIComponent(text)),
  "as in a form": (text) => new URLSearchParams({ text }).toString().slice("text=".length),
  "as JSON": (text) => JSON.stringify(text).slice(1, -1),
  "as JSON of ASCII": (text) =>
    Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`).join(""),
  "as JSON in JSON": (text) => JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1),
  "as HTML": (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`),
  "as HTML by names": (text) =>
    text.replace(/[&<>"']/g, (c) => `&${{ "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos" }[c]};`),
};

export default {
  "credentials that a function gave are not told": async ({ SmsWorks }) => {
    let given = { customerid: "asked-customer", key: "asked-key-1", secret: "asked-secret-1" };
    const secrets = Object.values(given);
    const credentials = async () => given;
    const sms = new SmsWorks({ credentials, fetch: echoing(secrets) });
    for (const what of ["at once", "in a later call"]) {
      const error = await rejection(what, sms.request(BALANCE));
      check(what, WORDS.test(error.api.message), true);
      checkHides(what, error, secrets);
    }
    // Nor by a later login that fails.
    given = { key: "asked-key-2", secret: "asked-secret-2" };
    const all = [...secrets, ...Object.values(given)];
    let logins = 0;
    const login = () =>
      logins++ ? json({ message: `The words ${all.join(" and ")} stay.` }, 403) : json({ token: TOKEN });
    const answer = () => json({ message: "Unauthorized" }, 401);
    const changing = new SmsWorks({
      credentials: async () => (logins ? given : { customerid: all[0], key: all[1], secret: all[2] }),
      fetch: serving(answer, login),
    });
    const error = await rejection("a later login", changing.request(BALANCE));
    check("what failed", error.operation, "login");
    check("a later login", WORDS.test(error.api.message), true);
    checkHides("a later login", error, [...all, ...partsOf(TOKEN)]);
  },

  "the key and the secret in a token are not told, wherever it is from": async ({ SmsWorks }) => {
    const payload = { customerid: "inner-customer", key: 'inner "key" é', secret: "inner-secret\\x" };
    const claims = base64(JSON.stringify({ ...payload, exp: Math.floor(Date.now() / 1000) + 3600 }));
    const token = `JWT eyJhbGciOiJIUzI1NiJ9.${claims.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}.c2lnbmF0dXJl`;
    const [header, body, signature] = partsOf(token);
    const told = [...Object.values(payload), token, `${header}.${body}.${signature}`, body, signature];
    const encoded = Object.values(ENCODINGS).flatMap((encode) => Object.values(payload).map(encode));
    const tokenStore = { get: () => token, set() {} };
    for (const [what, options, login] of [
      ["given", { token }],
      ["given without its scheme", { token: partsOf(token).join(".") }],
      ["stored", { tokenStore }],
      ["issued", { credentials: CREDENTIALS }, () => json({ token })],
    ]) {
      const sms = new SmsWorks({ fetch: echoing([...told, ...encoded], login), ...options });
      const error = await rejection(what, sms.request(BALANCE));
      check(what, WORDS.test(error.api.message), true);
      checkHides(what, error, [...Object.values(payload), header, body, signature]);
    }
  },

  "a token that is out of use is not told": async ({ SmsWorks }) => {
    const numbered = (name, exp = 3600) =>
      tokenOf({ key: `key-of-${name}`, secret: `secret-of-${name}`, exp: Math.floor(Date.now() / 1000) + exp });
    const secretsOf = (name) => [`key-of-${name}`, `secret-of-${name}`];
    const [given, stored, first, second] = ["given", "stored", "first", "second"].map((name) => numbered(name));
    const expired = numbered("expired", -5);
    const names = ["given", "stored", "first", "second", "expired"];
    const texts = [
      ...names.flatMap(secretsOf),
      ...[given, stored, first, second, expired].map((token) => partsOf(token)[1]),
    ];
    const issued = [first, second];
    let refused = [given, stored, first];
    let kept = stored;
    const tokenStore = { get: () => kept, set: (token) => (kept = token) };
    const answer = (_path, init) => {
      const isRefused = refused.includes(new Headers(init.headers).get("Authorization"));
      return json({ message: `The words ${texts.join(" and ")} stay.` }, isRefused ? 401 : 403);
    };
    const fetch = serving(answer, () => json({ token: issued.shift() }));
    const sms = new SmsWorks({ credentials: CREDENTIALS, fetch, tokenStore, token: given });
    for (const [what, known] of [
      // Of the store, of the options, then of a login.
      ["refused", ["stored", "given", "first"]],
      ["replaced", ["stored", "given", "first", "second"]],
    ]) {
      const error = await rejection(what, sms.request(BALANCE));
      checkHides(what, error, known.flatMap(secretsOf));
    }
    await sms.forget();
    kept = expired;
    refused = [];
    issued.push(numbered("third"));
    const error = await rejection("forgotten", sms.request(BALANCE));
    check("all of them", WORDS.test(error.api.message), true);
    checkHides("all of them", error, texts);
  },

  "a token that is replaced during a call is not told": async ({ SmsWorks }) => {
    const [old, next] = ["old", "next"].map((name) => tokenOf({ key: `key-of-${name}`, secret: `secret-of-${name}` }));
    const texts = ["key-of-old", "secret-of-old", "key-of-next", "secret-of-next", ...partsOf(old), ...partsOf(next)];
    let end = () => {};
    const answered = new Promise((resolve) => (end = resolve));
    let begin = () => {};
    const begun = new Promise((resolve) => (begin = resolve));
    const answer = async (path, init) => {
      if (path === "/slow") {
        begin();
        await answered;
        return json({ message: `The words ${texts.join(" and ")} stay.` }, 403);
      }
      const isOld = new Headers(init.headers).get("Authorization") === old;
      return isOld ? json({ message: "Unauthorized" }, 401) : json({});
    };
    const fetch = serving(answer, () => json({ token: next }));
    const sms = new SmsWorks({ credentials: CREDENTIALS, fetch, token: old });
    const slow = rejection("the slow call", sms.request("GET /slow"));
    await begun;
    await sms.request("GET /quick");
    end();
    const error = await slow;
    check("the slow call", WORDS.test(error.api.message), true);
    checkHides("the slow call", error, texts);
  },

  "what a client knows is not told by its authentication calls": async ({ SmsWorks }) => {
    const secretsOf = (name) => [`key-of-${name}`, `secret-of-${name}`];
    const [given, issued] = ["given", "issued"].map((name) => {
      const [key, secret] = secretsOf(name);
      return tokenOf({ key, secret, exp: 4_102_444_800 });
    });
    const own = { customerid: "own-customer", key: "own-key", secret: "own-secret" };
    const known = [...Object.values(CREDENTIALS), ...["given", "issued"].flatMap(secretsOf), partsOf(issued)[1]];
    const texts = [...known, ...Object.values(own)];
    let isDown = false;
    const fetch = async (url) => {
      if (String(url).endsWith("/balance")) return json({ message: "Unauthorized" }, 401);
      return isDown ? json({ message: `The words ${texts.join(" and ")} stay.` }, 403) : json({ token: issued });
    };
    for (const credentials of [CREDENTIALS, () => CREDENTIALS]) {
      const sms = new SmsWorks({ credentials, token: given, fetch });
      isDown = false;
      await rejection("a refused token", sms.request(BALANCE));
      isDown = true;
      for (const [what, call, hidden] of [
        ["login", sms.auth.login(own), texts],
        ["keySecret", sms.auth.keySecret(own.customerid), [...known, own.customerid]],
      ]) {
        const error = await rejection(what, call);
        checkFields(what, error, { code: "http", operation: what });
        checkHides(what, error, hidden);
      }
    }
    // They work without what a token needs.
    const pair = async () => json({ key: "k", secret: "s" });
    const unset = new SmsWorks({ credentials: { key: undefined, secret: undefined }, fetch: pair });
    check("the key", (await unset.auth.keySecret("c")).key, "k");
  },

  "an opaque token is not told, white space or not": async ({ SmsWorks }) => {
    for (const token of [
      "opaque-4f1d",
      "JWT opaque-4f1d",
      "Bearer opaque-4f1d 77aa",
      "three-4f1d opaque-77aa words-90bc",
    ]) {
      for (const given of [token, ` ${token}\n`]) {
        const fetch = echoing([token, encodeURIComponent(token), JSON.stringify(given)]);
        const error = await rejection(token, new SmsWorks({ token: given, fetch }).request(BALANCE));
        const secrets = token.split(" ").filter((word) => /\d/.test(word));
        checkHides(token, error, secrets);
        check(`${token}: what stays`, /^The words .* and .* stay\.$/.test(error.api.message), true);
      }
    }
  },

  "credentials are not told in any encoding": async ({ AuthApi, SmsWorks }) => {
    const credentials = {
      customerid: "customer 5f3a/é?&+",
      key: "key\\\"5f3a' <b>",
      secret: "secret=5f3a%😀\n;",
    };
    const secrets = Object.values(credentials);
    for (const [how, encode] of Object.entries(ENCODINGS)) {
      const texts = secrets.map(encode);
      const fetch = echoing(texts, () => json({ message: `The words ${texts.join(" and ")} stay.` }, 403));
      for (const [what, call] of Object.entries({
        login: () => new AuthApi({ fetch }).login(credentials),
        "a request": () => new SmsWorks({ credentials, token: TOKEN, fetch }).request(BALANCE),
        "a login as a request": () =>
          new SmsWorks({ token: TOKEN, fetch }).request("POST /auth/token", { body: credentials }),
        "a login as a request, nested": () =>
          new SmsWorks({ token: TOKEN, fetch }).request("POST /auth/token", { body: { login: [credentials] } }),
      })) {
        const error = await rejection(`${what}, ${how}`, call());
        check(`${what}, ${how}: ${error.api.message}`, WORDS.test(error.api.message), true);
        checkHides(`${what}, ${how}`, error, ["5f3a", ...texts]);
      }
    }
    // A number.
    const fetch = echoing([], () => json({ message: "The words 12345678 and 123456789 stay." }, 403));
    const error = await rejection(
      "a number",
      new SmsWorks({ token: TOKEN, fetch }).request("POST /auth/token", { body: { key: 12345678 } }),
    );
    check("a number", error.api.message, "The words [redacted] and [redacted]9 stay.");
  },

  "what an authentication call sends is not told, in whatever case its path is": async ({ SmsWorks }) => {
    const id = "customer-5f3a";
    for (const [route, input] of [
      ["GET /auth/getApiKey", { query: { customerid: id } }],
      ["GET /Auth/getApiKey", { query: { id } }],
      ["POST /AUTH/token", { body: { key: id } }],
      ["PUT /auth/{kind}", { params: { kind: "x" }, query: { list: [1, id] }, body: { list: [id] } }],
    ]) {
      const error = await rejection(route, new SmsWorks({ token: TOKEN, fetch: echoing([id]) }).request(route, input));
      check(route, WORDS.test(error.api.message), true);
      checkHides(route, error, [id]);
    }
    const fetch = echoing(["447777777777"]);
    const error = await rejection("an id", new SmsWorks({ token: TOKEN, fetch }).request("GET /x", { query: { id } }));
    check("what else is sent", error.api.message, "The words 447777777777 stay.");
  },

  "what is beside a secret stays, and short ones take no words apart": async ({ AuthApi }) => {
    for (const [credentials, message, shown] of [
      [{ key: "abcd" }, "The key abcd is wrong.", "The key [redacted] is wrong."],
      [{ key: "abcd" }, "abcdefg (abcd)", "[redacted]efg ([redacted])"],
      [
        { key: "e", secret: "is" },
        "The key 'e' is wrong; see this.",
        "The key '[redacted]' [redacted] wrong; see this.",
      ],
      [{ key: "abcd", secret: "cdef" }, "xabcdefx", "x[redacted]x"],
      [{ key: "abcd", secret: "abcdefgh" }, "abcdefgh abcdef", "[redacted] [redacted]ef"],
      [{ key: "", secret: " " }, "No key at all", "No key at all"],
      [{ key: "beef-1" }, "LIKE '%beef-1%' in C:\\beef-1", "LIKE '%[redacted]%' in C:\\[redacted]"],
    ]) {
      const fetch = serving(undefined, () => json({ message }, 403));
      const error = await rejection(message, new AuthApi({ fetch }).login(credentials));
      check("what is told", error.api.message, shown);
    }
  },

  "a megabyte of echo is read in one go": async ({ SmsWorks }) => {
    const secrets = Array.from({ length: 3 }, (_, at) => "a".repeat(100_000 + at) + at);
    const credentials = { customerid: secrets[0], key: secrets[1], secret: secrets[2] };
    const message = `${"a".repeat(700_000)} ${secrets.join(" ")}`;
    const sms = new SmsWorks({ credentials, token: TOKEN, fetch: serving(() => json({ message }, 403)) });
    const error = await rejection("the request", sms.request(BALANCE));
    check("what is told", error.api.message, `${"a".repeat(700_000)} [redacted] [redacted] [redacted]`);
  },

  "a route that is refused is not told": async ({ SmsWorks }) => {
    const sms = new SmsWorks({ token: TOKEN, fetch: serving(() => json({})) });
    for (const route of [
      "GET /x?key=key-9c41",
      "GET /x#key-9c41",
      "GET /x key-9c41",
      "GET /x\\key-9c41",
      "GET /x%20key-9c41",
      "GET /x\nkey-9c41",
      "GET key-9c41",
      "key-9c41",
      "KEY-9C41 /x",
      "GET https://elsewhere/key-9c41",
      "GET //key-9c41@elsewhere",
      " GET /key-9c41",
    ]) {
      for (const input of [
        undefined,
        5,
        { body: 1n },
        { body: {} },
        { query: 5 },
        { params: { a: Symbol() } },
        { timeoutMs: "x" },
        { timeoutMs: -1 },
        { signal: 5 },
      ]) {
        const error = await rejection(route, sms.request(route, input));
        checkFields(route, error, { code: "invalid_argument", operation: "request" });
        checkHides(route, error, ["key-9c41"]);
      }
    }
  },

  "the query of a request is in no cause": async ({ AuthApi, SmsWorks }) => {
    // Where the runtime's own fetch cannot connect.
    const baseUrl = "http://127.0.0.1:1/v1";
    const options = { baseUrl, retries: 0 };
    const sms = new SmsWorks({ ...options, token: TOKEN });
    const id = CUSTOMERID;
    const form = `%63ustomer${id.slice("customer".length)}`;
    for (const [what, call] of Object.entries({
      keySecret: () => new AuthApi(options).keySecret(id),
      "a route": () => sms.request("GET /auth/getApiKey", { query: { customerid: id } }),
      "a route, in another case": () =>
        sms.request("GET /auth/getApiKey", { query: { customerId: id, CUSTOMERID: id } }),
      "a route, with a plus": () => sms.request("GET /x", { query: { "customer id": `${id} ${id}` } }),
      "another name": () => sms.request("GET /x", { query: { key: id } }),
      fetch: () => sms.fetch(`/x?customerid=${id}`),
      "fetch, percent-encoded": () => sms.fetch(`/x?%63ustomerid=${form}&a=(${id})'${id}'`),
      "fetch, with a plus": () => sms.fetch(`/x?customer+id=${id}+${id}`),
      "fetch, no name": () => sms.fetch(`/x?${id}`),
      "fetch, a fragment": () => sms.fetch(`/x#${id}`),
    })) {
      const error = await rejection(what, call());
      check(`${what}: the code`, error.code, "network");
      checkHides(what, error, [id, id.slice("customer".length), "ustomerid"]);
    }
  },

  "base64 of what a token holds is not told": async ({ SmsWorks }) => {
    const payload = JSON.stringify({ key: "inner-key", secret: "inner-secret" }, null, 2);
    const token = `JWT eyJhbGciOiJIUzI1NiJ9.${base64(payload).replaceAll("=", "")}.c2lnbmF0dXJl`;
    const [, body, signature] = partsOf(token);
    const error = await rejection(
      "the request",
      new SmsWorks({ token, fetch: echoing([body, `${body}==`, signature, "inner-key"]) }).request(BALANCE),
    );
    checkHides("the request", error, [body, signature, "inner"]);
  },
};
