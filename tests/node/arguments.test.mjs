import assert from "node:assert/strict";
import test, { afterEach, beforeEach } from "node:test";
import { runInNewContext } from "node:vm";
import { AuthApi, keySecret, Login, login, SmsWorksError } from "smsworks-wasm";
import { answering, PAIR, rejection, TOKEN } from "./calls.mjs";
import { run } from "./child.mjs";
import { hostileServer, json } from "./hostile-server.mjs";

const LIMIT = { timeout: 20_000 };
/** What no message may repeat, as text and as a number. */
const VALUE = "the-value-8d21";
const NUMBER = 7300175;

const realFetch = globalThis.fetch;
let sent;
// An option that is overlooked must not get a test's request out to the real API.
beforeEach(() => {
  sent = answering({ ...PAIR, token: TOKEN });
  globalThis.fetch = sent;
});
afterEach(() => {
  globalThis.fetch = realFetch;
});

const refuse = () => {
  throw new Error(VALUE);
};
const everyTrap = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((trap) => [trap, refuse]));
const throwingProxy = () => new Proxy({}, everyTrap);
const throwingFunctionProxy = () => new Proxy(() => {}, { ...everyTrap, apply: undefined });
const revokedProxy = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const unconvertible = () => ({ toString: refuse, valueOf: refuse, [Symbol.toPrimitive]: refuse, toJSON: refuse });
const LONE_SURROGATES = ["\ud800", `${VALUE}\udc00`, `\ud83d${VALUE}`, "\udc00\ud800"];

/** Rows of a name and what makes the value. */
const NO_STRING = [
  ["a number", () => NUMBER],
  ["NaN", () => NaN],
  ["true", () => true],
  ["a Symbol", () => Symbol(VALUE)],
  ["a BigInt", () => BigInt(NUMBER)],
  ["an object", () => ({ value: VALUE })],
  ["an object without a prototype", () => Object.create(null)],
  ["an object that cannot be converted", unconvertible],
  ["a String object", () => new String(VALUE)],
  ["an array", () => [VALUE]],
  ["a Proxy whose traps throw", throwingProxy],
  ["a function Proxy whose traps throw", throwingFunctionProxy],
  ["a revoked Proxy", revokedProxy],
  ["a function", () => () => VALUE],
];

/** Asserts that a call is refused for its `parameter`, without a word about the value, and that nothing is sent. */
async function assertInvalid(operation, parameter, call) {
  let promise;
  assert.doesNotThrow(() => {
    promise = call();
  }, "A call never throws synchronously");
  assert.ok(promise instanceof Promise);
  const { reason: error } = await rejection(promise);
  assert.ok(error instanceof SmsWorksError);
  assert.deepEqual([error.code, error.operation, error.retryable], ["invalid_argument", operation, false]);
  assert.match(error.message, parameter instanceof RegExp ? parameter : new RegExp(`'${parameter}'`));
  assert.doesNotMatch(error.message, /\n/);
  for (const text of [error.message, error.stack, String(error.cause)]) {
    assert.ok(!text.includes(VALUE) && !text.includes(String(NUMBER)), `The error repeats the value: ${text}`);
  }
  assert.deepEqual([error.status, error.api], [undefined, undefined]);
  assert.equal(sent.requests.length, 0);
}

const missing = (parameter, operation) =>
  new RegExp(`^Missing the required parameter '${parameter}' when calling ${operation}$`);

for (const [what, args, parameter] of [
  ["nothing", [], missing("customerid", "keySecret")],
  ["undefined", [undefined], missing("customerid", "keySecret")],
  ["null", [null], missing("customerid", "keySecret")],
  ["an empty string", [""], "customerid"],
]) {
  test(`keySecret of ${what} is invalid_argument`, LIMIT, async () => {
    await assertInvalid("keySecret", parameter, () => new AuthApi().keySecret(...args));
    await assertInvalid("keySecret", parameter, () => keySecret(...args));
  });
}

