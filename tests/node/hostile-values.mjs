// Values of every kind that a caller may give, by fast-check. Each is a recipe: a name, which a counterexample is printed by, and a
// function that makes the value, since one that was printed or compared could not be hostile any more.
import { runInNewContext } from "node:vm";
import fc from "fast-check";

/**
 * @typedef {object} Recipe
 * @property {string} name
 * @property {(around: Around) => unknown} make
 *
 * @typedef {object} Around What a value may reach of the run that it is made for.
 * @property {unknown[]} reasons Why its signals abort.
 * @property {boolean} hasOddSignal Whether a signal may be anything.
 * @property {() => void} reenter Makes a call of another client.
 */

/** @returns {Recipe} */
export const recipe = (name, make) => ({ name, make, [fc.toStringMethod]: () => name });

/** Of some text, which is a JavaScript expression. */
const foreign = (code) => recipe(`foreign ${code}`, () => runInNewContext(code));

const refuse = () => {
  throw new Error("not to be touched");
};
const TRAPS = Object.getOwnPropertyNames(Reflect);
const everyTrap = Object.fromEntries(TRAPS.map((trap) => [trap, refuse]));
const quiet = (promise) => {
  promise.catch(() => {});
  return promise;
};
const revoked = (target) => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};
const nested = (depth, wrap) => {
  let value = wrap();
  for (let level = 0; level < depth; level++) value = wrap(value);
  return value;
};
const cycle = () => {
  const value = {};
  value.value = value;
  return value;
};

const PRIMITIVES = [
  undefined,
  null,
  true,
  false,
  0,
  -0,
  0.5,
  -1,
  7,
  NaN,
  Infinity,
  -Infinity,
  2 ** 31,
  2 ** 53,
  1e308,
  5e-324,
  "",
  " ",
  "a",
  "0",
  "../..",
  "a\r\nb: c",
  "\0",
  "é😀",
  "\ud800",
  "a\udc00b",
  "__proto__",
  "constructor",
  "https://evil.example/",
  "//evil.example",
  "https://user:password@api.thesmsworks.co.uk/v1",
  "/v1/credits/balance?a=b#c",
  "GET /credits/balance",
  "POST /auth/token",
  "GET /messages/{messageid}",
  "DELETE /{a}/{b}",
  "GET",
  "CONNECT",
  "JWT a.b.c",
  "x".repeat(100_000),
  "é".repeat(10_000),
].map((value) => {
  const name = Object.is(value, -0) ? "-0" : typeof value === "string" ? JSON.stringify(value) : String(value);
  return recipe(name.length > 60 ? `${name.slice(0, 8)}… of ${value.length}` : name, () => value);
});

