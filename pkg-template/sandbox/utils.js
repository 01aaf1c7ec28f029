// @ts-check
import { ApiError } from "./reply.js";

/** @typedef {import("./operations.js").Handle} Handle */

/** @type {Handle} */
export const balance = (_, { credits }) => ({ status: 200, body: { credits } });

/** @type {Handle} */
export const whoami = (_, { customerid }) => ({ status: 200, body: { message: customerid } });

/** @type {Handle} */
export function sampleError({ params: { errorcode } }) {
  const code = Number(errorcode);
  if (!Number.isSafeInteger(code) || code < 0) throw new ApiError(404, "There is no error with this code");
  const status = code >= 400 && code <= 599 ? code : 400;
  return {
    status,
    body: { message: "A sample of this error", errorCode: code, status: "REJECTED", permanent: status < 500 },
  };
}
