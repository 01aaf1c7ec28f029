import type { Routes } from "../routes.js";

/** `createSandbox` throws a `TypeError` for an option that is not valid; its message never repeats the value. */
export interface SandboxOptions {
  /**
   * The customers that there are: ids, or ids with a key pair that already exists. Name one customer several times to
   * give it several pairs. Any customer that is not listed is refused.
   *
   * Default: the customer of the API description's examples, `0fca8c3c-6cbc-11e7-8154-a6006ad3dba0`, with no key pair.
   */
  customers?: readonly (string | SandboxCustomer)[];

  /**
   * The time, in milliseconds since 1970 in UTC. Default: `Date.now`, looked up at each call. Where it returns no time that
   * `Date` can hold, `fetch` rejects with a `TypeError`.
   */
  now?: () => number;

  /**
   * `exp - iat` of the tokens, in whole seconds; with 0 they have expired when they come.
   * Default: 788,400,000 (25 years), as in a token seen in the wild.
   */
  tokenLifetimeSeconds?: number;

  /** The credits that each customer begins with, a finite number. Each part of a text takes one. Default: 1000. */
  credits?: number;

  /**
   * Where delivery reports are posted: to a `deliveryreporturl` of this machine alone (`localhost`, names below it, 127.0.0.0/8 and
   * `[::1]`), anywhere, or nowhere. Default: `"loopback"`.
   *
   * A text that has a `deliveryreporturl` is reported once, when its status is `DELIVERED`, `UNDELIVERABLE`, `EXPIRED` or `REJECTED`:
   * by a `POST` of the global `fetch`, with the text as JSON, as `GET /messages/{messageid}` shows it then (`MessageResponse`). The
   * API publishes no schema of its reports, so that those may look otherwise; they are not signed, either. Reports are posted one
   * after the other. What the URL answers is ignored, and so is that it cannot be reached, or does not answer within 5 seconds.
   */
  deliveryReports?: "loopback" | "anywhere" | "none";
}

/** A customer with a key pair. None of the three may be empty, and no key may come twice. */
export interface SandboxCustomer {
  customerid: string;
  key: string;
  secret: string;
}

/** A stand-in for the API. Its methods do not use `this`: `const { fetch } = createSandbox()` works. */
export interface Sandbox {
  /**
   * Takes what the global `fetch` takes and asks the sandbox; pass it as `ClientOptions.fetch`. Any origin and any
   * base path will do, since the last segments of the path decide.
   *
   * - `GET …/auth/getApiKey?customerid=` answers 201 with a new `{key, secret}`; earlier pairs stay valid.
   * - `POST …/auth/token` with `{key, secret}` or `{customerid, key, secret}` answers 200 with `{token}`: `JWT ` and
   *   an HS256 JSON Web Token of `{key, secret, iat, exp}`. A `customerid` must own the key. The `Content-Type` is
   *   free.
   * - The other operations are those of OpenAPI 1.9 ({@link Routes}). They need an `Authorization` with a token that
   *   this sandbox gave out, and that has neither expired nor been revoked: otherwise 401. They answer 402 where there
   *   are not enough credits, and 404 to ids that there are not. `POST /message/schedule` answers with an object, as
   *   version 1.2 has it.
   * - They answer 400 where a field of the description is missing or of another type, and to: a `sender` that is neither
   *   up to 11 letters and digits nor up to 15 digits; a `destination` that is not a telephone number of 7 to 15 digits,
   *   after `+`, `00` or the `0` of a British one; a `content` that is empty or has more than 1280 characters (UTF-16
   *   units); a `tag` of more than 280; a `validity` of a text beyond 1 to 2880 minutes, and of a one-time password that
   *   is not above 0 seconds; a `ttl`, `limit` or `skip` that is negative or not whole; a `schedule` in the past; a
   *   `deliveryreporturl` that is no http or https URL; a `status` that the descriptions do not name; a batch of none or
   *   of more than 5000; a `template` without `{{passcode}}`; `metadata` of a one-time password of more than 1024 bytes.
   *   Where the description has a string, the number of an id, a telephone number or a passcode will do. `null` counts
   *   as missing. Fields that the description does not have are ignored.
   * - Dates that are sent are what `Date.parse` takes, such as `2030-01-31T09:00:00Z` or what a `Date` gives as text. One
   *   without a time zone is in that of the machine. Dates that come back are ISO 8601 in UTC, with milliseconds.
   * - Anything else answers with the API's `ExtendedErrorModel`, whose message never repeats what was sent:
   *   400 (no `customerid`, `key` or `secret`; no JSON object), 401 (unknown customer, wrong credentials), 404, 405 with
   *   `Allow`, 413 (the body of a login over 1 MiB, another over 64 MiB, which has room for any batch of 5000). The
   *   description declares neither these statuses nor values for the model's fields: `errorCode` is the HTTP status,
   *   `status` is `"REJECTED"`, and `permanent` is false for 402, 408, 425, 429 and 5xx.
   * - Every answer has CORS headers for any origin, and every `OPTIONS` is answered 204 as a preflight.
   *
   * A redirect, which only a fault can cause, is handed over and never followed, as with `redirect: "manual"` in Node.
   *
   * Rejects with `signal.reason` once the signal aborts, and with a `TypeError` for a request that `fetch` would not
   * take or that a fault refuses. It never throws.
   */
  readonly fetch: typeof fetch;

