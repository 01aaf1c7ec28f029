import { hmacSha256 } from "./hmac.js";

const HEADER = { alg: "HS256", typ: "JWT" };

/** Signs a JSON Web Token with HMAC SHA-256 (RFC 7519, RFC 7515). */
export function signToken(payload: object, signingKey: Uint8Array): string {
  const part = (value: object) => base64url(encode(JSON.stringify(value)));
  const signed = `${part(HEADER)}.${part(payload)}`;
  return `${signed}.${signature(signed, signingKey)}`;
}

/**
 * The payload of a token that was signed with this key; an empty one for any other.
 * @param signingKey  undefined where no token was signed yet
 */
export function verifyToken(token: string, signingKey?: Uint8Array): Record<string, unknown> {
  const [header = "", payload = "", ...rest] = token.split(".");
  if (!signingKey || rest.length !== 1 || rest[0] !== signature(`${header}.${payload}`, signingKey)) return {};
  const bytes = Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

// The encoder is made here, so that a module with the sandbox loads where there is no TextEncoder.
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const signature = (signed: string, key: Uint8Array): string => base64url(hmacSha256(key, encode(signed)));

function base64url(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}
