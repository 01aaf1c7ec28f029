/**
 * Authenticates against The SMS Works API, and carries the token to all of its operations.
 *
 * `keySecret` generates an API key and secret, and `login` exchanges them for the token that every other request carries in
 * its `Authorization` header. `SmsWorks` does that for you. Nothing is loaded before the first call, and nothing has to be initialised.
 *
 * @example
 * import { AuthApi } from "smsworks-wasm";
 *
 * const { token } = await new AuthApi().login({ key, secret });
 *
 * @packageDocumentation
 */

import type { Routes } from "./routes.js";

export type * from "./routes.js";

/**
 * The two authentication calls.
 *
 * A call settles within its deadline, never throws synchronously, and rejects with an {@link SmsWorksError}; if aborted, with
 * the signal's reason. Arguments are read when it is made.
 */
export class AuthApi {
  /** @param options How its calls are sent. Checked by each call, which rejects where one cannot be used. */
  constructor(options?: ClientOptions);

  /**
   * Generates a new API key and secret: `GET /auth/getApiKey`.
   *
   * Each call makes another pair, so it is tried again only where the first request certainly did nothing: after a 429, or a
   * 503 with `Retry-After`.
   *
   * @param customerid The id of the customer that the pair is for.
   * @param options An abort signal, another deadline, another number of retries.
   * @returns The new pair. Keep the secret: the API does not show it again.
   */
  keySecret(customerid: string, options?: CallOptions): Promise<ApiKeyResponse>;
  /** Does the same, and calls back once, asynchronously. */
  keySecret(customerid: string, callback: ApiCallback<ApiKeyResponse>): void;

  /**
   * Generates a token: `POST /auth/token`. It is tried again after network errors, 408, 425, 429 and 5xx.
   *
   * @param credentials A key and its secret; the customer id may be left out.
   * @param options An abort signal, another deadline, another number of retries.
   * @returns The token, for the `Authorization` header exactly as it is. It holds the API secret in readable form.
   */
  login(credentials: Login | LoginFields, options?: CallOptions): Promise<TokenResponse>;
  /** Does the same, and calls back once, asynchronously. */
  login(credentials: Login | LoginFields, callback: ApiCallback<TokenResponse>): void;
}

/**
 * Generates a new API key and secret, as {@link AuthApi.keySecret} does.
 *
 * @param customerid The id of the customer that the pair is for.
 */
export function keySecret(customerid: string, options?: ClientOptions & CallOptions): Promise<ApiKeyResponse>;

/**
 * Generates a token, as {@link AuthApi.login} does.
 *
 * @param credentials A key and its secret; the customer id may be left out.
 */
export function login(credentials: Login | LoginFields, options?: ClientOptions & CallOptions): Promise<TokenResponse>;

/** The credentials of a login (`Login` in the API description, where each field is optional). */
export interface LoginFields {
  /** The id of the customer that the key belongs to. */
  customerid?: string | undefined;
  /** The API key. */
  key?: string | undefined;
  /** The secret of that key. */
  secret?: string | undefined;
}

/** {@link LoginFields} as an object to fill in. */
export class Login implements LoginFields {
  customerid?: string | undefined;
  key?: string | undefined;
  secret?: string | undefined;
  constructor(fields?: LoginFields);
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

/**
 * A client that logs in when it has to, and not more often: its requests carry one token, until shortly before that expires or
 * the API refuses it. However many calls wait for a token, there is one login at a time.
 *
 * Printed or turned into JSON, it shows its base URL and nothing secret.
 *
 * @example
 * const sms = new SmsWorks({ credentials: { key, secret } });
 *
 * const body = { sender: "YourCompany", destination: "447777777777", content: "Hello" };
 * const { messageid } = await sms.request("POST /message/send", { body });
 */
export class SmsWorks {
  /** @param options What it logs in with. Checked by each call, which rejects where an option cannot be used. */
  constructor(options: SmsWorksOptions);

