/**
 * Random bytes. Pages that are not secure have them, though little else of `crypto`; where there is no `crypto` at all, as
 * in jsdom before version 20, `Math.random` stands in for it, which is enough for a sandbox that keeps no real secret.
 */
export function randomBytes(count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  return globalThis.crypto?.getRandomValues?.(bytes) ?? bytes.map(() => Math.random() * 256);
}

export function randomHex(bytes: number): string {
  return hex(randomBytes(bytes));
}

/** A UUID of version 4 (RFC 9562, 5.4). `crypto.randomUUID` is missing in pages that are not secure. */
export function randomUuid(): string {
  const digits = hex(randomBytes(16));
  const variant = "89ab"[Number.parseInt(digits.charAt(16), 16) % 4];
  const all = `${digits.slice(0, 12)}4${digits.slice(13, 16)}${variant}${digits.slice(17)}`;
  return all.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** So many decimal digits. The first is no zero, so that a number can hold them, too. */
export function randomDigits(count: number): string {
  return Array.from(randomBytes(count), (byte, index) => (index === 0 ? 1 + (byte % 9) : byte % 10)).join("");
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
