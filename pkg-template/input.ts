// Reads what a caller gave, each value once, into plain data. No object of a caller's goes further, but for the `fetch` and the
// request body, which are used as they are. The objects made here have no prototype: what a page or a dependency puts into
// `Object.prototype` is in none of them.

import { observer } from "./observe.js";
import type { SmsWorksEvent, SmsWorksObserver, TokenStore } from "./types.js";

declare const LONGEST_TEXT: number;
declare const LONGEST_BODY: number;

/**
 * Why an argument cannot be used: `text` where it is no string, `long` where it has too many characters, `malformed` where half a
 * surrogate pair cannot be sent, `stack` where there was no room on the call stack to read it.
 */
export type Problem = "missing" | "empty" | "text" | "long" | "malformed" | "stack" | "type";

/** Thrown for an argument that cannot be used. The core makes an error of it, with its message. */
export class Refused {
  readonly #isOwn = true;
  declare readonly parameter: string;
  declare readonly problem: Problem;

  constructor(parameter: string, problem: Problem = "type") {
    this.parameter = parameter;
    this.problem = problem;
  }

  /** Whether a thrown value is a `Refused`. By a private field, since `instanceof` would run the code of a Proxy. */
  static is(thrown: unknown): thrown is Refused {
    return typeof thrown === "object" && thrown !== null && #isOwn in thrown;
  }
}

/** Refuses an argument. */
export const fail: (parameter: string, problem?: Problem) => never = (parameter, problem) => {
  throw new Refused(parameter, problem);
};

/** How a call is sent: the options of a client and of a call in one. */
export interface CallInput {
  baseUrl?: string;
  timeoutMs?: number;
  retries?: number;
  fetch?: typeof fetch;
  allowInsecureHttp?: boolean;
  /** Names, each followed by its value. */
  headers?: string[];
  observe?: Observer;
}

/** Tells a client's observer of its logins. `next` makes what tells it of one more call. */
export type Observer = Observe & { next: () => Observe };

/** Tells an observer of an event, from which it makes an `SmsWorksEvent`. */
export type Observe = (
  type: SmsWorksEvent["type"],
  operation: string,
  attempt?: number,
  ms?: number,
  status?: number,
  headers?: Headers,
  error?: unknown,
) => void;

/** What the core is asked for: a call, or the error of a refused argument. `subject` is its route, URL, text or parameter. */
export type Asked =
  | RouteRequest
  | FetchRequest
  | { ask: "token" | "authorization" | "forget"; subject?: undefined }
  | { ask: "segments" | Problem; subject: string };

/** All that the core is given for a call. */
export type CoreInput = Asked &
  Omit<CallInput, "observe"> & {
    operation: string;
    observe?: Observe | undefined;
    /** The client whose call it is. */
    session?: ClientInput;
    /** When the call began to wait for the core, by `performance.now`, where it had to. */
    since?: number;
    /** Resolves when the call is aborted. */
    cancelled?: Promise<void>;
    /** Whether making the call twice is the same as making it once, as the core says. */
    isSafe?: boolean;
    /** Told of the reply. */
    respond?: (reply: { status: number; headers: Headers; json: unknown }) => void;
  };

/** The fields of a login. */
export interface LoginInput {
  customerid?: string;
  key?: string;
  secret?: string;
}

type Kind = "string" | "number" | "boolean" | "function" | "signal" | "headers" | "observe";
export type Fields = Record<string, unknown>;

const LOGIN = { customerid: "string", key: "string", secret: "string" } as const;
const CLIENT = {
  baseUrl: "string",
  timeoutMs: "number",
  retries: "number",
  fetch: "function",
  allowInsecureHttp: "boolean",
  headers: "headers",
  observe: "observe",
} as const;
const CALL = { timeoutMs: "number", retries: "number", headers: "headers", signal: "signal" } as const;

/** An object with these fields and no others, not even by inheritance. */
export const bare = <T extends object>(fields: T): T => Object.assign(Object.create(null), fields);

/** Whether it is an object, of whatever realm. */
const isThing = (value: unknown): value is object => typeof value === "object" && value !== null;

