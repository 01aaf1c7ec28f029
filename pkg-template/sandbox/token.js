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

/** @param {Uint8Array} bytes */
function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}
