import { checkCalls } from "./calls.mjs";

/** In a worker: makes the calls that the page asks for. */
export const answer = (api) => {
  globalThis.onmessage = ({ data, ports: [port] }) =>
    checkCalls({ api, ...data }).then(
      (value) => port.postMessage({ value }),
      (error) => port.postMessage({ error: `${error}\n${error.stack}` }),
    );
};