const isObject = (value: unknown): value is Fields => isThing(value) && !Array.isArray(value);

/** An option: a field of the object's own. */
export const own = (object: object, name: string): unknown =>
  Object.hasOwn(object, name) ? (object as Fields)[name] : undefined;

/** A field of the object's own, or of its class; but none that every object has. */
const field = (object: object, name: string): unknown => {
  let owner: object | null = object;
  if (name in Object.prototype) while (owner && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner);
  return owner === Object.prototype ? undefined : (object as Fields)[name];
};

/** Runs code that touches a caller's value. Whatever it throws, the argument is refused. */
const guard = <T>(parameter: string, read: () => T): T => {
  try {
    return read();
  } catch (thrown) {
    throw Refused.is(thrown) ? thrown : new Refused(parameter);
  }
};

/** Reads at once. The function that it returns gives the result, or throws the error, each time. */
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
  if (typeof value !== "string") fail(parameter, "text");
  if (value.length > LONGEST_TEXT) fail(parameter, "long");
  if (/\p{Surrogate}/u.test(value)) fail(parameter, "malformed");
  return value;
};

export const requireText = (value: unknown, parameter: string): string => {
  const text = readText(value, parameter);
  if (text === undefined) fail(parameter, "missing");
  return text;
};

/** The fields of `value` that are there, each of its kind. `parameter` and `prefix` name it and its fields in an error. */
const readFields = (
  value: unknown,
  parameter: string,
  kinds: Record<string, Kind>,
  prefix = "",
  read: typeof own = own,
): Fields => {
  const input: Fields = bare({});
  if (value === undefined || value === null) return input;
  if (!guard(parameter, () => isObject(value))) fail(parameter);
  for (const name of Object.keys(kinds)) {
    const given = guard(prefix + name, () => read(value as object, name));
    const kind = kinds[name];
    if (given === undefined || (given === null && kind === "signal")) continue;
    if (kind === "string") input[name] = readText(given, prefix + name);
    else if (kind === "headers") input[name] = guard(name, () => readHeaders(given));
    else if (kind === "observe" && typeof given === "function") input[name] = observer(given as SmsWorksObserver);
    else if (kind === "signal" || typeof given === kind) input[name] = given;
    else fail(prefix + name);
  }
  return input;
};

/** Names, each followed by its value. A Map, `Headers` and a list are refused: their entries are no fields. */
const readHeaders = (headers: unknown): string[] => {
  if (!isObject(headers) || Symbol.iterator in headers) return fail("headers");
  return Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [name, typeof value === "string" ? requireText(value, "headers") : fail("headers")],
  );
};

export const readClientOptions = (options: unknown): CallInput => readFields(options, "options", CLIENT);

/** The options of one call. The signal is not read before it is listened to. */
export type GivenOptions = CallInput & { signal?: unknown };

export const readCallOptions = (options?: unknown): GivenOptions => readFields(options, "options", CALL);

export const readLogin = (credentials: unknown): LoginInput => {
  if (credentials === undefined || credentials === null) fail("credentials", "missing");
  return readFields(credentials, "credentials", LOGIN, "credentials.", field);
};

/** A copy of the fields of a login, whatever they are. One that cannot be read becomes a symbol, which the call refuses. */
export const copyFields = (fields: unknown): Fields => {
  const copy: Fields = {};
  if (!isThing(fields)) return copy;
  for (const name of Object.keys(LOGIN)) {
    try {
      const given = field(fields, name);
      if (given !== undefined) copy[name] = given;
    } catch {
      copy[name] = Symbol();
    }
  }
  return copy;
};

/** What a client was made with. */
export interface ClientInput {
  client: CallInput;
}

/** What a client that keeps a token was made with. */
export interface SessionInput extends ClientInput {
  memory: Memory;
  /** How many calls of `forget` are under way. */
  forgetting: number;
  credentials?: LoginInput;
  askCredentials?: () => Promise<LoginInput | Refused>;
  getStored?: () => Promise<string | undefined>;
  setStored?: (token: string | null) => Promise<void>;
  refreshMarginMs?: number;
}