  /**
   * Serves the same state, with the same faults, over HTTP on 127.0.0.1.
   *
   * @param port the TCP port. Default: 0, one that is free.
   * @throws (rejects) an `Error` where the runtime has no servers of `node:http` (browsers, Cloudflare Workers), and
   * Node's own where the port cannot be had.
   */
  listen(port?: number): Promise<SandboxServer>;

  /**
   * Makes the requests that follow fail; `null` ends all faults.
   *
   * Faults with `times` are used up first, in the order in which they were set. Then the last one set without `times`
   * holds, until it is cleared. Each request meets one fault at most, and a preflight meets none.
   *
   * @throws `TypeError` for a fault that is not valid; its message never repeats the value.
   */
  fail(fault: Fault | null): void;

  /**
   * Back to how `createSandbox` made it: no faults, no `requests`, no texts, the credits and the clock as they were,
   * and no key pairs but those that `customers` named. Tokens of other pairs are refused. Servers go on listening.
   */
  reset(): void;

  /**
   * The last 1000 requests, oldest first, with those that a fault refused and without preflights. It is one live
   * array. A request is here before it is answered.
   */
  readonly requests: readonly ReceivedRequest[];

  /**
   * The texts of all customers as they are now, sent and received, oldest first: a copy, without what is still
   * scheduled.
   */
  readonly messages: SandboxMessage[];

  /** The credits that are left, by customer id: a copy. */
  readonly credits: Record<string, number>;

  /**
   * Receives a text, for the inbox. It takes no credits.
   *
   * @throws `TypeError` for a text that is not valid; its message never repeats the value.
   */
  receive(message: IncomingMessage): SandboxMessage;

  /**
   * Puts the sandbox's clock forward by so many milliseconds: tokens and one-time passwords expire, what is scheduled
   * goes out, what was sent arrives, and is reported ({@link SandboxOptions.deliveryReports}). The clock stops at the last
   * time that a `Date` can hold.
   *
   * @throws `TypeError` for what is not a finite number, 0 or more.
   */
  advance(ms: number): void;

  /** Revokes every token that was given out so far: the sandbox answers 401 to it. */
  revokeTokens(): void;
}

