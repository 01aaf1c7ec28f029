import { parseFields } from "./body.js";
import { isText } from "./guards.js";
import { ApiError } from "./reply.js";
import type { Open } from "./state.js";
import { signToken } from "./token.js";

export const keySecret: Open = async ({ query }, state) => {
  const customerid = query.get("customerid");
  if (!customerid) throw new ApiError(400, "The query parameter 'customerid' is missing");
  if (!state.accounts.has(customerid)) throw new ApiError(401, "The customer is not known");

  const key = crypto.randomUUID();
  const secret = hex(crypto.getRandomValues(new Uint8Array(32)));
  state.pairs.set(key, { customerid, secret });
  return { status: 201, body: { key, secret } };
};

export const login: Open = async ({ body }, state) => {
  const { customerid, key, secret } = parseFields(body);
  if (!key || !secret) throw new ApiError(400, "The body must have a 'key' and a 'secret'");

  const pair = isText(key) ? state.pairs.get(key) : undefined;
  const fits = pair && pair.secret === secret && (customerid ?? pair.customerid) === pair.customerid;
  if (!fits) throw new ApiError(401, "The credentials are not valid");

  // Made here and not with the sandbox, since Workers have no random numbers outside of a request.
  state.signingKey ??= crypto.getRandomValues(new Uint8Array(32));
  const iat = Math.floor(state.now() / 1000);
  const payload = { key, secret, iat, exp: iat + state.tokenLifetimeSeconds };
  return { status: 200, body: { token: `JWT ${await signToken(payload, state.signingKey)}` } };
};

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
