// What the steps give. A secret is in the document only while it is asked for.
import { announce, copyButton, h, masked } from "./dom.js";
import { date, fromNow, readToken } from "./token.js";

export function pairCard({ key, secret }) {
  const slot = h("span", { class: "value" }, masked());
  const show = (isShown) => slot.replaceChildren(isShown ? secret : masked());
  const row = (name, ...content) => h("div", null, h("dt", null, name), h("dd", null, ...content));
  return h(
    "dl",
    { class: "outcome pair" },
    row(
      "Key",
      h("span", { class: "value" }, key),
      copyButton("Copy key", () => key),
    ),
    row(
      "Secret",
      slot,
      revealButton(show),
      copyButton("Copy secret", () => secret, "Show it, then copy it by hand."),
    ),
  );
}

export function tokenCard({ token }) {
  const slot = h("div", null, tokenParts(token, false));
  const show = (isShown) => slot.replaceChildren(...tokenParts(token, isShown));
  return h(
    "div",
    { class: "outcome" },
    slot,
    h("div", { class: "actions" }, revealButton(show)),
    h("p", { class: "hint" }, "Whoever holds the token can read the secret in it. Guard it as you guard the secret."),
  );
}

export function headerCard(token) {
  const read = readToken(token);
  return h(
    "div",
    { class: "outcome" },
    h("p", { class: "token" }, "Authorization: ", read ? tokenText(read, false) : masked()),
    h(
      "div",
      { class: "actions" },
      copyButton(
        "Copy header",
        () => `Authorization: ${token}`,
        "Show the secret in step 2, then copy the token by hand.",
      ),
    ),
  );
}

export function sentCard({ status, creditsUsed, credits }) {
  const parts = creditsUsed === 1 ? "1 credit" : `${creditsUsed} credits`;
  return h(
    "div",
    { class: "outcome" },
    h("h3", null, `Its status is ${status}`),
    h("p", null, `It took ${parts}; ${credits} are left.`),
  );
}

function revealButton(show) {
  let isShown = false;
  const toggle = () => {
    isShown = !isShown;
    button.textContent = isShown ? "Hide secret" : "Show secret";
    show(isShown);
    announce(isShown ? "The secret is shown." : "The secret is hidden.");
  };
  const button = h("button", { type: "button", class: "plain", onclick: toggle }, "Show secret");
  return button;
}

function tokenParts(token, isShown) {
  const read = readToken(token);
  if (!read) return [h("p", null, "It cannot be read here, and need not be: ", isShown ? token : masked())];
  const { header, payload, parts } = read;
  return [
    h("p", { class: "token" }, tokenText(read, isShown)),
    h(
      "dl",
      { class: "parts" },
      part("header", "Header", "how it is signed", headerFields(header)),
      part("payload", "Payload", "who it is for, and until when", claims(payload, isShown)),
      part("signature", "Signature", "which only the API can check", [
        h("p", { class: "value" }, isShown ? parts[2] : masked()),
      ]),
    ),
  ];
}

/** The token as it is sent. Its header says nothing secret. */
function tokenText({ scheme, parts: [header, payload, signature] }, isShown) {
  return [
    scheme ? `${scheme} ` : "",
    h("span", { class: "header" }, header),
    ".",
    h("span", { class: "payload" }, isShown ? payload : masked()),
    ".",
    h("span", { class: "signature" }, isShown ? signature : masked()),
  ];
}

function part(kind, name, hint, content) {
  const title = h("dt", null, h("b", { class: kind }, name), " ", h("span", { class: "hint" }, hint));
  return h("div", null, title, h("dd", null, content));
}

const field = (name, ...value) =>
  h("p", null, h("span", { class: "field" }, name), h("span", { class: "value" }, ...value));

const headerFields = (header) => Object.entries(header).map(([name, value]) => field(name, String(value)));

const TIMES = { iat: "issued", exp: "expires" };

function claims(payload, isShown) {
  return Object.entries(payload).map(([name, claim]) => {
    if (name in TIMES && Number.isFinite(claim))
      return field(
        TIMES[name],
        date(claim),
        ...(name === "exp" ? [" ", h("span", { class: "hint" }, fromNow(claim))] : []),
      );
    return field(name, name === "key" || isShown ? String(claim) : masked());
  });
}
