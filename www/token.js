// What can be read in a token without knowing the key that it is signed with.

/** The scheme, the three parts as they are, and the first two decoded; `undefined` where it is no JSON Web Token. */
export function readToken(token) {
  const [, scheme, jwt] = /^(?:(\S+) )?(\S+)$/.exec(token) ?? [];
  const parts = jwt?.split(".");
  if (parts?.length !== 3) return undefined;
  try {
    return { scheme, parts, header: decode(parts[0]), payload: decode(parts[1]) };
  } catch {
    return undefined;
  }
}

function decode(part) {
  const bytes = Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  return Object(JSON.parse(new TextDecoder().decode(bytes)));
}

const DATE = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short" });
const RELATIVE = new Intl.RelativeTimeFormat("en-GB", { numeric: "always" });
const UNITS = [
  ["year", 31_536_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** @param {number} seconds since 1970, as in `iat` and `exp` */
export const date = (seconds) => DATE.format(seconds * 1000);

export function fromNow(seconds, now = Date.now()) {
  const distance = seconds - now / 1000;
  const [unit, size] = UNITS.find(([, size]) => Math.abs(distance) >= size) ?? UNITS.at(-1);
  return RELATIVE.format(Math.round(distance / size), unit);
}
