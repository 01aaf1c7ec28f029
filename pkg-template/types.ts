import type { SmsWorksError } from "./error.js";
import type { Routes } from "./routes.js";

/** The credentials of a login, which may be of any class (`Login` in the API description, where each field is optional). */
export interface LoginFields {
  /** The id of the customer that the key belongs to. */
  customerid?: string | undefined;
  /** The API key. */
  key?: string | undefined;
  /** The secret of that key. */
  secret?: string | undefined;
}

/**
 * What {@link SmsWorks} logs in with. A variable of the environment can be given as it is: where the key or the secret is `undefined`,
 * each call that needs a token rejects with `invalid_argument`.
 */
export interface Credentials extends LoginFields {
  key: string | undefined;
  secret: string | undefined;
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

/** The parts that a text is sent in. */
export interface Segments {
  /** `gsm7` where the GSM alphabet has every character of the text, else `ucs2`. */
  encoding: "gsm7" | "ucs2";
  /** How many parts there are, from 1: one of up to 160 units of `gsm7` or 70 of `ucs2`, or several of 153 or 67 each. */
  parts: number;
  /**
   * The length of the text. In `gsm7` these are septets, of which `^ { } \ [ ~ ] | €` and a form feed take two; in `ucs2`, UTF-16
   * units, of which an emoji takes two or more.
   */
  units: number;
  /** The units that are left of the last part. */
  remaining: number;
  /** The characters for which it takes `ucs2`, each once, in the order of the text. */
  nonGsm: string[];
}

/** How calls are sent. Each option is read once, and only where it is the object's own: inherited ones are ignored. */
export interface ClientOptions {
  /**
   * The URL that paths are appended to: an `https:` URL, or an `http:` URL of a loopback host; without query, fragment or user name.
   * The default is `https://api.thesmsworks.co.uk/v1`.
   */
  baseUrl?: string | undefined;
  /** Milliseconds for the whole call, retries included, above 0. The default is 60000. */
  timeoutMs?: number | undefined;
  /** How often a call may be tried again: a whole number from 0. The default is 2. */
  retries?: number | undefined;
  /**
   * The function to call instead of `globalThis.fetch`, which is looked up at each call. Either is called in the context of the call
   * that the request is for (`AsyncLocalStorage`, and what is built on it); for a login, in that of any call of the client.
   */
  fetch?: Fetch | undefined;
  /** Whether credentials may be sent by plain `http:` beyond loopback hosts. The default is `false`. */
  allowInsecureHttp?: boolean | undefined;
  /**
   * Headers for each request, by name, in printable ASCII. `Accept`, `Authorization` and `Content-Type` are set already, and refused
   * here; so are those of the connection, such as `Host` and `Content-Length`. Those of a call take the place of a client's that have
   * the same name.
   */
  headers?: Record<string, string | undefined> | undefined;
  /**
   * Called when a request goes out, its reply is there, the client waits to try again, or a call has failed. What it throws is an
   * uncaught error of its own. Logins that the client makes are told of, too.
   */
  observe?: SmsWorksObserver | undefined;
}

/** A function that is told what a client does. */
export type SmsWorksObserver = (event: SmsWorksEvent) => void;

/**
 * What {@link ClientOptions.observe} is told. Nothing in it is secret.
 *
 * An observer is called in the context of the call that it is told of (`AsyncLocalStorage`, and what is built on it): a moment after
 * the event, before the call ends. A login that {@link SmsWorks} makes for its calls has no context of its own, since many may wait
 * for it: it is told of in that of any.
 */
export type SmsWorksEvent = RequestEvent | ResponseEvent | RetryEvent | FailureEvent;

/** A request goes out. */
export interface RequestEvent {
  type: "request";
  /** A number that the events of one call have in common, and no other call. The logins that a client makes share one. */
  call: number;
  /** The call that it is for, as {@link SmsWorksError.operation} has it: `login`, `fetch`, or a route. */
  operation: string;
  /** 1 for the first request of the call. One that is sent again with another token counts, too. */
  attempt: number;
}

/** A request was answered, whatever the status says. */
export interface ResponseEvent extends Omit<RequestEvent, "type"> {
  type: "response";
  /** The HTTP status. */
  status: number;
  /**
   * The headers of the reply, with `[redacted]` in place of every secret that the client knows, and without those that have one in their
   * name; of a redirect, without `Location`. They are empty where `fetch` is a function of yours that gives none, or more than 1 MiB.
   */
  headers: Headers;
  /** The milliseconds from the request to the end of the reply's body; for `SmsWorks.fetch`, to its head. */
  durationMs: number;
}

/** A request has failed, and the client waits before it sends another. */
export interface RetryEvent extends Pick<RequestEvent, "call" | "operation"> {
  type: "retry";
  /** Which request it was that failed. */
  attempt: number;
  /** The milliseconds that it waits. */
  delayMs: number;
}

/** A call has failed, or was aborted. */
export interface FailureEvent extends Pick<RequestEvent, "call" | "operation"> {
  type: "failure";
  /** The milliseconds that the call took. */
  durationMs: number;
  /** What the call rejects with: an {@link SmsWorksError}, or the reason that it was aborted for. */
  error: unknown;
}

/** A function that does what the global `fetch` does: a runtime's own, that of undici or node-fetch, or one of yours. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;

/** What a {@link Fetch} is called with: fields of `RequestInit`, of which each runtime and library has a type of its own. */
export interface FetchInit {
  method: string;
  // biome-ignore-start lint/suspicious/noExplicitAny: each library has types of its own.
  /** An instance of the global `Headers`. */
  headers: any;
  /** JSON as text (in Deno, in a `Blob`), or the body that {@link SmsWorks.fetch} was given. */
  body?: any;
  /** The `AbortSignal` of the request; `undefined` where the runtime has none. */
  signal: any;
  // biome-ignore-end lint/suspicious/noExplicitAny: each library has types of its own.
  redirect: "manual";
}

/** What is read of what a {@link Fetch} resolves with; a `Response` has it. */
export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** Options of one call, which take the place of the client's. Each is read once, and only where it is the object's own. */
export interface CallOptions {
  /** Aborts the call, which then rejects with the signal's reason, as fetch does. */
  signal?: AbortSignal | null | undefined;
  /** Milliseconds for the whole call, retries included, above 0. */
  timeoutMs?: number | undefined;
  /** How often the call may be tried again: a whole number from 0. */
  retries?: number | undefined;
  /** Headers for its requests, as in {@link ClientOptions.headers}. */
  headers?: Record<string, string | undefined> | undefined;
}

/** How a client logs in, and how its calls are sent: at least by credentials, a token or a store. */
export type SmsWorksOptions = TokenOptions &
  (
    | { credentials: NonNullable<TokenOptions["credentials"]> }
    | { token: string | undefined }
    | { tokenStore: TokenStore }
  );

/** The options of {@link SmsWorksOptions}, each of which may be left out. */
export interface TokenOptions extends ClientOptions {
  /** What to log in with, or a function that is asked for it before each login. */
  credentials?: Credentials | (() => Credentials | PromiseLike<Credentials>) | undefined;
  /** A token that you have already, with or without its scheme. Without credentials it is used even once it has expired. */
  token?: string | undefined;
  /** Where the token is kept for other processes, or for a later one. */
  tokenStore?: TokenStore | undefined;
  /**
   * How many milliseconds before its expiry a token is renewed, from 0. The default is 60000. A token that lives no longer than that
   * is used until it expires.
   */
  refreshMarginMs?: number | undefined;
}

/**
 * Where a token is kept. A token is as sensitive as the API secret: it holds that in readable form. Where a store fails, the call that
 * waits for it rejects with `invalid_argument`, and `cause` is the store's error; where it does not answer, with `timeout`. The folder
 * `examples` of this package has stores in a file, in Redis and in Cloudflare's KV.
 */
export interface TokenStore {
  /** The token that was set last, or nothing. What is no token, or one that the API refused, is replaced by a login. */
  get(): Maybe<string>;
  // A property: for a method, TypeScript would accept one that takes no `null`.
  /** Stores a token in the place of another, or removes it where it is `null`. A promise that it returns is waited for. */
  set: (token: string | null) => unknown;
}

/** A value or nothing, now or later. */
export type Maybe<T> = T | null | undefined | PromiseLike<T | null | undefined>;

/** An operation: one that is known, or an {@link UnknownRoute}. */
export type Route = keyof Routes | UnknownRoute;

/** A method and a path that {@link Routes} does not have, by a cast: `sms.request("GET /new" as UnknownRoute)`. */
export type UnknownRoute = string & { readonly [unknownRoute]: never };

declare const unknownRoute: unique symbol;

/** What {@link SmsWorks.request} takes for a route: one argument, which may be left out where nothing in it is required. */
export type RouteInput<R extends Route> = R extends keyof Routes
  ? object extends Omit<Routes[R], "output">
    ? [input?: KnownInput<R>]
    : [input: KnownInput<R>]
  : [input?: AnyInput];

/** What {@link SmsWorks.request} resolves with for a route. */
export type RouteOutput<R extends Route> = R extends keyof Routes ? KnownOutput<R> : unknown;

/** What fills in a route of {@link Routes}. */
export type KnownInput<R extends keyof Routes> = Omit<Routes[R], "output"> & CallOptions;

/** What a route of {@link Routes} answers with. */
export type KnownOutput<R extends keyof Routes> = Routes[R]["output"];

/** What fills in an {@link UnknownRoute}. */
export interface AnyInput extends CallOptions {
  /** The path parameters, by name. */
  params?: Record<string, string | number | boolean> | undefined;
  /** The query parameters. Of a list, each is sent; `null` is not. */
  query?: Record<string, QueryValue | QueryValue[]> | undefined;
  /** What is sent as JSON. */
  body?: unknown;
}

/** The value of a query parameter. */
export type QueryValue = string | number | boolean | Date | null | undefined;

/** The API's own account of a failure (`ErrorModel` and `ExtendedErrorModel` in its description). */
export interface ApiError {
  /** What went wrong, in the API's words. Credentials that it repeats are `[redacted]`. */
  message: string;
  /** The API's number for it. */
  errorCode?: number;
  /** The API's word for the state that the request ended in. */
  status?: string;
  /** Whether the failure is permanent. */
  permanent?: boolean;
}
