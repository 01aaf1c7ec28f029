import { ApiError } from "./reply.js";
import type { Handle } from "./state.js";

export const balance: Handle = (_, { credits }) => ({ status: 200, body: { credits } });

export const whoami: Handle = (_, { customerid }) => ({ status: 200, body: { message: customerid } });

export const sampleError: Handle = ({ params: { errorcode } }) => {
  const code = Number(errorcode);
  if (!Number.isSafeInteger(code) || code < 0) throw new ApiError(404, "There is no error with this code");
  const status = code >= 400 && code <= 599 ? code : 400;
  return {
    status,
    body: { message: "A sample of this error", errorCode: code, status: "REJECTED", permanent: status < 500 },
  };
};