const OTHERS = Object.entries({
  "Symbol()": () => Symbol("symbol"),
  "Symbol.iterator": () => Symbol.iterator,
  "7n": () => 7n,
  "{}": () => ({}),
  "[]": () => [],
  "a null prototype": () => Object.create(null),
  "Array.prototype as a prototype": () => Object.create(Array.prototype),
  "Promise.prototype as a prototype": () => Object.create(Promise.prototype),
  "Function.prototype as a prototype": () => Object.create(Function.prototype),
  "String.prototype as a prototype": () => Object.create(String.prototype),
  "URL.prototype as a prototype": () => Object.create(URL.prototype),
  "Request.prototype as a prototype": () => Object.create(Request.prototype),
  "Response.prototype as a prototype": () => Object.create(Response.prototype),
  "Headers.prototype as a prototype": () => Object.create(Headers.prototype),
  "AbortSignal.prototype as a prototype": () => Object.create(AbortSignal.prototype),
  "a Proxy as a prototype": () => Object.create(new Proxy({}, everyTrap)),
  "a revoked Proxy as a prototype": () => Object.create(revoked({})),
  "a Proxy whose traps throw": () => new Proxy({}, everyTrap),
  "an array Proxy whose traps throw": () => new Proxy([], everyTrap),
  "a function Proxy whose traps throw": () => new Proxy(() => {}, { ...everyTrap, apply: undefined }),
  "a revoked Proxy": () => revoked({}),
  "a revoked array Proxy": () => revoked([]),
  "a Proxy of a Promise": () => new Proxy(Promise.resolve(1), {}),
  "a thenable that never settles": () => ({ then() {} }),
  "a promise that never settles": () => new Promise(() => {}),
  "a getter of then that throws": () => Object.defineProperty({}, "then", { get: refuse }),
  "a then that throws": () => ({ then: refuse }),
  "a then that settles twice": () => ({
    then(resolve, reject) {
      resolve("once");
      reject("twice");
      resolve("thrice");
    },
  }),
  "a then that resolves with itself": () => {
    let turns = 0;
    const thenable = { then: (resolve) => resolve(turns++ < 5 ? thenable : "self") };
    return thenable;
  },
  "a promise with a constructor that throws": () =>
    Object.defineProperty(Promise.resolve(1), "constructor", { get: refuse }),
  "a subclass of Promise with a then that throws": () => {
    class Odd extends Promise {}
    const odd = Odd.resolve(1);
    Object.defineProperty(odd, "then", { value: refuse });
    return odd;
  },
  "no conversion": () => ({ toString: refuse, valueOf: refuse, [Symbol.toPrimitive]: refuse, toJSON: refuse }),
  "a toString that gives an object": () => ({ toString: () => ({}), valueOf: () => ({}) }),
  "a toPrimitive that gives a symbol": () => ({ [Symbol.toPrimitive]: () => Symbol("primitive") }),
  "a toJSON that throws": () => ({ toJSON: refuse }),
  "a toStringTag that throws": () => Object.defineProperty({}, Symbol.toStringTag, { get: refuse }),
  "an iterator that throws": () => ({ [Symbol.iterator]: () => ({ next: refuse, return: refuse }) }),
  "an iterator getter that throws": () => Object.defineProperty({}, Symbol.iterator, { get: refuse }),
  "an async iterator that throws": () => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) }),
  "a generator that throws": function* () {
    yield ["a", "b"];
    refuse();
  },
  "a generator": () =>
    (function* () {
      yield ["a", "b"];
      refuse();
    })(),
  "a getter of length that throws": () => Object.defineProperty({ 0: "a" }, "length", { get: refuse }),
  "an array with a getter that throws": () => Object.defineProperty([1, 2], 1, { get: refuse }),
  "a sparse array": () => Array(1000),
  "a large array": () => Array(10_000).fill("x"),
  "an object of many fields": () => Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`field${n}`, n])),
  "a deep object": () => nested(500, (value) => ({ value })),
  "a very deep object": () => nested(50_000, (value) => ({ value })),
  "a very deep array": () => nested(50_000, (value) => [value]),
  "a cycle": cycle,
  "a Map": () => new Map([["key", "value"]]),
  "a WeakMap": () => new WeakMap(),
  "a Date": () => new Date(0),
  "an invalid Date": () => new Date(NaN),
  "a RegExp": () => /a/g,
  "an Error": () => new TypeError("why"),
  "an Error with getters that throw": () =>
    Object.defineProperties(new Error("why"), {
      stack: { get: refuse },
      message: { get: refuse },
      cause: { get: refuse },
    }),
  "a frozen Error": () => Object.freeze(new Error("why")),
  "Object(1)": () => Object(1),
  'Object("a")': () => Object("a"),
  "Object(1n)": () => Object(1n),
  "Object(Symbol())": () => Object(Symbol("boxed")),
  "a function": () => () => {},
  "an async function": () => async () => {},
  "a function that throws": () => refuse,
  "an async function that rejects": () => () => quiet(Promise.reject(new Error("why"))),
  "a class": () => class A {},
  "an instance of a class with private fields": () =>
    new (class A {
      #secret = 1;
      get key() {
        return this.#secret;
      }
    })(),
  "a Uint8Array": () => new Uint8Array(8),
  "a detached ArrayBuffer": () => {
    const buffer = new ArrayBuffer(8);
    structuredClone(buffer, { transfer: [buffer] });
    return buffer;
  },
  "a DataView": () => new DataView(new ArrayBuffer(8)),
  "a SharedArrayBuffer": () => new SharedArrayBuffer(8),
  "a Blob": () => new Blob(["blob"]),
  "a FormData": () => new FormData(),
  "a URLSearchParams": () => new URLSearchParams("a=b"),
  "a stream": () => new ReadableStream({ pull: (controller) => controller.close() }),
  "a stream that fails": () => new ReadableStream({ pull: refuse }),
  "a stream that never ends": () => new ReadableStream({ pull: () => new Promise(() => {}) }),
  "a stream of what is no bytes": () =>
    new ReadableStream({
      pull(controller) {
        controller.enqueue({ byteLength: 5 });
        controller.enqueue(Symbol("chunk"));
        controller.close();
      },
    }),
  "a locked stream": () => {
    const stream = new ReadableStream();
    stream.getReader();
    return stream;
  },
  "a Response": () => new Response("{}"),
  "a Response whose body was read": () => {
    const response = new Response("{}");
    quiet(response.text());
    return response;
  },
  "Response.error()": () => Response.error(),
  "a Headers": () => new Headers({ a: "b" }),
  "an AbortSignal": () => new AbortController().signal,
  globalThis: () => globalThis,
  "import.meta": () => import.meta,
  Math: () => Math,
  Reflect: () => Reflect,
}).map(([name, make]) => recipe(name, make));

