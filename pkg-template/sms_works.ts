import { AuthApi } from "./auth_api.js";
import { call } from "./call.js";
import { once, readCallOptions, readFetch, readRoute, readSession, requireText, type SessionInput } from "./input.js";
import { makeMethods } from "./make_methods.js";
import type { Batches, Credits, Messages, Otps, Utils } from "./methods.js";
import type { CallOptions, Route, RouteInput, RouteOutput, SmsWorksOptions } from "./types.js";

declare const DEFAULT_BASE_URL: string;

/**
 * A client that logs in when it has to, and not more often: its requests carry one token, until shortly before that expires or
 * the API refuses it. However many calls wait for a token, there is one login at a time.
 *
 * Printed or turned into JSON, it shows its base URL and nothing secret.
 *
 * @example
 * const sms = new SmsWorks({ credentials: { key, secret } });
 *
 * const { messageid } = await sms.messages.send({ sender: "YourCompany", destination: "447777777777", content: "Hello" });
 */
export class SmsWorks {
  readonly #session: () => SessionInput;

  /** @param options What it logs in with. Checked by each call, which rejects where an option cannot be used. */
  constructor(options: SmsWorksOptions) {
    this.#session = once(() => readSession(options));
    // What shows of a client where it is printed.
    Object.defineProperty(this, "baseUrl", { value: shownBaseUrl(this.#session), enumerable: true });
    const made = {
      auth: new AuthApi(options, this.#session),
      ...makeMethods((route, fill, options) => call(route, this.#session, () => [readRoute(route, fill()), options()])),
    };
    for (const [name, value] of Object.entries(made)) Object.defineProperty(this, name, { value });
    // It is handed on without its client.
    Object.defineProperty(this, "fetch", { value: this.fetch.bind(this), writable: true, configurable: true });
  }

  /** The URL that its requests go to. */
  declare readonly baseUrl: string;
  /** The two authentication calls, sent as this client's are. */
  declare readonly auth: AuthApi;
  /** Texts: to send, find, schedule, cancel and delete. */
  declare readonly messages: Messages;
  /** One text to many, and collections of texts. */
  declare readonly batches: Batches;
  /** One-time passwords. */
  declare readonly otp: Otps;
  /** The credits of the account. */
  declare readonly credits: Credits;
  /** What helps to build an application. */
  declare readonly utils: Utils;

  /**
   * The token, exactly as the API sent it: the one that is there, if it holds; else that of a login. It holds the API secret in
   * readable form.
   *
   * @throws {SmsWorksError} as a rejection, as the login fails; `invalid_argument` where one is needed and there are no credentials.
   */
  token(options?: CallOptions): Promise<string> {
    return find(() => this.#session(), "token", options);
  }

  /**
   * The value for the `Authorization` header: the {@link token}, with the scheme `JWT` put before one that has none.
   *
   * @throws {SmsWorksError} as a rejection, as {@link token} does.
   */
  authorization(options?: CallOptions): Promise<string> {
    return find(() => this.#session(), "authorization", options);
  }

  /**
   * Does what the global `fetch` does, with the token: resolves with the `Response`, whatever its status.
   *
   * After a 401 it repeats the request with another token, and otherwise it repeats as {@link request} does. A text, parameters, a
   * form, bytes and a Blob are repeated as they were when it was called; a body that can be read only once, such as a stream or a
   * generator, is sent once. Redirects are not followed; no cookie and no referrer goes along, and nothing is
   * cached. The deadline is for the head of the response; a signal, if it is one of the platform's, also ends the reading of the body.
   *
   * What it is given is read when it is called: a `Request` goes out as a URL, a method, headers and bytes.
   *
   * @param input A path below the base URL, or a URL inside it. Anything else is refused before anything is sent, since the token
   * would leave with it.
   * @throws {SmsWorksError} as a rejection: `network`, `timeout`, `redirect`, `invalid_argument`, and those of a login.
   */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    return call(
      "fetch",
      () => this.#session(),
      () => {
        const request = readFetch(input, init);
        return [request, readCallOptions({ signal: request.signal })];
      },
    );
  }

  /**
   * Makes a request of an operation of the API, and resolves with the JSON of its reply; with `undefined` where that is empty.
   * A text that is given may have 1,048,576 characters, and the JSON of a body 67,108,864.
   *
   * After a 401 the token is not used again. The request is repeated with another one that the store or the options have, or with
   * that of a login; and with that of a login where the other is refused as well. What sends, schedules or verifies is otherwise
   * repeated only where the first request certainly did nothing, after a 429 or a 503 with `Retry-After`: no text is sent twice.
   * What reads or cancels is repeated after network errors, 408, 425, 429 and 5xx. Where it fails, `effect` of the error says whether
   * a text may have gone out, and `retryable` whether to make the call again.
   *
   * A platform may repeat a request by itself, where a connection that it had kept open breaks. Chromium and Firefox do so with any
   * request, and WebKit with a GET and a PUT; nothing is known that keeps them from it. Deno does with a body of text or bytes, so
   * that it gets a Blob, which it does not repeat, and with a GET. Bun does with all but a POST, and is told not to. Node was not
   * seen to.
   *
   * @param route The operation, such as `"GET /messages/{messageid}"`. One that is not in {@link Routes} works as well; to
   * TypeScript it is an {@link UnknownRoute}.
   * @param input The path parameters, the query and the body that it takes, and options for this call.
   * @throws {SmsWorksError} as a rejection; a missing path parameter is `invalid_argument`, and a success of what sends or schedules
   * without its id is `invalid_response`.
   */
  request<R extends Route>(route: R, ...input: RouteInput<R>): Promise<RouteOutput<R>>;
  request(route: unknown, input?: unknown): Promise<unknown> {
    // Of anything else, an error must show nothing; the core refuses it.
    const operation = typeof route === "string" && /^[A-Z]+ \/[\w./{}~-]{1,200}$/.test(route) ? route : "request";
    return call(
      operation,
      () => this.#session(),
      () => [readRoute(requireText(route, "route"), input), readCallOptions(input)],
    );
  }

  /**
   * Forgets the token, in the store too: the next call logs in. Where the store is still in a `set` of a token, its `set(null)` is
   * called again once that has ended; meanwhile, its `get` is not called.
   *
   * @throws {SmsWorksError} as a rejection: `invalid_argument` where the store fails, `timeout` where this or an earlier `set` takes
   * too long. A token may then still be in the store, or come into it later.
   */
  forget(): Promise<void> {
    return ask(() => this.#session(), "forget");
  }
}

/** The token in use, or the value for the header: of the memory while it holds, else of the core. */
const find = async (
  session: () => SessionInput,
  operation: "token" | "authorization",
  options: unknown,
): Promise<string> => {
  try {
    const { memory } = session();
    const { renewAtMs = 0, dateSkewMs = 0, clockSkewMs = 0 } = memory;
    const nowMs = Math.max(Date.now() - dateSkewMs, performance.now() - clockSkewMs);
    if (options === undefined && nowMs < renewAtMs && memory[operation]) return memory[operation];
  } catch {}
  return ask(session, operation, options);
};

const ask = async <T>(
  session: () => SessionInput,
  operation: "token" | "authorization" | "forget",
  options?: unknown,
): Promise<T> => {
  let forgetting: SessionInput | undefined;
  try {
    return await call<T, SessionInput>(operation, session, (session) => {
      if (operation === "forget") {
        forgetting = session;
        session.forgetting++;
        // The core hears of it later than a call for the token that is made now.
        session.memory.renewAtMs = 0;
      }
      return [{ ask: operation }, readCallOptions(options)];
    });
  } finally {
    if (forgetting) forgetting.forgetting--;
  }
};

/** Without what may be a password: the core refuses it, but only in a call. */
const shownBaseUrl = (session: () => SessionInput): string | undefined => {
  try {
    const { origin, pathname } = new URL(session().client.baseUrl ?? DEFAULT_BASE_URL);
    return origin + pathname;
  } catch {
    return undefined;
  }
};