for (const [what, value] of NO_STRING) {
  test(`keySecret of ${what} is invalid_argument`, LIMIT, async () => {
    await assertInvalid("keySecret", "customerid", () => new AuthApi().keySecret(value()));
    await assertInvalid("keySecret", "customerid", () => keySecret(value()));
  });

  for (const field of ["customerid", "key", "secret"]) {
    test(`login with ${what} for ${field} is invalid_argument`, LIMIT, async () => {
      const credentials = () => ({ key: VALUE, secret: VALUE, [field]: value() });
      const parameter = new RegExp(`\\b${field}'`);
      await assertInvalid("login", parameter, () => new AuthApi().login(credentials()));
      await assertInvalid("login", parameter, () => new AuthApi().login(new Login(credentials())));
      await assertInvalid("login", parameter, () => login(credentials()));
    });
  }
}

for (const [what, args, parameter] of [
  ["nothing", [], missing("credentials", "login")],
  ["undefined", [undefined], missing("credentials", "login")],
  ["null", [null], missing("credentials", "login")],
  ["a string", [VALUE], "credentials"],
  ["an empty string", [""], "credentials"],
  ["a number", [NUMBER], "credentials"],
  ["zero", [0], "credentials"],
  ["false", [false], "credentials"],
  ["a Symbol", [Symbol(VALUE)], "credentials"],
  ["a BigInt", [BigInt(NUMBER)], "credentials"],
  ["an array", [[VALUE]], "credentials"],
  ["an empty array", [[]], "credentials"],
  ["a Proxy whose traps throw", [throwingProxy()], /'credentials/],
  ["a revoked Proxy", [revokedProxy()], /'credentials/],
  [
    "an array behind a revoked Proxy",
    [
      (() => {
        const { proxy, revoke } = Proxy.revocable([], {});
        revoke();
        return proxy;
      })(),
    ],
    /'credentials/,
  ],
]) {
  test(`login of ${what} is invalid_argument`, LIMIT, async () => {
    await assertInvalid("login", parameter, () => new AuthApi().login(...args));
    await assertInvalid("login", parameter, () => login(...args));
  });
}

for (const field of ["customerid", "key", "secret"]) {
  test(`login with a getter of ${field} that throws is invalid_argument`, LIMIT, async () => {
    const credentials = Object.defineProperty({ key: "k", secret: "s" }, field, { get: refuse });
    await assertInvalid("login", new RegExp(`\\b${field}'`), () => new AuthApi().login(credentials));
  });

  test(`login with a getter of ${field} that throws what is no Error is invalid_argument`, LIMIT, async () => {
    for (const thrown of [undefined, null, VALUE, Symbol(VALUE)]) {
      const credentials = Object.defineProperty({ key: "k", secret: "s" }, field, {
        get() {
          throw thrown;
        },
      });
      await assertInvalid("login", new RegExp(`\\b${field}'`), () => new AuthApi().login(credentials));
    }
  });

  test(`login with half a surrogate pair in ${field} is invalid_argument`, LIMIT, async () => {
    for (const text of LONE_SURROGATES) {
      const credentials = { key: "k", secret: "s", [field]: text };
      await assertInvalid("login", new RegExp(`\\b${field}'`), () => new AuthApi().login(credentials));
    }
  });
}

test("keySecret of half a surrogate pair is invalid_argument", LIMIT, async () => {
  for (const text of LONE_SURROGATES) {
    await assertInvalid("keySecret", "customerid", () => new AuthApi().keySecret(text));
  }
});

test("the replacement character is a character as any other", LIMIT, async () => {
  const text = "\ufffd a \ufffd";
  await new AuthApi().keySecret(text);
  await new AuthApi().login({ key: text, secret: text });
  const [[url], [, { body }]] = sent.requests;
  assert.equal(new URL(url).searchParams.get("customerid"), text);
  assert.deepEqual(JSON.parse(body), { key: text, secret: text });
});

test("a megabyte of text arrives whole", LIMIT, async (t) => {
  globalThis.fetch = realFetch;
  const text = "é0123456789abcd\n".repeat(2 ** 16);
  const server = await hostileServer(t, json(200, { token: TOKEN }), json(201, PAIR));
  const api = new AuthApi({ baseUrl: server.baseUrl });
  assert.deepEqual(await api.login({ key: text, secret: "s" }), { token: TOKEN });
  assert.deepEqual(await api.keySecret(text), PAIR);
  const [login, keySecret] = server.requests;
  assert.equal(JSON.parse(login.body).key, text);
  assert.equal(new URL(keySecret.target, server.origin).searchParams.get("customerid"), text);
});

const OPTIONS = [
  ["timeoutMs", ["a string", () => "100"]],
  ["timeoutMs", ["null", () => null]],
  ["timeoutMs", ["NaN", () => NaN]],
  ["timeoutMs", ["a negative number", () => -NUMBER]],
  ["timeoutMs", ["true", () => true]],
  ["timeoutMs", ["a Date", () => new Date(NUMBER)]],
  ["retries", ["a string", () => "2"]],
  ["retries", ["null", () => null]],
  ["retries", ["NaN", () => NaN]],
  ["retries", ["a negative number", () => -NUMBER]],
  ["retries", ["a fraction", () => NUMBER + 0.5]],
  ["retries", ["true", () => true]],
  ["signal", ["a controller in place of its signal", () => new AbortController()]],
  ["signal", ["a look-alike", () => ({ aborted: false })]],
  ["signal", ["a string", () => VALUE]],
  ["signal", ["a number", () => NUMBER]],
  ["signal", ["true", () => true]],
  ["signal", ["false", () => false]],
  ["signal", ["zero", () => 0]],
  ["signal", ["an empty string", () => ""]],
  ["baseUrl", ["a number", () => NUMBER]],
  ["baseUrl", ["true", () => true]],
  ["baseUrl", ["an array", () => ["https://example.com"]]],
  ["baseUrl", ["a String object", () => new String("https://example.com")]],
  ["fetch", ["a string", () => VALUE]],
  ["fetch", ["null", () => null]],
  ["fetch", ["a number", () => NUMBER]],
  ["fetch", ["an object", () => ({ fetch() {} })]],
  ["allowInsecureHttp", ["a string", () => "yes"]],
  ["allowInsecureHttp", ["a number", () => 1]],
  ...["timeoutMs", "retries", "signal", "baseUrl", "fetch", "allowInsecureHttp"].flatMap((option) => [
    [option, ["a Symbol", () => Symbol(VALUE)]],
    [option, ["a BigInt", () => BigInt(NUMBER)]],
    [option, ["an object that cannot be converted", unconvertible]],
    [option, ["a Proxy whose traps throw", throwingProxy]],
    [option, ["a revoked Proxy", revokedProxy]],
  ]),
];
for (const [option, [what, value]] of OPTIONS) {
  test(`${what} for the option ${option} is invalid_argument`, LIMIT, async () => {
    const options = () => ({ [option]: value() });
    await assertInvalid("login", option, () => login({ key: "k", secret: "s" }, options()));
    await assertInvalid("keySecret", option, () => keySecret("c", options()));
    const [onClient, onCall] = [
      ["timeoutMs", "retries"].includes(option),
      ["timeoutMs", "retries", "signal"].includes(option),
    ];
    if (onCall) {
      await assertInvalid("login", option, () => new AuthApi().login({ key: "k", secret: "s" }, options()));
      await assertInvalid("keySecret", option, () => new AuthApi().keySecret("c", options()));
    }
    if (onClient || !onCall) {
      let api;
      assert.doesNotThrow(() => {
        api = new AuthApi(options());
      });
      await assertInvalid("login", option, () => api.login({ key: "k", secret: "s" }));
      await assertInvalid("keySecret", option, () => api.keySecret("c"));
    }
  });
}

for (const option of ["timeoutMs", "retries", "signal", "baseUrl", "fetch", "allowInsecureHttp"]) {
  test(`a getter of the option ${option} that throws is invalid_argument`, LIMIT, async () => {
    const options = Object.defineProperty({}, option, { get: refuse, enumerable: true });
    await assertInvalid("login", option, () => login({ key: "k", secret: "s" }, options));
  });
}

for (const [what, options, parameter = "options"] of [
  ["a number", NUMBER],
  ["zero", 0],
  ["a string", VALUE],
  ["an empty string", ""],
  ["true", true],
  ["false", false],
  ["a Symbol", Symbol(VALUE)],
  ["a BigInt", BigInt(NUMBER)],
  ["an array", [VALUE]],
  ["an empty array", []],
  ["a Proxy whose traps throw", throwingProxy(), /'[a-zA-Z]+'/],
  ["a revoked Proxy", revokedProxy(), /'[a-zA-Z]+'/],
]) {
  test(`${what} in place of the options is invalid_argument`, LIMIT, async () => {
    await assertInvalid("login", parameter, () => new AuthApi().login({ key: "k", secret: "s" }, options));
    await assertInvalid("keySecret", parameter, () => new AuthApi().keySecret("c", options));
    await assertInvalid("login", parameter, () => login({ key: "k", secret: "s" }, options));
    await assertInvalid("keySecret", parameter, () => keySecret("c", options));
    await assertInvalid("login", parameter, () => new AuthApi(options).login({ key: "k", secret: "s" }));
  });
}

for (const [what, call] of [
  ["keySecret", (options) => keySecret("c", options)],
  ["login", (options) => login({}, options)],
]) {
  test(`each option of ${what} is read once`, LIMIT, async () => {
    const values = { timeoutMs: 5000, retries: 1, headers: { "X-Once": "1" }, signal: new AbortController().signal };
    const reads = {};
    const options = Object.defineProperties(
      {},
      Object.fromEntries(
        Object.entries({ ...values, fetch: sent }).map(([name, value]) => {
          const get = () => {
            reads[name] = (reads[name] ?? 0) + 1;
            return value;
          };
          return [name, { get, enumerable: true }];
        }),
      ),
    );
    await call(options);
    assert.deepEqual(reads, { timeoutMs: 1, retries: 1, headers: 1, signal: 1, fetch: 1 });
    assert.equal(new Headers(sent.requests[0][1].headers).get("X-Once"), "1");
  });
}

test("arguments of another realm are read as any others", LIMIT, async () => {
  const make = (code) => runInNewContext(code);
  const api = new AuthApi(make("({ timeoutMs: 1000, baseUrl: 'https://api.test/v1' })"));
  const { signal } = new AbortController();
  await api.login(
    make("({ key: 'k', get secret() { return 's'; } })"),
    Object.assign(make("({ retries: 0 })"), { signal }),
  );
  const [[url, { body }]] = sent.requests;
  assert.deepEqual([url, JSON.parse(body)], ["https://api.test/v1/auth/token", { key: "k", secret: "s" }]);
  sent.requests.length = 0;
  for (const code of [
    "[]",
    "new String('k')",
    "Symbol()",
    "() => {}",
    "new Proxy({}, { getOwnPropertyDescriptor() { throw 1 } })",
  ]) {
    await assertInvalid("login", "credentials.key", () => api.login({ key: make(code) }));
  }
  for (const code of ["[]", "Symbol()", "new Proxy({}, { getOwnPropertyDescriptor() { throw 1 } })"]) {
    await assertInvalid("login", /'[a-zA-Z]+'/, () => api.login({}, make(code)));
  }
});

test("a call that was refused leaves nothing behind: the next one works", LIMIT, async () => {
  for (const [, value] of NO_STRING) await rejection(new AuthApi().login({ key: value() }));
  assert.deepEqual(await new AuthApi().login({ key: "k", secret: "s" }), { ...PAIR, token: TOKEN });
});

test("arguments are read when the call is made, also by the first call, which waits for the core", LIMIT, async () => {
  const { exit, stdout, stderr } = await run(`
    import { AuthApi, Login } from "smsworks-wasm";
    const bodies = [];
    const fetch = async (url, { body }) => {
      bodies.push(body);
      return Response.json({ token: "JWT a.b.c" });
    };
    const api = new AuthApi({ fetch });
    for (const round of ["first", "second"]) {
      const credentials = new Login({ customerid: "c", key: round, secret: "s" });
      const options = { retries: 0, timeoutMs: 10_000, signal: new AbortController().signal };
      const call = api.login(credentials, options);
      Object.assign(credentials, { customerid: 7, key: "changed", secret: Symbol() });
      Object.assign(options, { retries: -1, timeoutMs: "soon", signal: AbortSignal.abort() });
      await call;
    }
    console.log(bodies.join("\\n"));
  `);
  assert.deepEqual({ exit, stderr }, { exit: 0, stderr: "" });
  const bodies = stdout
    .trim()
    .split("\n")
    .map((body) => JSON.parse(body));
  assert.deepEqual(
    bodies,
    ["first", "second"].map((key) => ({ customerid: "c", key, secret: "s" })),
  );
});