const ONE_TRAP = TRAPS.map((trap) =>
  recipe(`a Proxy whose ${trap} throws`, () => new Proxy({ key: "k" }, { [trap]: refuse })),
);

const FOREIGN = [
  "({})",
  "[]",
  "[['a', 'b']]",
  "new String('a')",
  "new Error('why')",
  "Promise.resolve('a')",
  "new Promise(() => {})",
  "(() => 'a')",
  "(async () => 'a')",
  "(() => { const rejected = Promise.reject('a'); rejected.catch(() => {}); return rejected; })",
  "new Map([['a', 'b']])",
  "new Uint8Array(8)",
  "new Date(0)",
  "Object.create(null)",
  "new Proxy({}, {})",
  "(function* () { yield ['a', 'b'] })()",
  "globalThis",
].map(foreign);

const LEAVES = [...PRIMITIVES, ...OTHERS, ...ONE_TRAP, ...FOREIGN];

/** Of a name, and a function of the value inside it. */
const wrapper = (name, wrap) => (inner) =>
  recipe(`${name}(${inner.name})`, (around) => wrap(inner.make(around), around));

const throwing = (value) => () => {
  throw value;
};

const WRAPPERS = [
  wrapper("returning", (value) => () => value),
  // Where it is called as a toJSON, say, nobody waits for it.
  wrapper("async returning", (value) => () => quiet(new Promise((resolve) => resolve(value)))),
  wrapper("throwing", throwing),
  wrapper("resolved", (value) => quiet(new Promise((resolve) => resolve(value)))),
  wrapper("rejected", (value) => quiet(Promise.reject(value))),
  wrapper("thenable of", (value) => ({ then: (resolve) => resolve(value) })),
  wrapper("later thenable of", (value) => ({ then: (resolve) => setImmediate(resolve, value) })),
  wrapper("thenable that rejects with", (value) => ({ then: (_, reject) => reject(value) })),
  wrapper("thenable that throws", (value) => ({ then: throwing(value) })),
  wrapper("getter of then", (value) => Object.defineProperty({}, "then", { get: () => value })),
  wrapper("array of", (value) => [value]),
  wrapper("object of", (value) => ({ value })),
  wrapper("pairs of", (value) => [[value, value]]),
  wrapper("toString", (value) => ({ toString: () => value })),
  wrapper("toPrimitive", (value) => ({ [Symbol.toPrimitive]: () => value })),
  wrapper("toJSON", (value) => ({ toJSON: () => value })),
  wrapper("toJSON throwing", (value) => ({ toJSON: throwing(value) })),
  wrapper("iterating over", (value) => ({ [Symbol.iterator]: () => [value][Symbol.iterator]() })),
  wrapper("iterator that throws", (value) => ({ [Symbol.iterator]: throwing(value) })),
  wrapper("iterator of", (value) => {
    let steps = 0;
    return { [Symbol.iterator]: () => ({ next: () => (steps++ < 3 ? value : { done: true }) }) };
  }),
  wrapper("every property is", (value) => new Proxy({}, { get: () => value, has: () => true })),
  wrapper("every call gives", (value) => new Proxy(() => {}, { apply: () => value, get: () => value })),
  wrapper(
    "every trap throws",
    (value) => new Proxy({}, Object.fromEntries(TRAPS.map((trap) => [trap, throwing(value)]))),
  ),
  wrapper("aborted signal of", (value, around) => {
    around.reasons.push(value);
    return AbortSignal.abort(value);
  }),
  wrapper("prototype of", (value) => (Object(value) === value ? Object.create(value) : Object(value))),
  wrapper("Error caused by", (cause) => new Error("why", { cause })),
  wrapper("AggregateError of", (value) => new AggregateError([value], "why")),
  wrapper("Object", (value) => Object(value)),
  wrapper("reentering", (value, { reenter }) => () => {
    reenter();
    return value;
  }),
  wrapper("every property reenters", (value, { reenter }) => {
    const get = () => {
      reenter();
      return value;
    };
    return new Proxy({}, { get });
  }),
];

