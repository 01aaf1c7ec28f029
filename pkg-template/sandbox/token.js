// @ts-check

/**
 * Signs a JSON Web Token with HMAC SHA-256 (RFC 7519, RFC 7515).
 * @param {object} payload
 * @param {Uint8Array<ArrayBuffer>} signingKey
 */
export async function signToken(payload, signingKey) {
  const encoder = new TextEncoder();
  const part = (/** @type {object} */ value) => base64url(encoder.encode(JSON.stringify(value)));
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(payload)}`;

  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", signingKey, hmac, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", key, encoder.encode(signed));
  return `${signed}.${base64url(new Uint8Array(signature))}`;
}

/**
 * The payload of a token that was signed with this key; an empty one for any other.
 * @param {string} token
 * @param {Uint8Array<ArrayBuffer>} [signingKey]  none, where none was ever signed
 * @returns {Promise<Record<string, any>>}
 */
export async function verifyToken(token, signingKey) {
  try {
    const [, part] = token.split(".");
    const bytes = Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
    const payload = JSON.parse(new TextDecoder().decode(bytes));
    return signingKey && (await signToken(payload, signingKey)) === token ? payload : {};
  } catch {
    return {};
  }
}

/** @param {Uint8Array} bytes */
function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}
