// What holds wherever JavaScript runs. It imports nothing and uses only what every runtime has: bundlers take it in,
// browsers are served it, and Workers run it as it is.

/** The customer that the sandbox knows. */
const CUSTOMER = "0fca8c3c-6cbc-11e7-8154-a6006ad3dba0";
const WRONG_SECRET = "a-wrong-secret-7d20";
/** Nothing listens there, and fetch does not block the port as it does those around it. */
const REFUSED = "http://127.0.0.1:2/v1";

/**
 * Makes both calls, and has them fail.
 *
 * @param {object} given
 * @param {typeof import("smsworks-wasm")} given.api The package, as the project under test imports it.
 * @param {string} given.baseUrl Where a sandbox listens.
 * @param {string[]} [given.failingUrls] Base URLs where every call is a network failure.
 * @param {string[]} [given.redirectingUrls] Base URLs where every call is redirected to where it would succeed.
 * @returns {Promise<string>} What held; it rejects with an Error that says what did not.
 */
export async function checkCalls({ api, baseUrl, failingUrls = [REFUSED], redirectingUrls = [] }) {
  const client = new api.AuthApi({ baseUrl });

  // Together, so that the second does not find the core loaded.
  const [pair, other] = await Promise.all([client.keySecret(CUSTOMER), api.keySecret(CUSTOMER, { baseUrl })]);
  const { key, secret } = pair;
  check("keySecret's answer", Object.keys(pair).sort().join(), "key,secret");
  check("typeof key", typeof key, "string");
  check("typeof secret", typeof secret, "string");
  check("whether two calls give one key", key === other.key, false);

  const answer = await client.login({ key, secret });
  const { token } = answer;
  check("login's answer", Object.keys(answer).join(), "token");
  check("the token's scheme", token.slice(0, 7), "JWT eyJ");
  const second = await api.login(new api.Login({ customerid: CUSTOMER, ...other }), { baseUrl });
  check("the scheme of a token with a customer id", second.token.slice(0, 7), "JWT eyJ");

  const sms = new api.SmsWorks({ baseUrl, credentials: pair });
  const body = { sender: "Us", destination: "447777777777", content: "Hello" };
  const [sent, balance] = await Promise.all([
    sms.request("POST /message/send", { body }),
    sms.fetch("/credits/balance"),
  ]);
  check("the status of a text", sent.status, "SENT");
  check("the status of a fetch", balance.status, 200);
  check("typeof credits", typeof (await balance.json()).credits, "number");
  check("what is kept", await sms.token(), await sms.authorization());
  const posted = new Request(`${baseUrl}/message/send`, { method: "POST", body: JSON.stringify(body) });
  check("the status of a Request", (await sms.fetch(posted)).status, 201);

  const secrets = [CUSTOMER, key, secret, WRONG_SECRET, token.slice("JWT ".length)];
  let failures = 0;
  const fails = async (what, call, fields) => {
    const error = await rejection(what, call);
    check(`${what}: instanceof SmsWorksError`, error instanceof api.SmsWorksError, true);
    check(`${what}: Object.prototype.toString`, Object.prototype.toString.call(error), "[object Error]");
    for (const [name, value] of Object.entries({ name: "SmsWorksError", ...fields })) {
      check(`${what}: ${name}`, error[name], value);
    }
    const leaks = findLeaks(error, secrets);
    if (leaks.length > 0) throw new Error(`${what}: the error holds a secret\n  ${leaks.join("\n  ")}`);
    failures++;
    return error;
  };

  const unauthorized = { code: "http", operation: "login", status: 401, retryable: false };
  const refused = await fails("a wrong secret", () => client.login({ key, secret: WRONG_SECRET }), unauthorized);
  check("a wrong secret: typeof api.message", typeof refused.api?.message, "string");
  const missing = "Missing the required parameter 'customerid' when calling keySecret";
  await fails("no customer id", () => client.keySecret(), { code: "invalid_argument", message: missing });

  await fails("a URL elsewhere", () => sms.fetch("https://elsewhere.example/"), {
    code: "invalid_argument",
    operation: "fetch",
  });

  for (const url of failingUrls) {
    const broken = new api.AuthApi({ baseUrl: url, retries: 0 });
    const network = { code: "network", status: undefined };
    const pair = await fails(`keySecret at ${url}`, () => broken.keySecret(CUSTOMER), {
      ...network,
      operation: "keySecret",
    });
    check(`keySecret at ${url}: retryable`, pair.retryable, pair.effect === "none");
    await fails(`login at ${url}`, () => broken.login({ key, secret }), {
      ...network,
      operation: "login",
      retryable: true,
    });
  }

  for (const url of redirectingUrls) {
    const redirected = new api.AuthApi({ baseUrl: url });
    const redirect = { code: "redirect", retryable: false };
    await fails("a redirected keySecret", () => redirected.keySecret(CUSTOMER), {
      ...redirect,
      operation: "keySecret",
    });
    await fails("a redirected login", () => redirected.login({ key, secret }), { ...redirect, operation: "login" });
  }

  for (const reason of [new Error("enough"), "enough"]) {
    const early = AbortSignal.abort(reason);
    check(
      "an aborted call",
      await rejection("an aborted call", () => client.keySecret(CUSTOMER, { signal: early })),
      reason,
    );

    const abort = new AbortController();
    const aborted = (...request) => {
      const response = fetch(...request);
      abort.abort(reason);
      return response;
    };
    const sent = () => new api.AuthApi({ baseUrl, fetch: aborted }).login({ key, secret }, { signal: abort.signal });
    check("a call aborted on its way", await rejection("a call aborted on its way", sent), reason);
  }

  return `both calls, ${failures} failures and 4 aborts went as promised`;
}