const text = fc.string({ unit: "binary", maxLength: 20 }).map((text) => recipe(JSON.stringify(text), () => text));
const number = fc.double().map((number) => recipe(String(number), () => number));
const leaf = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...LEAVES) }, { weight: 1, arbitrary: text }, number);

/** Any value. */
export const { hostile } = fc.letrec((tie) => ({
  hostile: fc.oneof(
    { depthSize: "small", maxDepth: 4, withCrossShrink: true },
    { weight: 3, arbitrary: leaf },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.constantFrom(...WRAPPERS), tie("hostile")).map(([wrap, inner]) => wrap(inner)),
    },
  ),
}));

/** This value, or any other. */
export const maybe = (name, make, ...others) => {
  const proper = fc.constantFrom(recipe(name, make), ...others.map(([name, make]) => recipe(name, make)));
  return fc.oneof({ weight: 3, arbitrary: proper }, { weight: 2, arbitrary: hostile });
};

/** How an object has its fields. */
const SHAPES = Object.entries({
  "": (fields) => fields,
  "no prototype ": (fields) => Object.assign(Object.create(null), fields),
  "getters ": (fields) => {
    const object = {};
    for (const name of Object.keys(fields))
      Object.defineProperty(object, name, { get: () => fields[name], enumerable: true });
    return object;
  },
  "changing ": (fields) => {
    const object = {};
    for (const name of Object.keys(fields)) {
      let reads = 0;
      Object.defineProperty(object, name, { get: () => (reads++ ? refuse() : fields[name]), enumerable: true });
    }
    return object;
  },
  "inherited ": (fields) => Object.create(fields),
  "frozen ": (fields) => Object.freeze({ ...fields }),
  "Proxy ": (fields) => new Proxy(fields, {}),
  "foreign ": (fields) => Object.assign(runInNewContext("({})"), fields),
  "with a getter that throws ": (fields) =>
    Object.defineProperty({ ...fields }, "more", { get: refuse, enumerable: true }),
  "with a symbol ": (fields) => ({ ...fields, [Symbol("more")]: refuse }),
  "unlistable ": (fields) => new Proxy(fields, { ownKeys: refuse }),
  "undescribable ": (fields) => new Proxy(fields, { getOwnPropertyDescriptor: refuse, has: refuse }),
  "without a prototype that can be read ": (fields) => new Proxy(fields, { getPrototypeOf: refuse }),
  "reentered ": (fields, { reenter }) => {
    const get = (target, name) => {
      reenter();
      return Reflect.get(target, name);
    };
    return new Proxy(fields, { get });
  },
  "function ": (fields) => Object.assign(() => {}, fields),
  "array ": (fields) => Object.assign([], fields),
});

/**
 * An object of these fields, each of which may be left out, in one of many shapes.
 *
 * @param {(name: string, value: unknown, around: Around) => unknown} change What takes the place of a field's value.
 * @param {string[]} requiredKeys Those that may not be left out.
 */
export const objectOf = (fields, change = (_, value) => value, requiredKeys = []) =>
  fc
    .tuple(
      fc.oneof({ weight: 2, arbitrary: fc.constant(SHAPES[0]) }, { weight: 1, arbitrary: fc.constantFrom(...SHAPES) }),
      fc.record(fields, { requiredKeys }),
    )
    .map(([[shape, wrap], given]) => {
      const entries = Object.entries(given);
      return recipe(
        `${shape}{ ${entries.map(([name, { name: value }]) => `${name}: ${value}`).join(", ")} }`,
        (around) => {
          const values = entries.map(([name, { make }]) => [name, change(name, make(around), around)]);
          return wrap(Object.fromEntries(values), around);
        },
      );
    });

/** One of several, or any value. */
export const oneOf = (...recipes) =>
  fc.oneof(...recipes.map((arbitrary) => ({ weight: 4, arbitrary })), { weight: 1, arbitrary: hostile });

export const fixed = (name, make) => fc.constant(recipe(name, make));
