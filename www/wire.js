// What goes over the wire in a call, written down as it happens; and how it is shown, without its secrets.
import { h, masked } from "./dom.js";

/**
 * A `fetch` that keeps note of what it sends and gets, and says when there is something new.
 * @param {typeof fetch} send
 */
export function recorder(send, onChange) {
  const attempts = [];
  const fetch = async (url, init) => {
    const attempt = {
      url,
      method: init.method,
      headers: [...init.headers],
      body: init.body,
      sentAt: performance.now(),
    };
    attempts.push(attempt);
    onChange();
    try {
      const response = await send(url, init);
      attempt.status = response.status;
      attempt.replyHeaders = [...response.headers];
      // A copy, since the core reads the body itself.
      readText(response.clone(), attempt).finally(onChange);
      return response;
    } catch (error) {
      attempt.isLost = true;
      throw error;
    } finally {
      attempt.endedAt = performance.now();
      onChange();
    }
  };
  return { attempts, fetch };
}

async function readText(response, attempt) {
  try {
    attempt.replyBody = await response.text();
  } catch {
    attempt.isCut = true;
  }
}

const SECRET_FIELDS = ["secret", "token"];
// A private-use character: it marks in a text where a secret was.
const MARK = "\uE000";

/** JSON with its secrets masked: those in the fields known to hold one, and `secrets` wherever they are. */
export function shownJson(text, secrets) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return text
      ? `(${text.length} characters that are not JSON; not shown, since they may repeat a secret)`
      : "(no body)";
  }
  const mask = (name, field) => (SECRET_FIELDS.includes(name) && typeof field === "string" ? MARK : field);
  return shownText(JSON.stringify(value, mask, 2), secrets);
}

export function shownText(text, secrets) {
  // As it is, and as JSON and URLs encode it.
  const encoded = (secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
  // The longest first: another may be a part of it, and would leave the rest.
  const forms = secrets.filter(Boolean).flatMap(encoded);
  for (const form of forms.sort((a, b) => b.length - a.length)) text = text.replaceAll(form, MARK);
  return text.split(MARK).flatMap((piece, index) => (index === 0 ? piece : [masked(), piece]));
}

/** With places to break the line where it reads well. Decoded, so that a secret is found in it. */
function shownUrl(text, secrets) {
  const { origin, pathname, searchParams } = new URL(text);
  const path = `${origin}${pathname}`.split(/(?<=[^/]\/)(?=[^/])/).flatMap((piece) => [piece, h("wbr")]);
  const query = [...searchParams].flatMap(([name, value], index) => [
    index === 0 ? "?" : "&",
    h("wbr"),
    `${name}=`,
    ...shownText(value, secrets),
  ]);
  return [...path, ...query];
}

const REASONS = {
  200: "OK",
  201: "Created",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};
const SHOWN_HEADERS = ["accept", "authorization", "content-type", "retry-after"];

const duration = (ms) => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;

/** The panel before anything was sent. */
export function preview(method, path, hint) {
  return [
    label("Will be sent"),
    h("p", { class: "line" }, h("b", null, method), " ", path),
    label("Will come back"),
    h("p", { class: "hint" }, hint),
  ];
}

/** The panel where no call was needed. */
export const nothing = (why) => [label("Sent"), h("p", { class: "hint" }, `Nothing: ${why}`)];

/** The panel of a call: its last attempt in full, those before it in a line each. */
export function exchange(attempts, { secrets, place, isRunning }) {
  const attempt = attempts.at(-1);
  if (!attempt) return [label("Sent"), h("p", { class: "hint" }, isRunning ? "Not yet." : "Nothing.")];
  return [
    attempts.length > 1 && earlier(attempts),
    label(attempts.length > 1 ? `Sent, attempt ${attempts.length}` : "Sent", place),
    h("p", { class: "line" }, h("b", null, attempt.method), " ", shownUrl(attempt.url, secrets)),
    headers(attempt.headers),
    attempt.body !== undefined && h("pre", null, shownJson(attempt.body, secrets)),
    label("Came back", attempt.endedAt && `after ${duration(attempt.endedAt - attempt.sentAt)}`),
    ...reply(attempt, secrets, isRunning),
  ].filter(Boolean);
}

function label(text, aside) {
  return h("p", { class: "label" }, h("span", null, text), aside && h("span", { class: "aside" }, aside));
}

function reply(attempt, secrets, isRunning) {
  if (attempt.status === undefined) {
    const isWaiting = isRunning && !attempt.isLost;
    return [h("p", { class: isWaiting ? "hint waiting" : "hint" }, isWaiting ? "Nothing yet" : "Nothing.")];
  }
  return [
    h("p", { class: attempt.status > 0 && attempt.status < 400 ? "line" : "line bad" }, statusLine(attempt)),
    headers(attempt.replyHeaders),
    attempt.isCut && h("p", { class: "hint" }, "The body did not arrive."),
    attempt.replyBody !== undefined && h("pre", null, shownJson(attempt.replyBody, secrets)),
  ];
}

/** Browsers hide the status of a redirect. */
const statusLine = ({ status }) => h("b", null, status === 0 ? "A redirect" : `${status} ${REASONS[status] ?? ""}`);

function headers(all) {
  const shown = all.filter(([name]) => SHOWN_HEADERS.includes(name.toLowerCase()));
  return h(
    "ul",
    { class: "headers", role: "list" },
    shown.map(([name, value]) => h("li", null, `${name}: `, name.toLowerCase() === "authorization" ? masked() : value)),
  );
}

function earlier(attempts) {
  const line = (attempt, index) => {
    const end = attempt.isLost ? "no answer" : `${attempt.status} ${REASONS[attempt.status] ?? ""}`;
    const wait = attempts[index + 1].sentAt - attempt.endedAt;
    return h("li", null, `Attempt ${index + 1}: ${end}. Tried again after ${duration(wait)}.`);
  };
  return h("ul", { class: "earlier", role: "list" }, attempts.slice(0, -1).map(line));
}
