import { ApiError } from "./reply.js";

/** In bytes: a batch of 5000 has room for its longest texts, each character of them escaped. A larger body is refused. */
export const MAX_BODY = 64 * 1024 * 1024;

/**
 * What a JSON object says by name. A value may be anything that JSON can hold, so it is read by the functions below
 * alone: what is asked of any other value, such as `String(value)`, may call a method that the request made up.
 */
export type Fields = Record<string, unknown>;

/** The fields of the JSON object that a request is. */
export function parseFields(bytes: Uint8Array, maxBytes?: number): Fields {
  return object(parse(bytes, maxBytes), "The body");
}

export function parse(bytes: Uint8Array, maxBytes = MAX_BODY): unknown {
  if (bytes.length > maxBytes) throw new ApiError(413);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new ApiError(400, "The body is not valid JSON");
  }
}

export function object(value: unknown, what: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new ApiError(400, `${what} must be an object`);
}

/** The functions from here on give `undefined` for a field that is missing or `null`. */
export function text(fields: Fields, name: string): string | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw refusal(name, "a string");
}

/** Descriptions of the API disagree on whether ids, telephone numbers and passcodes are strings or numbers. */
export function textOrNumber(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (typeof value !== "number") return text(fields, name);
  if (Number.isSafeInteger(value) && value >= 0) return String(value);
  throw refusal(name, "a string, or a whole number");
}

export function whole(fields: Fields, name: string, from = 0, to = Infinity): number | undefined {
  const value = number(fields, name);
  if (value === undefined || (Number.isInteger(value) && value >= from && value <= to)) return value;
  throw refusal(name, `a whole number, ${to === Infinity ? `${from} or more` : `${from} to ${to}`}`);
}

export function number(fields: Fields, name: string): number | undefined {
  const value = fields[name] ?? undefined;
  // JSON has no infinity, but 1e999 is read as one.
  if (value === undefined || (typeof value === "number" && Number.isFinite(value))) return value;
  throw refusal(name, "a number");
}

export function flag(fields: Fields, name: string): boolean | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined || typeof value === "boolean") return value;
  throw refusal(name, "true or false");
}

export function list(fields: Fields, name: string): unknown[] | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined || Array.isArray(value)) return value;
  throw refusal(name, "a list");
}

/** In milliseconds since 1970. */
export function date(fields: Fields, name: string): number | undefined {
  const value = text(fields, name);
  if (value === undefined) return undefined;
  const time = Date.parse(value);
  // Engines find a date in any number: in "week 5", too.
  if (Number.isNaN(time) || !/\d{4}/.test(value)) throw refusal(name, "a date");
  return time;
}

/** It never repeats a value, which may be a secret. */
export function refusal(field: string, rule: string): ApiError {
  return new ApiError(400, `The field '${field}' must be ${rule}`);
}
