/** Throws unless a rule holds. The message states the rule and never the value, which may be a secret. */
export function must(holds: boolean, rule: string): asserts holds {
  if (!holds) throw new TypeError(rule);
}

export const isObject = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

export const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

/** What a value has by name, where it may be anything: `null` has nothing. */
export const fieldsOf = (value: unknown): Record<string, unknown> => Object(value);
