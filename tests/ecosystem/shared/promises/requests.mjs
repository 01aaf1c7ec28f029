// What goes out by `sms.fetch` and `sms.request`.
import { CREDENTIALS, check, json, rejection, SENT, serving, show, TEXT, TOKEN } from "./expect.mjs";

const BASE = "https://api.test/v1";
const ELSEWHERE = "https://elsewhere.test/v1";

/** A `fetch` that keeps what the platform makes of each request: its URL, its headers, its body. */
const recording = (answer = () => json({})) => {
  const fetch = async (input, init) => {
    const { signal, ...rest } = init ?? {};
    const request = new Request(input, rest);
    const body = ["GET", "HEAD"].includes(request.method) ? "" : await request.text();
    fetch.sent.push({ url: request.url, method: request.method, headers: request.headers, body, init, signal });
    return answer(fetch.sent.length);
  };
  fetch.sent = [];
  return fetch;
};

/** A client whose token the API refuses first, so that what can be is sent again. */
const refusedFirst = ({ SmsWorks }) => {
  const fetch = recording();
  const api = async (input, init) => {
    const url = String(input.url ?? input);
    if (url.endsWith("/auth/token")) return json({ token: TOKEN });
    await fetch(input, init);
    return fetch.sent.length === 1 ? json({ message: "No" }, 401) : json({});
  };
  return { sms: new SmsWorks({ baseUrl: BASE, credentials: CREDENTIALS, fetch: api }), sent: fetch.sent };
};

class ElsewhereLater extends Request {
  #reads = 0;
  get url() {
    return this.#reads++ === 0 ? `${BASE}/x` : `${ELSEWHERE}/x`;
  }
}
const lying = (request, fields) => {
  for (const [name, get] of Object.entries(fields)) Object.defineProperty(request, name, { get, configurable: true });
  return request;
};

const stream = (text) => new Blob([text]).stream();

