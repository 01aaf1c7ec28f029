import { fail, type GivenOptions, readCallOptions } from "./input.js";
import type { Methods } from "./methods.js";
import type { Id, Routes } from "./routes.js";
import { all, sendAll } from "./streams.js";
import type { CallOptions, KnownOutput } from "./types.js";

/** Each method is a request of its route. */
const ROUTES = {
  messages: {
    send: "POST /message/send",
    flash: "POST /message/flash",
    schedule: "POST /message/schedule",
    get: "GET /messages/{messageid}",
    delete: "DELETE /messages/{messageid}",
    search: "POST /messages",
    inbox: "POST /messages/inbox",
    failed: "POST /messages/failed",
    scheduled: "GET /messages/schedule",
    cancel: "DELETE /messages/schedule/{messageid}",
  },
  batches: {
    send: "POST /batch/send",
    sendAny: "POST /batch/any",
    schedule: "POST /batch/schedule",
    get: "GET /batch/{batchid}",
    cancel: "DELETE /batches/schedule/{batchid}",
  },
  otp: { send: "POST /otp/send", verify: "POST /otp/verify", get: "GET /otp/{messageid}" },
  credits: { balance: "GET /credits/balance" },
  utils: { test: "GET /utils/test", error: "GET /utils/errors/{errorcode}" },
} as const satisfies Record<keyof Methods, Record<string, keyof Routes>>;

/** The method that a route makes: what is documented above is checked against it. */
type Method<R extends keyof Routes> = Routes[R] extends { params: object }
  ? (id: Id, options?: CallOptions) => Promise<KnownOutput<R>>
  : Routes[R] extends { body: infer B }
    ? (body: B, options?: CallOptions) => Promise<KnownOutput<R>>
    : (options?: CallOptions) => Promise<KnownOutput<R>>;

type Made = {
  [G in keyof typeof ROUTES]: { [N in keyof (typeof ROUTES)[G]]: Method<(typeof ROUTES)[G][N] & keyof Routes> };
};

/** Makes a request of a route with what fills it in and the options of its call, both of which are asked for at once. */
export type Request = (route: keyof Routes, fill: () => object, options: () => GivenOptions) => Promise<unknown>;

/** The methods of a client, which makes its requests. */
export const makeMethods = (request: Request): Methods => {
  const made: Record<string, Record<string, unknown>> = {};
  for (const [group, routes] of Object.entries(ROUTES)) {
    made[group] = {};
    for (const [name, route] of Object.entries(routes)) made[group][name] = method(request, route);
  }
  const { messages, batches, ...others } = made as unknown as Made;
  return {
    messages: { ...messages, all: (...given) => all(request, ...given) },
    batches: { ...batches, sendAll: (...given) => sendAll(request, ...given) },
    ...others,
  };
};

const method = (make: Request, route: keyof Routes) => {
  const request = (fill: () => object, options: unknown) => make(route, fill, () => readCallOptions(options));
  const id = /\{(\w+)/.exec(route)?.[1];
  if (id) return (value: Id, options?: unknown) => request(() => ({ params: { [id]: value } }), options);
  if (route.startsWith("GET")) return (options?: unknown) => request(() => ({}), options);
  // A search for nothing in particular finds everything.
  const none = /messages/.test(route) ? {} : undefined;
  return (body: unknown, options?: unknown) =>
    request(() => ({ body: body ?? none ?? fail("body", "missing") }), options);
};
