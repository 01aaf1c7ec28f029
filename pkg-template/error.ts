import { bare } from "./input.js";
import type { Routes } from "./routes.js";
import type { ApiError } from "./types.js";

/**
 * The data of a failure, as the core gives it.
 *
 * @internal
 */
export interface Failure {
  code: SmsWorksError["code"];
  operation: string;
  message: string;
  effect: SmsWorksError["effect"];
  retryable: boolean;
  status?: number;
  api?: ApiError;
  retryAfterMs?: number;
  cause?: unknown;
}

/**
 * A failed call. No field, message, stack or cause holds a key, a secret, a token, a customer id or a body; what a caller's own
 * `fetch`, token store or function for the credentials fails with is passed on as it is, as `cause`.
 */
export class SmsWorksError extends Error {
  declare readonly name: "SmsWorksError";
  /**
   * What kind of failure it is:
   *
   * - `invalid_argument`: an argument or an option is missing or cannot be used, or the token store or the function for the
   *   credentials failed. Nothing was sent; or a request has failed, and there was no token to make it again with: `effect` says
   *   what it may have done.
   * - `network`: the connection failed, or broke before the whole reply was there. The message has the platform's word for it,
   *   such as `ECONNREFUSED` or `CERT_HAS_EXPIRED`, where there is one; browsers tell none.
   * - `timeout`: the deadline passed before the whole reply was there.
   * - `redirect`: the reply was a redirect, which is not followed since it would carry credentials elsewhere.
   * - `http`: the reply's status is not a success.
   * - `invalid_response`: a success whose body is not the expected model, such as that of a send without the id of the text; or a
   *   reply of more than 1 MiB to an authentication call, or of more than 64 MiB to any other.
   * - `internal`: a fault in this library, or its WebAssembly could not be loaded. The next call tries to load it again; in what
   *   Parcel builds, the page has to be reloaded first.
   */
  declare readonly code:
    | "invalid_argument"
    | "network"
    | "timeout"
    | "redirect"
    | "http"
    | "invalid_response"
    | "internal";
  /** The call that failed: the name of a method or, of a request, the route. Where the login that it needed failed, `login`. */
  declare readonly operation:
    | "keySecret"
    | "login"
    | "token"
    | "authorization"
    | "fetch"
    | "forget"
    | "request"
    | "segments"
    | keyof Routes
    | (string & {});
  /** The HTTP status, where there was a response. */
  declare readonly status?: number;
  /** The API's own account of the failure, where the body was one. */
  declare readonly api?: ApiError;
  /**
   * What the call may have done at the API:
   *
   * - `none`: nothing, for certain. Nothing was sent, the connection was refused, or the API refused the request: with a 4xx, or with
   *   a 503 that has `Retry-After`.
   * - `unknown`: perhaps what it was to do. A text may have been sent: look for it before sending it again. `messages.search` finds
   *   what went out, by `destination` and `from`, and each text has the `tag` that it was sent with; `messages.scheduled` lists
   *   what is scheduled. Of a `keySecret` in Deno it is unknown whenever the connection fails, since Deno may have repeated a GET.
   *
   * Where the login that a request needs has failed, this is about the request itself.
   */
  declare readonly effect: "none" | "unknown";
  /**
   * Whether to make the same call again: it may succeed, and it cannot do twice what must happen once. It is false for what sends,
   * schedules, verifies or makes a key pair, where the `effect` is unknown.
   */
  declare readonly retryable: boolean;
  /** The milliseconds that the server asks to wait (`Retry-After`, RFC 9110, 10.2.3), where it does. */
  declare readonly retryAfterMs?: number;
  /** What `fetch`, the token store, the function for the credentials or the loading of the WebAssembly failed with, if it did. */
  declare readonly cause?: unknown;

  private constructor(failure: Failure) {
    const { message, cause, ...fields } = failure;
    super(message, bare(failure));
    Object.assign(this, fields);
  }

  /** What `JSON.stringify` makes of it: all but the stack and the cause. */
  toJSON(): object {
    return Object.assign({ name: this.name, message: this.message }, this);
  }

  /** @internal */
  static of(failure: Failure): SmsWorksError {
    // Not by its name, which esbuild would change for the class to know itself by.
    return new this(failure);
  }
}

Object.defineProperty(SmsWorksError.prototype, "name", { value: "SmsWorksError", configurable: true, writable: true });