export default {
  "a Request that lies about its URL takes the token nowhere else": async ({ SmsWorks }) => {
    const post = () => new Request(`${ELSEWHERE}/x`, { method: "POST", body: "x" });
    const inside = () => new Request(`${BASE}/x`, { method: "POST", body: "x" });
    for (const [what, input] of [
      ["a class of its own", new ElsewhereLater(`${ELSEWHERE}/x`)],
      ["a property of its own", lying(post(), { url: () => `${BASE}/x` })],
      ["a clone that is another", lying(inside(), { clone: () => () => post() })],
      ["a Proxy", new Proxy(post(), { get: (request, name) => (name === "url" ? `${BASE}/x` : request[name]) })],
      ["an object that is none", { url: `${BASE}/x`, method: "POST", clone: () => post(), toString: () => ELSEWHERE }],
      ["a URL that changes", lying(new URL(`${ELSEWHERE}/x`), { href: () => `${BASE}/x` })],
    ]) {
      const fetch = recording();
      const sms = new SmsWorks({ baseUrl: BASE, token: TOKEN, fetch });
      await sms.fetch(input).catch(({ code }) => check(`${what}: code`, code, "invalid_argument"));
      for (const { url } of fetch.sent) check(`${what}: the URL`, url, `${BASE}/x`);
    }
  },

  "a Request goes out as it is, with the token": async (api) => {
    const { sms, sent } = refusedFirst(api);
    const headers = { "Content-Type": "text/csv", "X-Own": "1" };
    const request = new Request(`${BASE}/x?y=z`, { method: "PUT", body: "a,b", headers });
    await sms.fetch(request);
    check("how many were sent", sent.length, 2);
    for (const { url, method, headers, body } of sent) {
      check("the URL", url, `${BASE}/x?y=z`);
      check("the method", method, "PUT");
      check("the body", body, "a,b");
      check("its type", headers.get("content-type"), "text/csv");
      check("its header", headers.get("x-own"), "1");
      check("the token", headers.get("authorization"), sent[0].headers.get("authorization"));
    }
    const other = refusedFirst(api);
    await other.sms.fetch(new Request(`${BASE}/x`, { method: "PUT", body: "a" }), { method: "POST", body: "b" });
    for (const { method, body } of other.sent) check("what init replaces", `${method} ${body}`, "POST b");
  },

  "no request takes cookies or the referrer along, is cached or redirected": async ({ AuthApi, SmsWorks }) => {
    const fetch = recording(() => json({ token: TOKEN, ...SENT }));
    const options = { baseUrl: BASE, fetch };
    await new AuthApi(options).login(CREDENTIALS);
    const sms = new SmsWorks({ ...options, token: TOKEN });
    await sms.request("POST /message/send", { body: TEXT });
    await sms.fetch("/x");
    const told = { credentials: "include", referrerPolicy: "unsafe-url", cache: "force-cache", redirect: "follow" };
    await sms.fetch("/x", told).catch(() => {});
    const posted = { method: "POST", body: "x" };
    await sms.fetch(new Request(`${BASE}/x`, posted));
    check("how many were sent", fetch.sent.length, 5);
    for (const { init } of fetch.sent) {
      check("redirect", init.redirect, "manual");
      for (const [name, value] of [
        ["credentials", "omit"],
        ["referrerPolicy", "no-referrer"],
        ["cache", "no-store"],
      ]) {
        // A runtime that lacks one refuses to be told it.
        check(name, init[name], name in Request.prototype ? value : undefined);
      }
    }
  },

  "headers of every form go out, also a second time": async (api) => {
    const pairs = [
      ["X-A", "1"],
      ["X-B", "2"],
    ];
    const generated = function* () {
      yield* pairs;
    };
    for (const [what, headers] of [
      ["a list", pairs],
      ["an object", Object.fromEntries(pairs)],
      ["Headers", new Headers(pairs)],
      ["a Map", new Map(pairs)],
      ["an iterator", pairs.values()],
      ["a generator", generated()],
    ]) {
      const { sms, sent } = refusedFirst(api);
      await sms.fetch("/x", { headers });
      check(`${what}: how many were sent`, sent.length, 2);
      for (const { headers } of sent) check(what, `${headers.get("x-a")} ${headers.get("x-b")}`, "1 2");
    }
  },

  "a body that can be read again is sent again as it was": async (api) => {
    const form = () => {
      const form = new FormData();
      form.append("a", "b");
      return form;
    };
    const bytes = (text) => new TextEncoder().encode(text);
    for (const [what, body, text] of [
      ["a text", "text", "text"],
      ["an empty text", "", ""],
      ["parameters", new URLSearchParams({ a: "b" }), "a=b"],
      ["a Blob", new Blob(["blob"], { type: "text/css" }), "blob"],
      ["bytes", bytes("bytes"), "bytes"],
      ["a buffer", bytes("buffer").buffer, "buffer"],
      ["a part of a buffer", bytes("a part of it").subarray(2, 6), "part"],
      ["a view of data", new DataView(bytes("data").buffer), "data"],
      ["a form", form()],
      ["nothing", undefined, ""],
      ["null", null, ""],
    ]) {
      const { headers } = new Request(BASE, { method: "POST", body, headers: new Headers() });
      const type = text === undefined ? "multipart/form-data" : (headers.get("content-type") ?? undefined);
      const { sms, sent } = refusedFirst(api);
      const call = sms.fetch("/x", { method: "POST", body });
      // What it becomes after the call is not sent.
      if (body?.append) body.append("c", "d");
      const buffer = body?.buffer ?? body;
      if (buffer instanceof ArrayBuffer) new Uint8Array(buffer).fill(0x78);
      await call;
      check(`${what}: how many were sent`, sent.length, 2);
      for (const { body, headers } of sent) {
        const hasFields = text === undefined && body.includes('name="a"') && !body.includes('name="c"');
        if (!hasFields) check(`${what}: the body`, body, text);
        const sentType = headers.get("content-type")?.toLowerCase().replace("; ", ";");
        check(
          `${what}: its type`,
          sentType?.startsWith("multipart") ? sentType.split(";")[0] : sentType,
          type?.toLowerCase(),
        );
      }
    }
  },

  "a body that can be read once is sent once": async ({ SmsWorks }) => {
    for (const [what, body] of [
      ["a stream", stream("x")],
      [
        "a generator",
        (function* () {
          yield new Uint8Array([120]);
        })(),
      ],
      [
        "an asynchronous generator",
        (async function* () {
          yield new Uint8Array([120]);
        })(),
      ],
      ["an iterable", [new Uint8Array([120])].values()],
      ["a stream of another realm", { getReader: () => stream("x").getReader() }],
      ["what is no body at all", { toString: () => "x" }],
    ]) {
      const bodies = [];
      const fetch = async (url, init) => {
        if (url.endsWith("/auth/token")) return json({ token: TOKEN });
        bodies.push(init.body);
        return json({ message: "No" }, 401);
      };
      const sms = new SmsWorks({ baseUrl: BASE, credentials: CREDENTIALS, fetch });
      check(`${what}: status`, (await sms.fetch("/x", { method: "PUT", body, duplex: "half" })).status, 401);
      check(`${what}: how many were sent`, bodies.length, 1);
      check(`${what}: as it was given`, bodies[0], body);
    }
  },

  "what fetch cannot send is an argument that was refused": async ({ SmsWorks }) => {
    const fetch = recording();
    const sms = new SmsWorks({ baseUrl: BASE, token: TOKEN, fetch });
    const locked = stream("x");
    locked.getReader();
    for (const init of [
      ...["", " ", "GET ", "A B", "GET\n", "G\u00c9T"].map((method) => ({ method })),
      { method: "POST", body: locked },
      { method: "POST", body: Symbol("x") },
    ]) {
      const error = await rejection(show(init), sms.fetch("/x", init));
      check(`${String(init.method)}: code`, error.code, "invalid_argument");
      check(`${String(init.method)}: effect`, error.effect, "none");
    }
    check("how many were sent", fetch.sent.length, 0);
  },

  "a stream needs no 'duplex', and what is no object is a text": async ({ SmsWorks }) => {
    const inits = [];
    const fetch = async (_, init) => {
      inits.push(init);
      return json({});
    };
    const sms = new SmsWorks({ baseUrl: BASE, token: TOKEN, fetch });
    await sms.fetch("/x", { method: "POST", body: stream("x") });
    await sms.fetch("/x", { method: "POST", body: 5 });
    check("duplex", inits[0].duplex, "half");
    check("the body", await new Response(inits[1].body).text(), "5");
  },

  "headers that replace those of a Request replace all of them": async (api) => {
    const { sms, sent } = refusedFirst(api);
    const request = new Request(`${BASE}/x`, {
      method: "POST",
      body: "{}",
      headers: { "Content-Type": "a/b", "X-A": "1" },
    });
    await sms.fetch(request, { headers: { "X-B": "2" } });
    check("how many were sent", sent.length, 2);
    for (const { body, headers } of sent) {
      check("the headers", `${headers.get("content-type")} ${headers.get("x-a")} ${headers.get("x-b")}`, "null null 2");
      check("the body", body, "{}");
    }
  },

  "a URL without its scheme is the URL that it is": async ({ SmsWorks }) => {
    const odd = [
      ["\\\\api.test/v1/x?y", `${BASE}/x?y`],
      ["/\t/api.test/v1/x", `${BASE}/x`],
    ];
    for (const [input, expected] of [
      // Workers read these as paths until 2022.
      ...odd.filter(([input, expected]) => new URL(input, BASE).href === expected),
      ["//api.test/v1/x", `${BASE}/x`],
      ["//api.test/x", undefined],
      ["//api.test", undefined],
      ["//elsewhere.test/v1/x", undefined],
      ["//", undefined],
      ["/v1/x", `${BASE}/v1/x`],
      ["x", `${BASE}/x`],
    ]) {
      const fetch = recording();
      const call = new SmsWorks({ baseUrl: BASE, token: TOKEN, fetch }).fetch(input);
      if (!expected) check(`${input}: code`, (await rejection(input, call)).code, "invalid_argument");
      else await call;
      check(`${input}: the URL`, fetch.sent[0]?.url, expected);
    }
  },

  "what needs no body has none, in every runtime": async ({ SmsWorks }) => {
    const fetch = recording();
    const sms = new SmsWorks({ baseUrl: BASE, token: TOKEN, fetch });
    await sms.request("DELETE /messages/{messageid}", { params: { messageid: "m" } });
    await sms.fetch("/messages/m", { method: "DELETE" });
    await sms.fetch("/messages/m", { method: "OPTIONS" });
    check("how many were sent", fetch.sent.length, 3);
    for (const { init, method } of fetch.sent) check(`the body of ${method}`, init.body, undefined);
  },

  "a method is read once": async ({ SmsWorks }) => {
    const changing = () => {
      let reads = 0;
      return {
        get method() {
          return reads++ === 0 ? "POST" : "GET";
        },
      };
    };
    for (const [what, make] of [
      ["of the options", () => ["/message/send", changing()]],
      [
        "of a Request",
        () => [
          Object.defineProperties(
            { url: `${BASE}/message/send`, headers: {}, clone: () => new Request(BASE) },
            Object.getOwnPropertyDescriptors(changing()),
          ),
        ],
      ],
    ]) {
      const fetch = recording(() => json({}, 500));
      const sms = new SmsWorks({ baseUrl: BASE, token: TOKEN, fetch });
      await sms.fetch(...make());
      check(`${what}: what was sent`, fetch.sent.map(({ method }) => method).join(), "POST");
    }
  },

  "a key pair is not made twice, however its path is written": async ({ SmsWorks }) => {
    for (const path of [
      "/auth/getApiKey",
      "/auth/getApiKey/",
      "/auth//getApiKey",
      "//auth/getApiKey",
      "/AUTH/GETAPIKEY",
      "/auth/get%41piKey",
      "/auth%2fgetApiKey",
      "/auth/./getApiKey",
      "/x/../auth/getApiKey",
      "\\auth\\getApiKey",
      "/auth/getApiKey;a=b",
      "/auth/getApiKey?customerid=c#d",
    ]) {
      for (const method of ["GET", "HEAD", "OPTIONS"]) {
        const fetch = recording(() => new Response(null, { status: 502 }));
        const sms = new SmsWorks({ baseUrl: BASE, token: TOKEN, fetch });
        const ended = await sms.fetch(path, { method }).then(
          ({ status }) => status,
          ({ code }) => code,
        );
        check(`${method} ${path}`, `${fetch.sent.length} ${ended}`, ended === 502 ? "1 502" : "0 invalid_argument");
      }
    }
  },

  "a signal of another kind keeps no listener": async ({ SmsWorks }) => {
    const listeners = new Set();
    const signal = {
      aborted: false,
      reason: undefined,
      addEventListener: (_, listener) => listeners.add(listener),
      removeEventListener: (_, listener) => listeners.delete(listener),
    };
    const sms = new SmsWorks({ baseUrl: BASE, token: TOKEN, fetch: serving(() => json({})) });
    for (let count = 0; count < 3; count++) check("the status", (await sms.fetch("/x", { signal })).status, 200);
    check("how many listeners there are", listeners.size, 0);

    let sent;
    const isSent = new Promise((resolve) => (sent = resolve));
    const silent = new SmsWorks({ baseUrl: BASE, token: TOKEN, fetch: () => new Promise(() => sent()) });
    const call = silent.fetch("/x", { signal });
    await isSent;
    signal.reason = "enough";
    for (const listener of listeners) listener();
    check("the reason", await rejection("an aborted call", call), "enough");
    check("how many listeners there are then", listeners.size, 0);
  },
};