  /** The URL that its requests go to. */
  readonly baseUrl: string;
  /** The two authentication calls, sent as this client's are. */
  readonly auth: AuthApi;

  /**
   * The token, exactly as the API sent it: the one that is there, if it holds; else that of a login. It holds the API secret in
   * readable form.
   *
   * @throws {SmsWorksError} as a rejection, as the login fails; `invalid_argument` where one is needed and there are no credentials.
   */
  token(options?: CallOptions): Promise<string>;

  /** The value for the `Authorization` header: {@link token}, with the scheme `JWT` put before one that has none. */
  authorization(options?: CallOptions): Promise<string>;

  /**
   * What the global `fetch` does, with the token: resolves with the `Response`, whatever its status.
   *
   * After a 401 it logs in and repeats the request once; otherwise it repeats as {@link request} does, and nothing whose body is a
   * stream. Redirects are not followed. The deadline is for the head of the response.
   *
   * @param input A path below the base URL, or a URL inside it. Anything else is refused before anything is sent, since the token
   * would leave with it.
   * @throws {SmsWorksError} as a rejection: `network`, `timeout`, `redirect`, `invalid_argument`, and those of a login.
   */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;

  /**
   * Makes a request of an operation of the API, and resolves with the JSON of its reply; with `undefined` where that is empty.
   *
   * After a 401 it logs in and repeats the request once. What sends, schedules or verifies is otherwise repeated only where the
   * first request certainly did nothing, after a 429 or a 503 with `Retry-After`, so that no text is sent twice. What reads or
   * cancels is repeated after network errors, 408, 425, 429 and 5xx.
   *
   * @param route The operation, such as `"GET /messages/{messageid}"`. One that is not in {@link Routes} works as well, untyped.
   * @param input The path parameters, the query and the body that it takes, and options for this call.
   * @throws {SmsWorksError} as a rejection; a missing path parameter is `invalid_argument`.
   */
  request<R extends Route>(route: R, ...input: RouteInput<R>): Promise<RouteOutput<R>>;

  /**
   * Forgets the token, in the store too: the next call logs in.
   *
   * @throws {SmsWorksError} as a rejection, where the store fails.
   */
  forget(): Promise<void>;
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

/**
 * A failed call. No field, message, stack or cause holds a key, a secret, a token, a customer id or a body; what a caller's own
 * `fetch` rejects with is passed on as it is.
 */
export class SmsWorksError extends Error {
  private constructor();
  readonly name: "SmsWorksError";
  /**
   * What kind of failure it is:
   *
   * - `invalid_argument`: an argument or an option is missing or cannot be used. Nothing was sent.
   * - `network`: the connection failed, or broke before the whole reply was there.
   * - `timeout`: the deadline passed before the whole reply was there.
   * - `redirect`: the reply was a redirect, which is not followed since it would carry credentials elsewhere.
   * - `http`: the reply's status is not a success.
   * - `invalid_response`: the reply is larger than 1 MiB, or a success whose body is not the expected model.
   * - `internal`: a fault in this library, or its core could not be loaded.
   */
  readonly code: "invalid_argument" | "network" | "timeout" | "redirect" | "http" | "invalid_response" | "internal";
  /** The call that failed: its name; of a request, its route. A request that needed a login may fail as that. */
  readonly operation: "keySecret" | "login" | "token" | "authorization" | "fetch" | "forget" | "request" | Route;
  /** The HTTP status, where there was a response. */
  readonly status?: number;
  /** The API's own account of the failure, where the body was one. */
  readonly api?: ApiError;
  /** Whether the same call may succeed later. It does not say that making it twice is harmless. */
  readonly retryable: boolean;
  /** The milliseconds that the server asks to wait (`Retry-After`, RFC 9110, 10.2.3), where it does. */
  readonly retryAfterMs?: number;
  /** What fetch rejected with, if it did; or what the given credentials or token store failed with. */
  readonly cause?: unknown;
}

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
