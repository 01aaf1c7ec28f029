import { isText } from "./guards.js";
import { ApiError } from "./reply.js";
import type { Account, State } from "./state.js";
import { verifyToken } from "./token.js";

/** The account that the token in `Authorization` belongs to. */
export function accountOf(headers: Headers, state: State): Account {
  const [scheme, token] = headers.get("authorization")?.split(" ") ?? [];
  if (!token || scheme?.toUpperCase() !== "JWT") throw new ApiError(401, "The token is missing");

  const { key, secret, exp } = verifyToken(token, state.signingKey);
  const pair = isText(key) ? state.pairs.get(key) : undefined;
  const account = pair && state.accounts.get(pair.customerid);
  if (!account || pair.secret !== secret) throw new ApiError(401, "The token is not valid");
  if (Number(exp) * 1000 <= state.now()) throw new ApiError(401, "The token has expired");
  return account;
}
