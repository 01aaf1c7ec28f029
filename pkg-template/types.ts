import type { SmsWorksError } from "./error.js";
import type { Routes } from "./routes.js";

/** The credentials of a login (`Login` in the API description, where each field is optional). */
export interface LoginFields {
  /** The id of the customer that the key belongs to. */
  customerid?: string | undefined;
  /** The API key. */
  key?: string | undefined;
  /** The secret of that key. */
  secret?: string | undefined;
}

/** A new key pair (`ApiKeyResponse` in the API description). */
export interface ApiKeyResponse {
  /** The API key. */
  key: string;
  /** The secret of that key. */
  secret: string;
}

/** A new token (`TokenResponse` in the API description). */
export interface TokenResponse {
  /** `"JWT eyJ…"`, exactly as the API sent it: the value of the `Authorization` header. */
  token: string;
}

/**
 * Told how a call ended.
 *
 * @param error `null`, or how the call failed.
 * @param data What the call resolves with, where it did not fail.
 * @param response The reply, where there was one.
 */
export type ApiCallback<T> = (error: SmsWorksError | null, data?: T, response?: ApiResponse) => void;

/** A reply of the API. */
export interface ApiResponse {
  /** The HTTP status. */
  status: number;
  /** The headers, as fetch gave them. */
  headers: Headers;
  /** The parsed JSON; `undefined` where the body is something else. */
  body: unknown;
}

/** How calls are sent. */
export interface ClientOptions {
  /**
   * What paths are put behind: an `https:` URL, or an `http:` URL of a loopback host; without query, fragment or user name. The
   * default is `https://api.thesmsworks.co.uk/v1`.
   */
  baseUrl?: string | undefined;
  /** Milliseconds for the whole call, retries included, above 0. The default is 60000. */
  timeoutMs?: number | undefined;
  /** How often a call may be tried again: a whole number from 0. The default is 2. */
  retries?: number | undefined;
  /** What to call instead of `globalThis.fetch`, which is looked up at each call. */
  fetch?: typeof fetch | undefined;
  /** Whether credentials may be sent by plain `http:` beyond loopback hosts. The default is `false`. */
  allowInsecureHttp?: boolean | undefined;
}

/** What differs for one call. */
export interface CallOptions {
  /** Aborts the call, which then rejects with the signal's reason, as fetch does. */
  signal?: AbortSignal | null | undefined;
  /** Milliseconds for the whole call, retries included, above 0. */
  timeoutMs?: number | undefined;
  /** How often the call may be tried again: a whole number from 0. */
  retries?: number | undefined;
}

/** How a client logs in, and how its calls are sent. */
export interface SmsWorksOptions extends ClientOptions {
  /** What to log in with, or a function that is asked for it before each login. */
  credentials?: LoginFields | (() => LoginFields | Promise<LoginFields>) | undefined;
  /** A token that there is already, with or without its scheme. Without credentials it is used whatever its expiry says. */
  token?: string | undefined;
  /** Where the token is kept for other processes, or for a later one. */
  tokenStore?: TokenStore | undefined;
  /** How many milliseconds before its expiry a token is renewed, from 0. The default is 60000. */
  refreshMarginMs?: number | undefined;
}

/**
 * Where a token is kept. It is as sensitive as the API secret: it holds that in readable form. A store that fails, fails the call
 * that waits for it with `invalid_argument`, and `cause` is how.
 */
export interface TokenStore {
  /** The token that was set last, or nothing. */
  get(): Maybe<string>;
  /** Keeps a token; or, given `null`, none. */
  set(token: string | null): void | Promise<void>;
}

/** A value or nothing, now or later. */
export type Maybe<T> = T | null | undefined | Promise<T | null | undefined>;

/** An operation: one that is known, or any method and path. */
export type Route = keyof Routes | (string & {});

/** What {@link SmsWorks.request} takes for a route: one argument, which may be left out where nothing in it is required. */
export type RouteInput<R extends Route> = R extends keyof Routes
  ? object extends Omit<Routes[R], "output">
    ? [input?: Input<Routes[R]>]
    : [input: Input<Routes[R]>]
  : [input?: AnyInput];

/** What {@link SmsWorks.request} resolves with for a route. */
export type RouteOutput<R extends Route> = R extends keyof Routes ? Routes[R]["output"] : unknown;

type Input<T> = Omit<T, "output"> & CallOptions;

/** What fills in a route that is not known. */
export interface AnyInput extends CallOptions {
  /** The path parameters, by name. */
  params?: Record<string, string | number | boolean> | undefined;
  /** The query parameters. Of a list, each is sent; `null` is not. */
  query?: Record<string, QueryValue | QueryValue[]> | undefined;
  /** What is sent as JSON. */
  body?: unknown;
}

/** The value of a query parameter. */
export type QueryValue = string | number | boolean | null | undefined;

/** The API's own account of a failure (`ErrorModel` and `ExtendedErrorModel` in its description). */
export interface ApiError {
  /** What went wrong, in the API's words. Credentials that it repeats are `[redacted]`. */
  message: string;
  /** The API's number for it. */
  errorCode?: number;
  /** The API's word for the state that the request ended in. */
  status?: string;
  /** Whether the failure is there to stay. */
  permanent?: boolean;
}
