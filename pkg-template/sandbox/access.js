// @ts-check
import { ApiError } from "./reply.js";
import { verifyToken } from "./token.js";

/**
 * The account that the token in `Authorization` belongs to.
 * @param {Headers} headers
 * @param {import("./operations.js").State} state
 */
export async function accountOf(headers, state) {
  const [scheme, token] = headers.get("authorization")?.split(" ") ?? [];
  if (!token || scheme.toUpperCase() !== "JWT") throw new ApiError(401, "The token is missing");

  const { key, secret, exp } = await verifyToken(token, state.signingKey);
  const pair = state.pairs.get(key);
  const account = pair && state.accounts.get(pair.customerid);
  if (!account || pair.secret !== secret) throw new ApiError(401, "The token is not valid");
  if (exp * 1000 <= state.now()) throw new ApiError(401, "The token has expired");
  return account;
}