/** What a client knows of its token. The core writes it; kept here, it outlives a trap. */
export interface Memory {
  token?: string;
  /** The value for the `Authorization` header. */
  authorization?: string;
  /** Until when it is used, in milliseconds since 1970 by the API's clock. */
  renewAtMs?: number;
  initialToken?: string;
  /** The last tokens that were refused, replaced or forgotten. */
  former?: string[];
  /** The texts that the function for the credentials gave last. */
  asked?: string[];
  /** How far `Date.now()` is ahead of the API's clock. */
  dateSkewMs?: number;
  /** How far `performance.now()` is. */
  clockSkewMs?: number;
}

export const readSession = (options: unknown): SessionInput => {
  const client = readClientOptions(options);
  const { token, refreshMarginMs } = readFields(options, "options", { token: "string", refreshMarginMs: "number" });
  const session = bare({
    memory: bare({ initialToken: token }),
    client,
    refreshMarginMs,
    forgetting: 0,
  } as SessionInput);
  const option = (name: string) => guard(name, () => own(options ?? {}, name));

  const credentials = option("credentials");
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

  const store = option("tokenStore") as TokenStore | null | undefined;
  if (store !== undefined && store !== null) {
    const set = async (token: string | null) => void (await store.set(token));
    /** The calls of `set` that store a token and have not ended. */
    const writes = new Set<Promise<void>>();
    session.getStored = async () => {
      // Whatever is stored is about to be removed.
      if (session.forgetting > 0) return undefined;
      const token: unknown = await store.get();
      return typeof token === "string" && token.length <= LONGEST_TEXT ? token : undefined;
    };
    session.setStored = async (token) => {
      if (token !== null) {
        const write = set(token);
        writes.add(write);
        return write.finally(() => writes.delete(write));
      }
      // Again once those have ended, since they may store a token after this. Where one never ends, this was all.
      if (writes.size > 0) await Promise.allSettled([set(null), ...writes]);
      await set(null);
    };
  }
  return session;
};

/** A request of a route, which is its subject: `params` and `query` are names, each followed by its value. */
export interface RouteRequest {
  ask: "auth" | "request";
  subject: string;
  params?: string[];
  query?: string[];
  body?: string | undefined;
  /** The texts and numbers in the query and the body of an authentication call, which are credentials. */
  secrets: (string | undefined)[];
}

/** What fills in a route. What JSON cannot hold is refused. */
export const readRoute = (route: string, input: unknown): RouteRequest => {
  if (input !== undefined && input !== null && !guard("options", () => isObject(input))) fail("options");
  const json = (name: string): string | undefined =>
    guard(name, () => {
      const value = own(input ?? {}, name);
      if (value === undefined) return value;
      const text = JSON.stringify(value);
      // JSON of a Map or of URLSearchParams is `{}`: their entries would be lost.
      return text && !(text === "{}" && Symbol.iterator in (value as object)) ? text : fail(name);
    });
  const pairs = (name: string): string[] => {
    const text = json(name);
    if (text === undefined) return [];
    const list = guard(name, () => readPairs(JSON.parse(text), name));
    if (text.length > LONGEST_TEXT) fail(name, "long");
    return list;
  };
  const body = json("body");
  if (body && body.length > LONGEST_BODY) fail("body", "long");
  const query = pairs("query");
  // A server may take the path in another case.
  const isAuth = / \/auth\//i.test(route);
  return {
    ask: "request",
    subject: route,
    params: pairs("params"),
    query,
    body,
    secrets: isAuth ? texts([query.filter((_, at) => at % 2), body && JSON.parse(body)]) : [],
  };
};

/** A copy of an object, as far as JSON can hold it. */
export const readCopy = (value: unknown, parameter: string): Fields =>
  guard(parameter, () => {
    const copy: unknown = isObject(value) && JSON.parse(JSON.stringify(value));
    return isObject(copy) ? copy : fail(parameter);
  });

