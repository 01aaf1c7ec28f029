import { fieldsOf } from "./guards.js";
import { ApiError } from "./reply.js";

/** In bytes; a larger request body is refused. */
export const MAX_BODY = 1024 * 1024;

/** The fields of a JSON object; anything else that is JSON has none. */
export function parseFields(bytes: Uint8Array): Record<string, unknown> {
  if (bytes.length > MAX_BODY) throw new ApiError(413);
  try {
    return fieldsOf(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch {
    throw new ApiError(400, "The body is not valid JSON");
  }
}
