// How a failed call is told: in words first, then the fields that code would look at.
import { h } from "./dom.js";

const TITLES = {
  invalid_argument: "Something cannot be used",
  network: "There was no connection",
  timeout: "No answer in time",
  redirect: "The answer pointed elsewhere",
  invalid_response: "The answer made no sense",
  internal: "The client itself failed",
};
const STATUS_TITLES = {
  401: "The credentials were refused",
  403: "The credentials were refused",
  429: "Too many requests",
};

/** @param {unknown} error what a call rejected with */
export function titleOf(error) {
  if (isAbort(error)) return "You aborted the call";
  if (error.code !== "http") return TITLES[error.code] ?? "Something went wrong";
  return (
    STATUS_TITLES[error.status] ?? (error.status >= 500 ? "The service is not available" : "The request was refused")
  );
}

const isAbort = (error) => error?.name === "AbortError";

/** @param {string} [advice] */
export function failureCard(error, advice) {
  return h(
    "div",
    { class: isAbort(error) ? "outcome aborted" : "outcome failure" },
    h("h3", null, titleOf(error)),
    h("p", null, error.message),
    h(
      "dl",
      { class: "fields" },
      fieldsOf(error).flatMap(([name, value]) => [h("dt", null, name), h("dd", null, value)]),
    ),
    advice && h("p", null, advice),
  );
}

function fieldsOf(error) {
  if (isAbort(error)) return [["name", error.name]];
  const { code, status, effect, retryable, retryAfterMs, api } = error;
  return [
    ["code", code],
    ["status", status ?? "none"],
    ["retryable", retryable ? "true: the same call may work later" : "false: the same call is not to be made again"],
    ["effect", effect === "none" ? "none: the API certainly did nothing" : "unknown: the API may have done something"],
    retryAfterMs !== undefined && ["retryAfterMs", String(retryAfterMs)],
    api && ["api.message", api.message],
  ].filter(Boolean);
}
