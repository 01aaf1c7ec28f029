// @ts-check
import { keySecret, login } from "./auth.js";

/**
 * @typedef {{
 *   customers: Set<string>,
 *   pairs: Map<string, { customerid: string, secret: string }>,
 *   now: () => number,
 *   tokenLifetimeSeconds: number,
 *   signingKey?: Uint8Array<ArrayBuffer>,
 * }} State  the key pairs by key; the signing key from the first token on
 *
 * @typedef {(call: { query: URLSearchParams, body: Uint8Array }, state: State)
 *   => Promise<{ status: number, body: object }>} Handle  throws an `ApiError` to refuse
 *
 * @typedef {{
 *   operation: import("./index.d.ts").Operation, method: string, path: string, handle: Handle
 * }} Operation
 */

/** @type {Operation[]} */
export const operations = [
  { operation: "keySecret", method: "GET", path: "/auth/getApiKey", handle: keySecret },
  { operation: "login", method: "POST", path: "/auth/token", handle: login },
];
