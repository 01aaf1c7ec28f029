// The failures that can be rehearsed, each in a sandbox of its own.

import { codeBlock, DEMO, rehearsalCode } from "./code.js";
import { announce, byId, h } from "./dom.js";
import { AuthApi } from "./pkg/index.js";
import { createSandbox } from "./pkg/sandbox.js";
import { perform, stageAt } from "./stage.js";

/**
 * @typedef {{
 *   label: string, explains: string, fault?: object, options?: object, wrongSecret?: string, isAborted?: boolean
 * }} Rehearsal  what the sandbox gets wrong, and what the call is given
 */

/** @type {Rehearsal[]} */
const rehearsals = [
  {
    label: "Wrong secret",
    explains: "Trying again would not help, so the client did not.",
    wrongSecret: "wrong-secret",
  },
  {
    label: "Short outage",
    explains: "The client tried again by itself, when the server said to. Your code never notices.",
    fault: { operation: "login", status: 503, retryAfter: 1, times: 1 },
  },
  {
    label: "Long outage",
    explains: "The client tried three times, with pauses in between, and then said so.",
    fault: { operation: "login", status: 503 },
  },
  {
    label: "Slow network",
    explains: "The answer would have taken 30 seconds. Every call has a deadline, and this one had 2 seconds.",
    fault: { operation: "login", delayMs: 30_000 },
    options: { timeoutMs: 2000 },
  },
  {
    label: "Change of mind",
    explains: "An aborted call rejects with the reason of its signal, as fetch does.",
    fault: { operation: "login", delayMs: 30_000 },
    isAborted: true,
  },
];

const stage = stageAt("rehearsal");

export function showRehearsals() {
  const button = (rehearsal) =>
    h(
      "button",
      { type: "button", class: "plain", onclick: ({ currentTarget }) => rehearse(rehearsal, currentTarget) },
      rehearsal.label,
    );
  byId("rehearsals").replaceChildren(...rehearsals.map(button));
  stage.wire.replaceChildren(h("p", { class: "hint" }, "What is sent and what comes back will be here."));
}

async function rehearse(rehearsal, trigger) {
  if (stage.controller) return;
  const { fault, options, wrongSecret, isAborted, explains } = rehearsal;
  choose(trigger, rehearsal);

  const sandbox = createSandbox({ customers: [{ customerid: "demo", ...DEMO }] });
  if (fault) sandbox.fail(fault);
  const credentials = { ...DEMO, secret: wrongSecret ?? DEMO.secret };
  const call = ({ fetch, signal }) => new AuthApi({ fetch }).login(credentials, { signal, ...options });
  const context = {
    send: sandbox.fetch,
    place: "to the sandbox",
    secrets: [credentials.secret],
    advice: () => explains,
    isToAbort: isAborted,
  };
  const reply = await perform(stage, trigger, context, call, (_, attempts) => recovery(attempts, explains));
  if (reply) announce(`A token after all. ${explains}`);
}

function choose(trigger, rehearsal) {
  for (const button of byId("rehearsals").children) button.classList.toggle("chosen", button === trigger);
  byId("rehearsal-code").hidden = false;
  byId("rehearsal-code").replaceChildren(...codeBlock("The code for this", rehearsalCode(rehearsal)));
}

const recovery = (attempts, explains) =>
  h(
    "div",
    { class: "outcome" },
    h("h3", null, `A token after all, at attempt ${attempts.length}`),
    h("p", null, explains),
  );
