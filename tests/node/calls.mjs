import { AuthApi } from "smsworks-wasm";

/** What may appear in no error. Each has characters that change when encoded. */
export const CUSTOMERID = "customer/7f3a é+b";
export const CREDENTIALS = { customerid: CUSTOMERID, key: "key/9c41 ü+d", secret: "secret/e05b ß+f" };
export const PAIR = { key: "newkey/2d8e", secret: "newsecret/6a7f" };
export const TOKEN = "JWT eyJhbGciOiJIUzI1NiJ9.eyJrZXkiOiJ0b2tlbi1rZXkifQ.dG9rZW4tc2lnbmF0dXJl";
/** A part of every body that is not JSON. */
export const BODY_TEXT = "body-text-51c9";

/** The two calls, each with what the API answers on success. */
export const CALLS = [
  {
    operation: "keySecret",
    method: "GET",
    path: "/auth/getApiKey",
    status: 201,
    answer: PAIR,
    on: (api, options) => api.keySecret(CUSTOMERID, options),
  },
  {
    operation: "login",
    method: "POST",
    path: "/auth/token",
    status: 200,
    answer: { token: TOKEN },
    on: (api, options) => api.login(CREDENTIALS, options),
  },
];

export const [KEY_SECRET, LOGIN] = CALLS;

/** A `fetch` that answers every request with the same JSON, and counts them. */
export function answering(value, status = 200, headers = {}) {
  const stub = async (...args) => {
    stub.requests.push(args);
    return new Response(JSON.stringify(value), { status, headers: { "Content-Type": "application/json", ...headers } });
  };
  stub.requests = [];
  return stub;
}

/** What a promise rejects with, in a box since it may be anything; an error if it resolves. */
export async function rejection(promise) {
  let value;
  try {
    value = await promise;
  } catch (reason) {
    return { reason };
  }
  throw new Error(`The call should have failed, and resolved with a ${typeof value}`);
}

/** Makes sure that the package still works after whatever was done to it. */
export async function nextCallWorks(call) {
  const result = await call.on(new AuthApi({ fetch: answering(call.answer, call.status) }));
  if (JSON.stringify(result) !== JSON.stringify(call.answer)) throw new Error("The next call has another answer");
}
