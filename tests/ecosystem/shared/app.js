// An application to bundle: the README's two authentication calls, and checkCalls.
import * as smsworks from "smsworks-wasm";
import { AuthApi } from "smsworks-wasm";
import { createSandbox } from "smsworks-wasm/sandbox";
import { checkCalls } from "../shared/calls.mjs";

export const readme = async () => {
  const api = new AuthApi({ fetch: createSandbox().fetch });

  const { key, secret } = await api.keySecret("0fca8c3c-6cbc-11e7-8154-a6006ad3dba0");
  const { token } = await api.login({ key, secret });

  return token.slice(0, 7);
};

export const run = (given) => checkCalls({ api: smsworks, ...given });

Object.assign(globalThis, { readme, run });
