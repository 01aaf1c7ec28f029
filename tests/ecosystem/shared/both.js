// An application that imports the package and has a dependency which requires it, in a browser that has no
// Uint8Array.fromBase64.
import { SmsWorksError } from "smsworks-wasm";
import { run } from "./app.js";
import { required } from "./required.cjs";

delete Uint8Array.fromBase64;

globalThis.run = (given) => {
  if (required.SmsWorksError !== SmsWorksError) throw new Error("there are two packages in the bundle");
  return run(given);
};
