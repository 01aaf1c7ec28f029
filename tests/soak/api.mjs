// What the API answers in the soak, and how it fails: a request names its fault in the header `x-fault`.

let issued = 0;
/** Faults that come once: who has had theirs. @type {Set<string>} */
const had = new Set();

const token = (lifetime) => {
  const claims = {
    iat: Math.floor(Date.now() / 1000),
    exp: Math.floor(Date.now() / 1000) + lifetime,
    number: issued++,
  };
  return `JWT e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2ln`;
};

const once = (/** @type {string} */ id) => {
  if (had.delete(id)) return false;
  had.add(id);
  return true;
};

/**
 * @typedef {{ status: number, headers?: Record<string, string>, body: string }} Reply
 * @returns {Reply | "reset" | "silence" | "cut" | "garbage"} a reply, or what happens instead
 */
export function answer(/** @type {string} */ path, /** @type {string} */ fault) {
  const [kind] = fault.split(" ");
  const reply = (status, value, headers) => ({ status, headers, body: JSON.stringify(value) });
  if (path === "/auth/token") return reply(200, { token: token(kind === "expiring" ? -1 : 3600) });
  switch (kind) {
    case "reset":
    case "silence":
    case "cut":
    case "garbage":
      return kind;
    case "broken":
      return reply(500, { message: "Broken" });
    case "busy":
      if (once(fault)) return reply(503, { message: "Busy" }, { "Retry-After": "0" });
      break;
    case "unauthorized":
      if (once(fault)) return reply(401, { message: "Unauthorized" });
      break;
    case "refused":
      return reply(401, { message: "Unauthorized" });
    case "unpaid":
      return reply(402, { message: "No credits" });
    case "html":
      return { status: 200, headers: { "Content-Type": "text/html" }, body: "<p>Welcome</p>" };
    case "empty":
      return { status: 200, body: "" };
    case "redirect":
      return { status: 307, headers: { Location: "/elsewhere" }, body: "" };
    case "large":
      return { status: 200, body: `"${"x".repeat(2 ** 20)}"` };
  }
  if (path === "/messages") return reply(200, [{ messageid: "1" }]);
  if (path === "/message/send") return reply(201, { messageid: "1", status: "SENT" });
  if (path === "/auth/getApiKey") return reply(201, { key: "k", secret: "s" });
  return reply(200, { credits: 1 });
}

/** A `fetch` that answers so, without a network. */
export async function fetchInProcess(/** @type {string | URL} */ url, /** @type {RequestInit} */ init) {
  const { signal } = init;
  const reply = answer(new URL(url).pathname.slice(3), new Headers(init.headers).get("x-fault") ?? "");
  signal?.throwIfAborted();
  if (typeof reply === "object") return new Response(reply.body, reply);
  if (reply === "silence") {
    return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason), { once: true }));
  }
  if (reply === "reset")
    throw new TypeError("fetch failed", { cause: Object.assign(new Error("reset"), { code: "ECONNRESET" }) });
  const chunk = new TextEncoder().encode('{"credits"');
  const body = new ReadableStream({
    pull: (controller) => (
      chunk ? controller.enqueue(chunk) : undefined, controller.error(new TypeError("terminated"))
    ),
  });
  return new Response(body, { status: 200 });
}
