const SHOWN = ["message", "stack", "name", "code", "syscall", "address", "hostname"];

/** A query or a fragment, and what is before it. */
const QUERY = /(:\/\/[^\s?#]*[?#]|\?)\S+/g;

/**
 * Takes out of what the platform's fetch rejected with all that may repeat what was sent or received: Node puts the bytes of a
 * reply into it, Bun and Deno the URL.
 */
export const cleanse = (error: unknown, seen = new Set<unknown>()): void => {
  if (typeof error !== "object" || !error || seen.has(error)) return;
  seen.add(error);
  for (const name of namesOf(error)) {
    try {
      const value: unknown = Reflect.get(error, name);
      if (name === "cause" || name === "errors") {
        for (const inner of [value].flat()) cleanse(inner, seen);
      } else if (typeof value === "string" && SHOWN.includes(name)) {
        const shown = value.replace(QUERY, "$1[redacted]");
        if (shown !== value) Object.defineProperty(error, name, { value: shown });
      } else if (typeof value !== "number") {
        Reflect.deleteProperty(error, name) || Reflect.set(error, name, undefined);
      }
    } catch {}
  }
};

const namesOf = (error: object): string[] => {
  try {
    return Object.getOwnPropertyNames(error);
  } catch {
    return [];
  }
};
