import assert from "node:assert/strict";
import { inspect } from "node:util";
import { BODY_TEXT, CREDENTIALS, PAIR, TOKEN } from "./calls.mjs";

const SECRETS = [...Object.values(CREDENTIALS), ...Object.values(PAIR), TOKEN, TOKEN.slice(4), BODY_TEXT];

/** Fails if a secret or a body, in any usual encoding, is in `error` at any depth. */
export function assertHoldsNothingSecret(error, ...more) {
  const found = [...texts(error)].map((text) => text.toLowerCase());
  assert.ok(found.length > 0);
  for (const secret of [...SECRETS, ...more]) {
    for (const form of forms(secret)) {
      assert.ok(!found.some((text) => text.includes(form.toLowerCase())), `The error holds ${form}`);
    }
  }
}

function forms(secret) {
  return new Set([
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ secret }).toString().slice("secret=".length),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString("latin1"),
    Buffer.from(secret).toString("base64").replace(/=+$/, ""),
    Buffer.from(secret).toString("hex"),
  ]);
}

/** Every text that can be got out of a value. */
function* texts(root) {
  yield* [String(root), inspect(root, { depth: Infinity, showHidden: true, maxStringLength: Infinity })];
  yield JSON.stringify(root) ?? "";
  const seen = new Set();
  const queue = [root];
  for (const value of queue) {
    if (typeof value !== "object" && typeof value !== "function") {
      yield String(value);
      continue;
    }
    if (value === null || seen.has(value)) continue;
    seen.add(value);
    if (ArrayBuffer.isView(value)) yield Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString();
    if (value instanceof ArrayBuffer) yield Buffer.from(value).toString();
    if (value instanceof Map || value instanceof Headers) queue.push(...[...value].flat());
    if (value instanceof Set) queue.push(...value);
    for (const key of Reflect.ownKeys(value)) {
      yield String(key);
      queue.push(value[key]);
    }
    const prototype = Object.getPrototypeOf(value);
    if (prototype && prototype !== Object.prototype && prototype !== Function.prototype) {
      for (const [key, { get }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
        if (get && key !== "__proto__") queue.push(attempt(() => value[key]));
      }
    }
  }
}

function attempt(read) {
  try {
    return read();
  } catch (thrown) {
    return thrown;
  }
}
