export interface Reply {
  status: number;
  headers: Headers;
  body: string;
}

/** A reply as it goes out. */
export interface Sent {
  status: number;
  headers: Headers;
  body: Uint8Array<ArrayBuffer> | null;
}

const MESSAGES = new Map([
  [400, "The request is not valid"],
  [401, "The credentials are not valid"],
  [402, "There are not enough credits"],
  [403, "Access is refused"],
  [404, "There is nothing at this path"],
  [405, "This path does not answer to this method"],
  [408, "The request took too long"],
  [413, "The body is too large"],
  [429, "There were too many requests"],
  [500, "The server failed"],
  [502, "The gateway got no valid answer"],
  [503, "The service is not available"],
  [504, "The gateway got no answer in time"],
]);
const TRANSIENT = [402, 408, 425, 429];
const WITHOUT_BODY = [204, 205, 304];

/** Thrown by an operation to refuse: becomes an `ExtendedErrorModel`. */
export class ApiError extends Error {
  status: number;

  constructor(status: number, message?: string) {
    super(message);
    this.status = status;
  }
}

export function jsonReply(status: number, body: unknown, headers?: Record<string, string>): Reply {
  const json = { "Content-Type": "application/json; charset=utf-8", ...headers };
  return { status, headers: new Headers(json), body: JSON.stringify(body) };
}

/**
 * The API description names no values for `errorCode` and `status`: the HTTP status stands in for
 * the first, and for the second the word that messages have for a refusal.
 */
export function errorReply(status: number, message?: string, headers?: Record<string, string>): Reply {
  const model = {
    message: message || (MESSAGES.get(status) ?? "The request failed"),
    errorCode: status,
    status: "REJECTED",
    permanent: status < 500 && !TRANSIENT.includes(status),
  };
  return jsonReply(status, model, headers);
}

export function preflightReply(): Reply {
  const headers = new Headers({
    "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type, Accept, Authorization, *",
    "Access-Control-Max-Age": "86400",
  });
  return { status: 204, headers, body: "" };
}

export function finish({ status, headers, body }: Reply, method: string): Sent {
  headers.set("Access-Control-Allow-Origin", "*");
  headers.set("Access-Control-Expose-Headers", "Retry-After");
  if (WITHOUT_BODY.includes(status)) return { status, headers, body: null };

  const bytes = new TextEncoder().encode(body);
  if (!headers.has("Content-Length")) headers.set("Content-Length", String(bytes.length));
  return { status, headers, body: method === "HEAD" || bytes.length === 0 ? null : bytes };
}
