// @ts-check
// What the core is told of a request that carries a token.

/**
 * A route and what fills it in, of which the parameters are pairs of a name and a text. What they are not is left for the core
 * to refuse.
 * @param {[unknown, string | undefined, string | undefined, string | undefined]} request JSON, but for the route
 */
export const filled = ([route, params, query, body]) => {
  const secrets = String(route).includes(" /auth/")
    ? [query, body].flatMap((json) => (pairs(json) ?? []).map((/** @type {[string, unknown]} */ [, value]) => value))
    : [];
  return { route, params: pairs(params), query: pairs(query), body, secrets };
};

/** @param {unknown} json @returns {any} */
const pairs = (json) => {
  const values = typeof json === "string" ? JSON.parse(json) : json === undefined ? {} : undefined;
  if (typeof values !== "object" || !values || Array.isArray(values)) return null;
  return Object.entries(values).flatMap(([name, value]) =>
    [value]
      .flat()
      .flatMap((value) => (value === null ? [] : [[name, typeof value === "object" ? value : String(value)]])),
  );
};

/**
 * What `fetch` was called with, which can be sent with an `Authorization`.
 * @param {[any, RequestInit]} given
 */
export const fetched = ([input, init]) => {
  /** @type {Request | undefined} */
  const request = typeof input?.clone === "function" ? input : undefined;
  const { method = request?.method ?? "GET", headers = request?.headers, signal = request?.signal } = init;
  const body = /** @type {any} */ (init.body);
  let url = request ? request.url : input;
  return {
    url,
    method: String(method).toUpperCase(),
    /** A stream can be read once. */
    isReplayable: !body?.getReader && !body?.[Symbol.asyncIterator],
    /** Whether fetch would take it. */
    isUsable() {
      try {
        new Headers(headers);
      } catch {
        return false;
      }
      return !request?.bodyUsed && (body == null || !["GET", "HEAD"].includes(this.method));
    },
    go: (/** @type {string} */ to) => {
      url = to;
    },
    send: (
      /** @type {typeof globalThis.fetch} */ fetch,
      /** @type {string} */ authorization,
      /** @type {AbortSignal} */ own,
    ) => {
      const all = new Headers(headers);
      all.set("Authorization", authorization);
      const copy = request?.clone();
      // For those to whom the headers beside a Request are nothing: happy-dom.
      copy?.headers.set("Authorization", authorization);
      // The caller's signal also ends the reading of the body.
      return fetch(copy ?? url, { ...init, headers: all, signal: either(own, signal), redirect: "manual" });
    },
  };
};

/** @param {AbortSignal} own @param {AbortSignal | null | undefined} given */
const either = (own, given) => {
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
