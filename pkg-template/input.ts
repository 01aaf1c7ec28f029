// Reads what a caller gave, each thing once, into plain data. Nothing of a caller's goes further, but for the `fetch` and the
// request body that a caller gave to be used as they are.

import type { TokenStore } from "./types.js";

/** Why an argument cannot be used: `text` where it is no string, `malformed` where half a surrogate pair cannot be sent. */
export type Problem = "missing" | "text" | "malformed" | "type";

/** Thrown for an argument that cannot be used. The core makes the error of it. */
export class Refused {
  declare readonly parameter: string;
  declare readonly problem: Problem;

  constructor(parameter: string, problem: Problem = "type") {
    this.parameter = parameter;
    this.problem = problem;
  }
}

/** How a call is sent: the options of a client and of a call in one. */
export interface CallInput {
  baseUrl?: string;
  timeoutMs?: number;
  retries?: number;
  fetch?: typeof fetch;
  allowInsecureHttp?: boolean;
}

/** What the core is asked to do: a call, or the error of an argument that was refused. */
export type Asked =
  | { ask: "keySecret"; customerid: string }
  | ({ ask: "login" } & LoginInput)
  | ({ ask: "request"; route: string; session: SessionInput } & RouteRequest)
  | ({ ask: "fetch"; session: SessionInput } & FetchRequest)
  | { ask: "token" | "authorization" | "forget"; session: SessionInput }
  | { ask: Problem; parameter: string };

/** All that the core is given for a call. */
export type CoreInput = Asked &
  CallInput & {
    operation: string;
    /** When the call was made, by `performance.now`, where it had to wait for the core. */
    since?: number;
    /** Resolves when the call is aborted. */
    cancelled?: Promise<void>;
    /** Whether making the call twice is the same as making it once. The core sets it. */
    isSafe?: boolean;
    /** Told of the reply. */
    respond?: (status: number, headers: Headers, body: unknown) => void;
  };

/** The fields of a login. */
export interface LoginInput {
  customerid?: string;
  key?: string;
  secret?: string;
}

type Kind = "string" | "number" | "boolean" | "function" | "signal";
type Fields = Record<string, unknown>;

const LOGIN = { customerid: "string", key: "string", secret: "string" } as const;
const CLIENT = {
  baseUrl: "string",
  timeoutMs: "number",
  retries: "number",
  fetch: "function",
  allowInsecureHttp: "boolean",
} as const;
const CALL = { timeoutMs: "number", retries: "number", signal: "signal" } as const;

/** Whether it is an object, of whatever realm. */
const isThing = (value: unknown): value is object => typeof value === "object" && value !== null;

const isObject = (value: unknown): value is Fields => isThing(value) && !Array.isArray(value);

/** Runs what touches a caller's value. Whatever that throws, the argument is refused. */
const guard = <T>(parameter: string, read: () => T): T => {
  try {
    return read();
  } catch (thrown) {
    throw thrown instanceof Refused ? thrown : new Refused(parameter);
  }
};

/** Reads at once, and gives what was read, or throws why it could not be, as often as asked. */
export const once = <T>(read: () => T): (() => T) => {
  try {
    const value = read();
    return () => value;
  } catch (thrown) {
    return () => {
      throw thrown;
    };
  }
};

/** A string that UTF-8 can hold; `undefined` where there is none. */
export const readText = (value: unknown, parameter: string): string | undefined => {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw new Refused(parameter, "text");
  if (/\p{Surrogate}/u.test(value)) throw new Refused(parameter, "malformed");
  return value;
};

export const requireText = (value: unknown, parameter: string): string => {
  const text = readText(value, parameter);
  if (text === undefined) throw new Refused(parameter, "missing");
  return text;
};

/** The fields of `value` that are there, each of its kind. Its own name, and those of its fields, are for the error. */
const readFields = (value: unknown, parameter: string, kinds: Record<string, Kind>, prefix = ""): Fields => {
  const input: Fields = {};
  if (value === undefined || value === null) return input;
  if (!guard(parameter, () => isObject(value))) throw new Refused(parameter);
  for (const name in kinds) {
    const field = guard(prefix + name, () => (value as Fields)[name]);
    const kind = kinds[name];
    if (field === undefined || (field === null && kind === "signal")) continue;
    if (kind === "string") input[name] = readText(field, prefix + name);
    else if (kind === "signal" || typeof field === kind) input[name] = field;
    else throw new Refused(prefix + name);
  }
  return input;
};

export const readClientOptions = (options: unknown): CallInput => readFields(options, "options", CLIENT);

/** The options of one call. The signal is listened to as it is. */
export const readCallOptions = (options: unknown): CallInput & { signal?: unknown } =>
  readFields(options, "options", CALL);

export const readLogin = (credentials: unknown): LoginInput => {
  if (credentials === undefined || credentials === null) throw new Refused("credentials", "missing");
  return readFields(credentials, "credentials", LOGIN, "credentials.");
};

/** A copy of the fields of a login, whatever they are: what cannot be read is no string, which the call refuses. */
export const copyFields = (fields: unknown): Fields => {
  const copy: Fields = {};
  if (!isThing(fields)) return copy;
  for (const name in LOGIN) {
    try {
      const field = (fields as Fields)[name];
      if (field !== undefined) copy[name] = field;
    } catch {
      copy[name] = Symbol();
    }
  }
  return copy;
};

