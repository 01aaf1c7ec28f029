/**
 * What is measured side by side. Each has a file in `clients` that exports `connect(baseUrl, fetch?)`, which returns the
 * function from credentials to a token.
 *
 * @typedef {object} Contender
 * @property {string} name
 * @property {string} label What it is called in the tables.
 * @property {string} code What an application takes from it, by which its size is measured.
 * @property {boolean} takesFetch Whether it can be given a fetch.
 */

/** @type {Contender[]} */
export const contenders = [
  { name: "fetch", label: "bare `fetch`", code: 'export * from "./clients/fetch.mjs"', takesFetch: true },
  {
    name: "smsworks-wasm",
    label: "**smsworks-wasm**",
    code: 'export { AuthApi } from "smsworks-wasm"',
    takesFetch: true,
  },
  { name: "the-sms-works", label: "the-sms-works", code: 'export { default } from "the-sms-works"', takesFetch: false },
  { name: "ky", label: "ky", code: 'export { default } from "ky"', takesFetch: true },
  { name: "axios", label: "axios", code: 'export { default } from "axios"', takesFetch: true },
  { name: "ofetch", label: "ofetch", code: 'export { ofetch } from "ofetch"', takesFetch: true },
];

export const credentials = { key: "9d8dc9c6-2d9f-4a7b-b1d2-0f0c3f6d7a11", secret: "5f0ce2b1" };

const part = (/** @type {string | object} */ content) => Buffer.from(JSON.stringify(content)).toString("base64url");

/** A token in the API's form, which holds for as long as any run takes. */
export const token = `JWT ${part({ alg: "HS256", typ: "JWT" })}.${part({ ...credentials, iat: 1_700_000_000, exp: 4_000_000_000 })}.${part("signature")}`;

export const reply = JSON.stringify({ token });
