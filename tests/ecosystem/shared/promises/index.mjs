// What the package promises wherever JavaScript runs, as a table of names and of what shows that each holds. Like calls.mjs, it
// imports nothing of a runtime, and needs no server: requests go to a `fetch` of the test's own.
import environment from "./environment.mjs";
import errors from "./errors.mjs";
import given from "./given.mjs";
import methods from "./methods.mjs";
import parts from "./parts.mjs";
import requests from "./requests.mjs";
import secrets from "./secrets.mjs";
import tokens from "./tokens.mjs";

/** By subject, then by promise: a function of the package that rejects where the promise does not hold. */
export const promises = { errors, requests, given, tokens, secrets, environment, methods, parts };

const LIMIT_MS = 30_000;

/**
 * Holds the package to all of them, one after the other.
 *
 * @param {typeof import("smsworks-wasm")} api The package, as the project under test imports it.
 * @returns {Promise<string>} How many held; it rejects with an Error that names those that did not.
 */
export async function checkPromises(api) {
  const broken = [];
  let held = 0;
  for (const [subject, table] of Object.entries(promises)) {
    for (const [name, holds] of Object.entries(table)) {
      try {
        await inTime(holds(api));
        held++;
      } catch (error) {
        broken.push(`${subject}: ${name}: ${error?.stack ?? error}`);
      }
    }
  }
  if (broken.length > 0) throw new Error(`${broken.length} promises did not hold\n${broken.join("\n")}`);
  return `${held} promises held`;
}

async function inTime(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not end within ${LIMIT_MS} ms`)), LIMIT_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