/** A list, a Set, a generator, a stream: any iterable but a text, which would be taken character by character. */
export const readIterable = <T>(value: unknown, parameter: string): Iterable<T> | AsyncIterable<T> =>
  guard(parameter, () => {
    const given = value as Iterable<T> & AsyncIterable<T>;
    return isThing(given) && typeof (given[Symbol.asyncIterator] ?? given[Symbol.iterator]) === "function"
      ? given
      : fail(parameter);
  });

const readPairs = (values: unknown, parameter: string): string[] => {
  if (!isObject(values)) fail(parameter);
  return Object.entries(values).flatMap(([name, value]) =>
    [value].flat().flatMap((value) => {
      if (value === null) return [];
      const text = typeof value === "object" ? value : String(value);
      return [requireText(name, parameter), requireText(text, name)];
    }),
  );
};

/** The texts and numbers in JSON, at any depth. */
const texts = (value: unknown): string[] => {
  if (isThing(value)) return Object.values(value).flatMap(texts);
  return typeof value === "string" || typeof value === "number" ? [requireText(String(value), "body")] : [];
};

/** A request that `fetch` was asked to make, of a URL, which is its subject. */
export interface FetchRequest {
  ask: "fetch";
  subject: string;
  method: string;
  requestHeaders: Headers;
  /** The body, or a promise of its bytes as they were when the call was made. */
  body: unknown;
  isReplayable: boolean;
  /** Ends the reading of the response, too. */
  signal: unknown;
  /** The other fields of `RequestInit`. */
  init: object;
}

/**
 * What `fetch` was called with. A `Request` is taken apart, so that what is sent is what was checked, even if its fields change from
 * one reading to the next.
 */
export const readFetch = (input: unknown, options: unknown): FetchRequest => {
  const href = guard("input", () => (isThing(input) ? field(input, "href") : input));
  const request = isThing(input) && href === undefined ? input : undefined;
  const url = requireText(request ? guard("input", () => field(request, "url")) : href, "input");
  return guard("init", () => {
    if (options !== undefined && options !== null && !isObject(options)) fail("init");
    const init: Fields = bare({ ...options });
    const read = (name: string, ...objects: unknown[]) =>
      [init, options, ...objects]
        .filter(isThing)
        .map((object) => field(object, name))
        .find((value) => value !== undefined);
    const method = String(read("method", request) ?? "GET").toUpperCase();
    const canHaveBody = method !== "GET" && method !== "HEAD";
    const given = read("body") ?? undefined;
    const body = given === undefined || isThing(given) ? given : `${given as string}`;
    // `fetch` rejects these with an error that looks like one of the network.
    if (body !== undefined && (!canHaveBody || field(Object(body), "locked"))) fail("init");
    if (!/^(?!CONNECT$|TRAC[EK]$)[A-Z-]+$/.test(method)) fail("init");
    // Whether a Request has a body cannot be asked: Firefox has no `Request.body`.
    const clone = canHaveBody && body === undefined ? (request as Request | undefined)?.clone() : undefined;
    const held = holdBody(body);
    const source = clone ?? held;
    const headers = new Headers((read("headers", request) ?? undefined) as HeadersInit | undefined);
    // Headers that replace those of a Request replace its type, too.
    const type = (read("headers") ? held : source)?.headers.get("Content-Type");
    if (type && !headers.has("Content-Type")) headers.set("Content-Type", type);
    // Read at once: later, WebKit would read what the body has become. Where that fails, so does each request.
    const bytes = source?.arrayBuffer();
    bytes?.catch(() => {});
    const isReplayable = !!bytes || !isThing(body) || body instanceof Blob;
    // Without `duplex`, some runtimes refuse a stream.
    if (!isReplayable) init.duplex = "half";
    return {
      ask: "fetch",
      subject: url,
      method,
      requestHeaders: headers,
      body: bytes ?? body,
      isReplayable,
      signal: read("signal", request),
      init,
    } as FetchRequest;
  });
};

/** A copy of a body that may change later. */
const holdBody = (body: unknown): Response | undefined => {
  const isHeld =
    ArrayBuffer.isView(body) || [ArrayBuffer, URLSearchParams, FormData].some((kind) => body instanceof kind);
  return isHeld ? new Response(body as BodyInit) : undefined;
};
