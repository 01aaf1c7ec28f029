// The four steps, in the sandbox or with the live API.

import { headerCard, pairCard, sentCard, tokenCard } from "./cards.js";
import { CUSTOMER, codeBlock, codeFor, sendCode } from "./code.js";
import { hideDraft } from "./count.js";
import { announce, byId, h } from "./dom.js";
import { AuthApi, SmsWorks } from "./pkg/index.js";
import { createSandbox } from "./pkg/sandbox.js";
import { clear, perform, stageAt } from "./stage.js";
import { nothing, preview } from "./wire.js";

const pairStage = stageAt("pair");
const tokenStage = stageAt("token");
const sendStage = stageAt("send");
/** Whom the texts go to: nobody, outside of the sandbox. */
const TEXT = { sender: "YourCompany", destination: "447777777777" };
/** How long a text takes to the phone, in milliseconds. */
const ON_ITS_WAY = 900;

/** What the steps work with. A switch of modes makes a new one, and everything secret goes with the old one. */
let session;

/** @param {"sandbox" | "live"} mode */
export function startSession(mode) {
  const isLive = mode === "live";
  const sandbox = isLive ? undefined : createSandbox();
  session = {
    isLive,
    sandbox,
    send: isLive ? (url, init) => fetch(url, init) : sandbox.fetch,
    customerid: isLive ? "" : CUSTOMER,
    source: isLive ? "customer" : "sandbox",
    pair: undefined,
    token: undefined,
    isSent: false,
  };
  byId("live").hidden = !isLive;
  byId("get-pair").hidden = isLive;
  byId("customer-form").reset();
  byId("pair-form").reset();
  setPair(undefined);
  clear(pairStage);
  pairStage.wire.replaceChildren(...preview("GET", "/auth/getApiKey", "A key and its secret."));
}

export const isLive = () => session.isLive;

/** With the sandbox's customer, or in live mode with the id that was filled in. */
export async function getPair(trigger, customerid = session.customerid) {
  if (pairStage.controller) return;
  setPair(undefined);
  session.customerid = customerid;
  session.source = session.isLive ? "customer" : "sandbox";
  const call = ({ fetch, signal }) => new AuthApi({ fetch }).keySecret(customerid, { signal });
  const pair = await perform(pairStage, trigger, context(), call, pairCard);
  if (!pair) return;
  setPair(pair);
  announce("Key pair received. Step 2 is ready.");
}

/** Goes on with a pair that the visitor has. */
export function usePair(pair) {
  session.source = "pair";
  clear(pairStage);
  pairStage.wire.replaceChildren(...nothing("you have a pair."));
  pairStage.result.replaceChildren(pairCard(pair));
  setPair(pair);
  announce("Your pair is used. Step 2 is ready.");
}

export async function getToken(trigger) {
  if (tokenStage.controller) return;
  setToken(undefined);
  const { pair } = session;
  const call = ({ fetch, signal }) => new AuthApi({ fetch }).login(pair, { signal });
  const reply = await perform(tokenStage, trigger, context(), call, tokenCard);
  if (!reply) return;
  setToken(reply.token);
  announce("Token received. Step 3 is ready.");
}

/** Sends a text in the sandbox, and shows it on the phone. */
export async function sendText(trigger, content) {
  // Never to the live API, however the form was submitted.
  if (sendStage.controller || !canSend()) return;
  const { token, sandbox } = session;
  const body = { ...TEXT, content };
  hideDraft(content);
  const call = ({ fetch, signal }) => new SmsWorks({ token, fetch }).messages.send(body, { signal });
  const sent = await perform(sendStage, trigger, context(), call, sentCard);
  if (!sent) return;
  session.isSent = true;
  mark();
  announce("The text is on its way.");
  setTimeout(() => {
    if (session.sandbox !== sandbox) return;
    sandbox.advance(1000);
    const { content, status } = sandbox.messages.find(({ messageid }) => messageid === sent.messageid) ?? {};
    const phone = byId("phone-screen");
    if (status === "DELIVERED") phone.append(h("p", { class: "bubble" }, content));
    // Not by `scrollIntoView`, which would move the page, too.
    phone.parentElement.scrollTop = phone.scrollHeight;
  }, ON_ITS_WAY);
}

const canSend = () => Boolean(session.token) && !session.isLive;

function context() {
  const { send, isLive, customerid, pair, token } = session;
  return {
    send,
    place: isLive ? "to the live API" : "to the sandbox",
    secrets: [isLive ? customerid : undefined, pair?.secret, token],
    advice: adviceOn,
  };
}

function adviceOn({ code }) {
  if (code !== "network" || !session.isLive) return undefined;
  return "Browsers say this too where an API takes no calls from other sites' pages (CORS). The same code in Node is not bound by that.";
}

function setPair(pair) {
  session.pair = pair;
  clear(tokenStage);
  tokenStage.wire.replaceChildren(...preview("POST", "/auth/token", "A token."));
  byId("get-token").hidden = !pair;
  byId("token-needs").hidden = Boolean(pair);
  byId("code").replaceChildren(...codeBlock("The code that does the same", codeFor(session.source)));
  setToken(undefined);
}

function setToken(token) {
  session.token = token;
  byId("use-needs").hidden = Boolean(token);
  byId("use-result").replaceChildren(...(token ? [headerCard(token)] : []));
  session.isSent = false;
  clear(sendStage);
  byId("send-needs").hidden = canSend();
  byId("send-needs").textContent = session.isLive
    ? "It is sent in the sandbox only: a real text would cost credits."
    : "Needs a token first.";
  byId("send").hidden = !canSend();
  byId("phone-screen").replaceChildren();
  sendStage.wire.replaceChildren(
    ...preview("POST", "/message/send", "The id of the text, and the credits that are left."),
  );
  byId("send-code").replaceChildren(...codeBlock("The code that sends a text", sendCode()));
  mark();
}

/** Shows which steps are done, and which one is next. */
function mark() {
  const isDone = [session.pair, session.token, session.isSent, session.isSent].map(Boolean);
  byId("get-pair").textContent = session.pair ? "Get another pair" : "Get a key pair";
  byId("get-token").textContent = session.token ? "Get another token" : "Get a token";
  const current = isDone.indexOf(false);
  for (const [index, id] of ["step-pair", "step-token", "step-use", "step-send"].entries()) {
    const step = byId(id);
    step.classList.toggle("done", isDone[index]);
    step.classList.toggle("locked", current >= 0 && index > current && !(index === 3 && session.token));
    if (index === current) step.setAttribute("aria-current", "step");
    else step.removeAttribute("aria-current");
  }
}
