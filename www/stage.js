// A place on the page where one call at a time is shown: while it is under way, what went over the wire, and how it ended.
import { announce, byId, h } from "./dom.js";
import { failureCard, titleOf } from "./failure.js";
import * as numbers from "./numbers.js";
import { exchange, recorder } from "./wire.js";

export const stageAt = (name) => ({
  result: byId(`${name}-result`),
  wire: byId(`${name}-wire`),
  /** The call under way. @type {AbortController | undefined} */
  controller: undefined,
});

/**
 * Makes a call and shows it.
 * @param {ReturnType<typeof stageAt>} stage
 * @param {HTMLElement} trigger the button that it was asked for with
 * @param {{
 *   send: typeof fetch, place: string, secrets: (string | undefined)[],
 *   advice?: (error: Error) => string | undefined, isToAbort?: boolean,
 * }} context
 * @param {(options: { fetch: typeof fetch, signal: AbortSignal }) => Promise<object>} call
 * @param {(result: object, attempts: object[]) => Node} card shows what it resolved with
 * @returns {Promise<object | undefined>} what it resolved with, unless it failed or the stage was cleared
 */
export async function perform(stage, trigger, context, call, card) {
  if (stage.controller) return undefined;
  const controller = new AbortController();
  stage.controller = controller;
  const isShown = () => stage.controller === controller;

  const { attempts, fetch } = recorder(context.send, () => (isShown() || stage.last === attempts) && showWire());
  const showWire = () => stage.wire.replaceChildren(...exchange(attempts, { ...context, isRunning: isShown() }));
  showWire();
  showRunning(stage, context.isToAbort);
  trigger.setAttribute("aria-disabled", "true");

  const isFirst = !numbers.isCoreLoaded();
  const startedAt = performance.now();
  const outcome = await settled(call({ fetch, signal: controller.signal }));
  const endedAt = performance.now();

  trigger.removeAttribute("aria-disabled");
  if (!isShown()) return undefined;
  stage.controller = undefined;
  stage.last = attempts;
  const { sentAt = startedAt } = attempts[0] ?? {};
  numbers.note({ call: endedAt - sentAt, ...(isFirst && sentAt > startedAt && { load: sentAt - startedAt }) });
  showWire();
  showEnd(
    stage,
    trigger,
    outcome.error ? failureCard(outcome.error, context.advice?.(outcome.error)) : card(outcome.result, attempts),
  );
  if (outcome.error) announce(`${titleOf(outcome.error)}. ${outcome.error.message}`, true);
  return outcome.result;
}

const settled = (promise) =>
  promise.then(
    (result) => ({ result }),
    (error) => ({ error }),
  );

function showRunning(stage, isToAbort) {
  const { controller } = stage;
  const abort = () => controller.abort(new DOMException("The call was aborted by the button", "AbortError"));
  const button = h("button", { type: "button", class: "plain", onclick: abort }, "Abort");
  stage.result.replaceChildren(h("div", { class: "running" }, h("span", { class: "waiting" }, "Calling"), button));
  if (isToAbort) button.focus();
}

/** The abort button goes; whoever was on it is led back to where the call was asked for. */
function showEnd(stage, trigger, card) {
  const hadFocus = stage.result.contains(document.activeElement);
  stage.result.replaceChildren(card);
  if (hadFocus) trigger.focus();
}

/** Ends what is under way and forgets what was. */
export function clear(stage) {
  stage.controller?.abort();
  stage.controller = undefined;
  stage.last = undefined;
  stage.result.replaceChildren();
}