/** What a client that keeps a token was made with. */
export interface SessionInput {
  memory: Memory;
  client: CallInput;
  credentials?: LoginInput;
  askCredentials?: () => Promise<LoginInput | Refused>;
  getStored?: () => Promise<string | undefined>;
  setStored?: (token: string | null) => Promise<void>;
  refreshMarginMs?: number;
}

/** What a client knows of its token. The core writes it; kept here, it outlives a trap. */
export interface Memory {
  token?: string;
  /** What it makes for the `Authorization` header. */
  authorization?: string;
  /** Until when it is used, in milliseconds since 1970. */
  renewAtMs?: number;
  initialToken?: string;
  refused?: string;
  clockSkewMs?: number;
}

export const readSession = (options: unknown): SessionInput => {
  const client = readClientOptions(options);
  const given = (options ?? {}) as Fields;
  const { token, refreshMarginMs } = readFields(options, "options", { token: "string", refreshMarginMs: "number" });
  const session: SessionInput = { memory: { initialToken: token }, client, refreshMarginMs } as SessionInput;

  const credentials = guard("credentials", () => given.credentials);
  if (typeof credentials === "function") {
    session.askCredentials = async () => {
      const login = await credentials();
      try {
        return readLogin(login);
      } catch (refused) {
        return refused as Refused;
      }
    };
  } else if (credentials !== undefined && credentials !== null) {
    session.credentials = readLogin(credentials);
  }

  const store = guard("tokenStore", () => given.tokenStore) as TokenStore | null | undefined;
  if (store !== undefined && store !== null) {
    session.getStored = async () => {
      const token = await store.get();
      return typeof token === "string" ? token : undefined;
    };
    session.setStored = async (token) => void (await store.set(token));
  }
  return session;
};

/** A request of a route: `params` and `query` are names, each followed by its value. */
export interface RouteRequest {
  params: string[];
  query: string[];
  body: string | undefined;
  secrets: string[];
}

/** What fills in a route. What JSON cannot hold is refused. */
export const readRoute = (route: string, input: unknown): RouteRequest => {
  if (input !== undefined && input !== null && !guard("options", () => isObject(input))) throw new Refused("options");
  const field = (name: string): unknown => {
    const json = guard(name, () => {
      const value = (input as Fields | undefined)?.[name];
      return value === undefined ? value : (JSON.stringify(value) ?? fail(name));
    });
    return name === "body" || json === undefined ? json : JSON.parse(json);
  };
  const body = field("body") as string | undefined;
  return {
    params: readPairs(field("params"), "params"),
    query: readPairs(field("query"), "query"),
    body,
    // The body of an authentication call is credentials.
    secrets: body && route.includes(" /auth/") ? texts(JSON.parse(body)) : [],
  };
};

const fail = (parameter: string): never => {
  throw new Refused(parameter);
};

const readPairs = (values: unknown, parameter: string): string[] => {
  if (values === undefined) return [];
  if (!isObject(values)) throw new Refused(parameter);
  return Object.entries(values).flatMap(([name, value]) =>
    [value].flat().flatMap((value) => {
      if (value === null) return [];
      const text = typeof value === "object" ? value : String(value);
      return [name, requireText(text, name)];
    }),
  );
};

const texts = (value: unknown): string[] =>
  typeof value === "string" ? [value] : isObject(value) ? Object.values(value).flatMap(texts) : [];

/** A request that `fetch` was asked to make. */
export interface FetchRequest {
  url: string;
  method: string;
  /** A stream can be read once. */
  isReplayable: boolean;
  send(url: string, fetch: typeof globalThis.fetch, authorization: string, signal: AbortSignal): Promise<Response>;
}

/** What `fetch` was called with, which can be sent with an `Authorization`; and the signal beside it. */
export const readFetch = (input: unknown, init: unknown): { request: FetchRequest; signal: unknown } =>
  guard("input", () => {
    const request = isThing(input) && "clone" in input ? (input as Request) : undefined;
    const url = request ? request.url : isThing(input) && "href" in input ? input.href : input;
    if (typeof url !== "string") throw new Refused("input");
    const options: RequestInit = { ...(init as RequestInit) };
    const method = String(options.method ?? request?.method ?? "GET").toUpperCase();
    const headers = guard("init", () => new Headers(options.headers ?? request?.headers));
    const given = options.signal ?? request?.signal;
    const body: unknown = options.body;
    const isReadable = !request?.bodyUsed && ((body ?? null) === null || !["GET", "HEAD"].includes(method));
    if (!isReadable) throw new Refused("init");
    const sent: FetchRequest = {
      url,
      method,
      isReplayable: !(isThing(body) && ("getReader" in body || Symbol.asyncIterator in body)),
      async send(url, fetch, authorization, own) {
        const all = new Headers(headers);
        all.set("Authorization", authorization);
        const copy = request?.clone();
        // For those to whom the headers beside a Request are nothing: happy-dom.
        copy?.headers.set("Authorization", authorization);
        // The caller's signal also ends the reading of the body.
        const signal = either(own, given);
        return fetch(copy ?? url, { ...options, method, headers: all, signal, redirect: "manual" });
      },
    };
    return { request: sent, signal: given };
  });

const either = (own: AbortSignal, given: AbortSignal | null | undefined): AbortSignal => {
  if (!given) return own;
  try {
    return AbortSignal.any([own, given]);
  } catch {
    // Node before 20.3, Safari before 17.4, or a signal of another realm.
    const both = new AbortController();
    for (const signal of [own, given])
      signal.addEventListener("abort", () => both.abort(signal.reason), { once: true });
    return both.signal;
  }
};
