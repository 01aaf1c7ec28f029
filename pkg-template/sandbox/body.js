// @ts-check
import { ApiError } from "./reply.js";

/** In bytes; a larger request body is refused. */
export const MAX_BODY = 1024 * 1024;

/**
 * @param {Uint8Array} bytes
 * @returns {Record<string, any>}
 */
export function parseObject(bytes) {
  if (bytes.length > MAX_BODY) throw new ApiError(413);
  let value;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new ApiError(400, "The body is not valid JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ApiError(400, "The body is not a JSON object");
  }
  return value;
}
