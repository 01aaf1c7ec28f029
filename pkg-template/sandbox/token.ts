import { fieldsOf } from "./guards.js";

/** Signs a JSON Web Token with HMAC SHA-256 (RFC 7519, RFC 7515). */
export async function signToken(payload: object, signingKey: Uint8Array<ArrayBuffer>): Promise<string> {
  const encoder = new TextEncoder();
  const part = (value: object) => base64url(encoder.encode(JSON.stringify(value)));
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(payload)}`;

  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", signingKey, hmac, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", key, encoder.encode(signed));
  return `${signed}.${base64url(new Uint8Array(signature))}`;
}

/**
 * The payload of a token that was signed with this key; an empty one for any other.
 * @param signingKey  none, where none was ever signed
 */
export async function verifyToken(
  token: string,
  signingKey?: Uint8Array<ArrayBuffer>,
): Promise<Record<string, unknown>> {
  try {
    const [, part = ""] = token.split(".");
    const bytes = Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
    const payload = fieldsOf(JSON.parse(new TextDecoder().decode(bytes)));
    return signingKey && (await signToken(payload, signingKey)) === token ? payload : {};
  } catch {
    return {};
  }
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}
