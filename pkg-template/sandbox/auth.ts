import { parseFields, text } from "./fields.js";
import { randomBytes, randomHex, randomUuid } from "./random.js";
import { ApiError } from "./reply.js";
import type { Open } from "./state.js";
import { signToken } from "./token.js";

/** In bytes, of the body of a login. */
const MAX_LOGIN = 1024 * 1024;

export const keySecret: Open = ({ query }, state) => {
  const customerid = query.get("customerid");
  if (!customerid) throw new ApiError(400, "The query parameter 'customerid' is missing");
  if (!state.accounts.has(customerid)) throw new ApiError(401, "The customer is not known");

  const [key, secret] = [randomUuid(), randomHex(32)];
  state.pairs.set(key, { customerid, secret });
  return { status: 201, body: { key, secret } };
};

export const login: Open = ({ body }, state) => {
  const fields = parseFields(body, MAX_LOGIN);
  const [customerid, key, secret] = [text(fields, "customerid"), text(fields, "key"), text(fields, "secret")];
  if (!key || !secret) throw new ApiError(400, "The body must have a 'key' and a 'secret'");

  const pair = state.pairs.get(key);
  const fits = pair && pair.secret === secret && (customerid ?? pair.customerid) === pair.customerid;
  if (!fits) throw new ApiError(401, "The credentials are not valid");

  // Made here and not with the sandbox, since Workers have no random numbers outside of a request.
  state.signingKey ??= randomBytes(32);
  const iat = Math.floor(state.now() / 1000);
  const payload = { key, secret, iat, exp: iat + state.tokenLifetimeSeconds };
  return { status: 200, body: { token: `JWT ${signToken(payload, state.signingKey)}` } };
};
