import { callOrCallBack } from "./call.js";
import { type ClientInput, fail, once, own, readClientOptions, readLogin, requireText } from "./input.js";
import type { Login } from "./login.js";
import type { ApiCallback, ApiKeyResponse, CallOptions, ClientOptions, LoginFields, TokenResponse } from "./types.js";

/**
 * The two authentication calls.
 *
 * A call settles within its deadline, never throws synchronously, and rejects with an {@link SmsWorksError}; if aborted, with
 * the signal's reason. Arguments are read when it is made.
 */
export class AuthApi {
  readonly #session: () => ClientInput;

  /** @param options How its calls are sent. Checked by each call, which rejects where one cannot be used. */
  constructor(options?: ClientOptions);
  /** @internal Of a client with these tokens and credentials, which no error tells. */
  constructor(options: ClientOptions, session: () => ClientInput);
  constructor(options?: ClientOptions, session = once<ClientInput>(() => ({ client: readClientOptions(options) }))) {
    this.#session = session;
  }

  /**
   * Generates a new API key and secret: `GET /auth/getApiKey`.
   *
   * Each call makes another pair, so it is tried again only where the first request certainly did nothing: after a 429, or a
   * 503 with `Retry-After`. The error of a call that failed says in its `effect` whether it may have made one all the same. Deno and
   * browsers may repeat the request by themselves, where a connection breaks, and so make more than one.
   *
   * @param customerid The id of the customer that the pair is for.
   * @param options A signal, a deadline, a number of retries and headers for this call.
   * @returns The new pair. Keep the secret: the API does not show it again.
   * @throws {SmsWorksError} as a rejection.
   */
  keySecret(customerid: string, options?: CallOptions): Promise<ApiKeyResponse>;
  /** Does the same, and calls back once, asynchronously. */
  keySecret(customerid: string, callback: ApiCallback<ApiKeyResponse>): void;
  keySecret(customerid: unknown, options?: unknown): unknown {
    return callOrCallBack(
      "keySecret",
      () => this.#session(),
      options,
      () => {
        const id = requireText(customerid, "customerid") || fail("customerid", "empty");
        return { ask: "auth", subject: "GET /auth/getApiKey", query: ["customerid", id], secrets: [id] };
      },
    );
  }

  /**
   * Generates a token: `POST /auth/token`. It is tried again after network errors, 408, 425, 429 and 5xx.
   *
   * @param credentials A key and its secret; the customer id may be left out.
   * @param options A signal, a deadline, a number of retries and headers for this call.
   * @throws {SmsWorksError} as a rejection.
   * @returns The token, for the `Authorization` header exactly as it is. It holds the API secret in readable form.
   */
  login(credentials: Login | LoginFields, options?: CallOptions): Promise<TokenResponse>;
  /** Does the same, and calls back once, asynchronously. */
  login(credentials: Login | LoginFields, callback: ApiCallback<TokenResponse>): void;
  login(credentials: unknown, options?: unknown): unknown {
    return callOrCallBack(
      "login",
      () => this.#session(),
      options,
      () => {
        const login = readLogin(credentials);
        const body = JSON.stringify(login);
        return { ask: "auth", subject: "POST /auth/token", body, secrets: Object.values(login) };
      },
    );
  }
}

/**
 * Generates a new API key and secret, as {@link AuthApi.keySecret} does.
 *
 * @param customerid The id of the customer that the pair is for.
 * @param options Those of a client and of a call, in one object.
 */
export function keySecret(customerid: string, options?: ClientOptions & CallOptions): Promise<ApiKeyResponse>;
/** Does the same, and calls back once, asynchronously. */
export function keySecret(customerid: string, callback: ApiCallback<ApiKeyResponse>): void;
export function keySecret(customerid: string, options?: unknown): unknown {
  return withClient(options).keySecret(customerid, ofCall(options));
}

/**
 * Generates a token, as {@link AuthApi.login} does.
 *
 * @param credentials A key and its secret; the customer id may be left out.
 * @param options Those of a client and of a call, in one object.
 */
export function login(credentials: Login | LoginFields, options?: ClientOptions & CallOptions): Promise<TokenResponse>;
/** Does the same, and calls back once, asynchronously. */
export function login(credentials: Login | LoginFields, callback: ApiCallback<TokenResponse>): void;
export function login(credentials: Login | LoginFields, options?: unknown): unknown {
  return withClient(options).login(credentials, ofCall(options));
}

/** A callback stands in the place of options, and has none. */
const withClient = (options: unknown): AuthApi =>
  new AuthApi(typeof options === "function" ? undefined : (options as ClientOptions));

/** What the client has not read of the options, or the callback. */
const ofCall = (options: unknown): CallOptions =>
  typeof options === "object" && options !== null
    ? {
        get signal() {
          return own(options, "signal") as AbortSignal;
        },
      }
    : (options as CallOptions);
