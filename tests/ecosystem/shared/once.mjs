// What goes out once although its connection breaks: a runtime may repeat a request of its own accord. Like calls.mjs, it
// imports nothing of a runtime.

/**
 * Makes requests that must not be repeated, each by a connection that was used before and that the server ends as soon as it has
 * read the request.
 *
 * @param {object} given
 * @param {typeof import("smsworks-wasm")} given.api The package, as the project under test imports it.
 * @param {string} given.endingUrl The base URL of such a server: `ending` in servers.mjs.
 * @returns {Promise<string>} What held; it rejects with an Error that says what did not.
 */
export async function checkSentOnce({ api, endingUrl: baseUrl }) {
  const options = { baseUrl, retries: 0 };
  const auth = new api.AuthApi({ baseUrl });
  const sms = new api.SmsWorks({ baseUrl, token: "JWT a.b.c" });
  const message = { sender: "Us", destination: "447777777777", content: "Hello" };
  const form = new FormData();
  form.append("a", "b");
  const bytes = new TextEncoder().encode("{}");
  const posting = (body) => () => sms.fetch("/message/send", { method: "POST", body });
  const calls = {
    login: () => auth.login({ key: "a", secret: "b" }, options),
    "a request with a body": () => sms.request("POST /message/send", { body: message }),
    "a request without a body": () => sms.request("POST /message/send"),
    "a PUT": () => sms.request("PUT /x", { body: message }),
    "a PATCH": () => sms.request("PATCH /x", { body: message }),
    "fetch with a text": posting("{}"),
    "fetch with an empty text": posting(""),
    "fetch with parameters": posting(new URLSearchParams({ a: "b" })),
    "fetch with bytes": posting(bytes),
    "fetch with a buffer": posting(bytes.buffer),
    "fetch with a Blob": posting(new Blob(["{}"])),
    "fetch with a form": posting(form),
    "fetch without a body": posting(undefined),
    "fetch with a Request": () => sms.fetch(new Request(`${baseUrl}/message/send`, { method: "POST", body: "{}" })),
    "fetch with a PUT": () => sms.fetch("/x", { method: "PUT", body: "{}" }),
  };
  // Nothing is known that keeps Deno from repeating a GET: keySecret says so.
  if (!globalThis.Deno) calls.keySecret = () => auth.keySecret("c");
  let reused = 0;
  for (const [what, call] of Object.entries(calls)) {
    await (await fetch(`${baseUrl}/keep`)).text();
    const error = await call().then(
      ({ status }) => `it was answered: ${status}`,
      ({ code }) => code,
    );
    const requests = await (await fetch(`${baseUrl}/requests`)).json();
    if (requests.length !== 1) throw new Error(`${what} was sent ${requests.length} times: ${requests}`);
    if (error !== "network") throw new Error(`${what}: ${error}, not network`);
    if (requests[0].endsWith("reused")) reused++;
  }
  // The others are no proof. Node opens a new connection where the used one has not been idle for a moment.
  if (reused === 0 && (globalThis.Deno || globalThis.Bun)) throw new Error("no connection was used a second time");
  return `${Object.keys(calls).length} requests were sent once, ${reused} of them by a connection that was used before`;
}