/**
 * Where, in all that can be reached from `value`, a secret stands: in strings, bytes, messages, stacks and own properties,
 * hidden ones too, and in what the runtime prints for it.
 *
 * @param {unknown} value
 * @param {string[]} secrets
 * @returns {string[]} Paths, each with the text that was found there.
 */
export function findLeaks(value, secrets) {
  const leaks = [];
  const look = (path, text) => {
    if (secrets.some((secret) => text.includes(secret))) leaks.push(`${path}: ${JSON.stringify(text)}`);
  };

  const seen = new Set();
  const visit = (path, value) => {
    if (typeof value === "string") look(path, value);
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return look(path, new TextDecoder().decode(value));
    if (value instanceof Map || value instanceof Set || value instanceof Headers) visit(`${path}[…]`, [...value]);
    visit(
      `String(${path})`,
      attempt(() => String(value)),
    );
    visit(
      `JSON.stringify(${path})`,
      attempt(() => JSON.stringify(value)),
    );

    for (let owner = value; owner && owner !== Object.prototype; owner = Object.getPrototypeOf(owner)) {
      for (const name of Reflect.ownKeys(owner)) {
        if (owner === value) visit(path, String(name));
        visit(
          `${path}.${String(name)}`,
          attempt(() => value[name]),
        );
      }
    }
  };
  visit("error", value);

  const { Deno, Bun, process } = globalThis;
  // Next's edge throws when asked for a module of Node's.
  const util = attempt(() => process?.getBuiltinModule?.("node:util"));
  const inspect = Deno?.inspect ?? Bun?.inspect ?? util?.inspect ?? String;
  look("inspect(error)", inspect(value, { depth: 20 }));
  return leaks;
}

function attempt(read) {
  try {
    return read();
  } catch (thrown) {
    return thrown;
  }
}

async function rejection(what, call) {
  let answer;
  try {
    answer = await call();
  } catch (error) {
    return error;
  }
  throw new Error(`${what}: it resolved with ${JSON.stringify(answer)}`);
}

function check(what, actual, expected) {
  if (!Object.is(actual, expected)) throw new Error(`${what}: ${show(actual)}, not ${show(expected)}`);
}

function show(value) {
  return typeof value === "string" ? JSON.stringify(value) : String(value?.stack ?? value);
}