/** A text in a sandbox, in the spelling of the API. */
export interface SandboxMessage {
  messageid: string;
  /** The batch that it is of. */
  batchid?: string | undefined;
  customerid: string;
  sender: string;
  destination: number;
  content: string;
  /**
   * `SENT`, and a second later by the sandbox's clock `DELIVERED`, but for numbers that Ofcom keeps for drama:
   * `UNDELIVERABLE` for 447700900000 to 447700900999, `EXPIRED` for 441632960000 to 441632960999, whatever the text's
   * `validity`, and `REJECTED` for 449098790000 to 449098790999. `REJECTED` is also what was scheduled where there
   * were not enough credits then. A text that was received is `INCOMING`.
   */
  status: "SENT" | "DELIVERED" | "UNDELIVERABLE" | "EXPIRED" | "REJECTED" | "INCOMING";
  /** When it was sent or received. All dates are ISO 8601 in UTC, with milliseconds: `2030-01-31T09:00:00.000Z`. */
  created: string;
  /** When it changed last. */
  modified: string;
  /** When it was to be sent; of a text that was not scheduled, the same as `created`. */
  schedule: string;
  /** Empty where it has none. */
  tag: string;
  /** Of a received text. */
  keyword?: string | undefined;
  failurereason?: { code: number; details: string; permanent: boolean };
  deliveryreporturl?: string | undefined;
  /** Not of a text of `/batch/send` or `/batch/schedule`, which have none. */
  metadata?: { key?: string | undefined; value?: string | undefined }[] | undefined;
}

/** A text that somebody sends to a customer. */
export interface IncomingMessage {
  /** The number that it is from, or the name, as of any sender. */
  sender: string;
  /** The number that it goes to, of 7 to 15 digits. */
  destination: string | number;
  /** 1 to 1280 characters. */
  content: string;
  keyword?: string;
  /** Whom it goes to. Default: the first of `customers`. */
  customerid?: string;
}

/** A sandbox on a port. */
export interface SandboxServer {
  /** A base URL, `http://127.0.0.1:<port>/v1`. */
  readonly url: string;
  /** Ends every connection, those of requests under way too, and resolves once the port is free. Repeatable. */
  close(): Promise<void>;
}

/** The operations of the API: the two authentication calls by name, the others by route. */
export type Operation = "keySecret" | "login" | Exclude<keyof Routes, "GET /auth/getApiKey" | "POST /auth/token">;

/** What is to go wrong. The options combine; but `network: "refuse"` sends no answer that others could change. */
export interface Fault {
  /** The operation that fails. Default: every request, those to unknown paths too. */
  operation?: Operation;

  /** How many requests fail, from 1. Default: `Infinity`, until it is cleared. */
  times?: number;

  /**
   * The HTTP status, 200 to 599. From 400 the operation is not performed and the answer is a fitting
   * `ExtendedErrorModel`; from 300 it is not performed and the answer is empty (add a `Location` with `headers`);
   * below, the operation's own answer goes out with this status.
   */
  status?: number;

  /**
   * The answer's body in place of its own: an object is sent as JSON; a string as it is, as `text/plain` unless
   * `headers` has another `Content-Type`.
   */
  body?: string | object;

  /** Headers to set on the answer, over those that it has. */
  headers?: Record<string, string>;

  /** `Retry-After` (RFC 9110, 10.2.3): whole seconds as a number, or a string, sent as it is. */
  retryAfter?: number | string;

  /** How long to wait before anything else, in milliseconds, at most 2³¹ − 1. An abort ends the wait. */
  delayMs?: number;

  /**
   * - `"refuse"`: no answer, and the operation is not performed. `fetch` rejects with a `TypeError`; a server destroys
   *   the socket. Some runtimes repeat a GET by themselves when a connection that they reused breaks (Bun does), and
   *   so use up two: leave `times` out there.
   * - `"cut"`: the operation is performed, but the connection breaks after the headers and half of the body.
   * - `"stall"`: the same, but the connection stays open and nothing more comes, until the caller gives up.
   */
  network?: "refuse" | "cut" | "stall";
}

/** A request as the sandbox received it. It holds no body and no query, and so no credentials. */
export interface ReceivedRequest {
  /** Undefined where no operation has the path and the method. */
  readonly operation: Operation | undefined;
  readonly method: string;
  /** The path of the URL, without its query. */
  readonly path: string;
  /** By lower-case name; `authorization`, `proxy-authorization` and `cookie` are `"[redacted]"`. */
  readonly headers: Readonly<Record<string, string>>;
  /** When it came, by the sandbox's clock, in milliseconds since 1970 in UTC. */
  readonly at: number;
}
