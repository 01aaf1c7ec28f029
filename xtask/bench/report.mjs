import { compare, median } from "./statistics.mjs";

/** @typedef {Record<string, number[]>} Results For each client, a number a round. */

export const table = (/** @type {string[]} */ heads, /** @type {(string | number)[][]} */ rows) =>
  [heads, heads.map((_, column) => (column ? "--:" : "---")), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");

export const bytes = (/** @type {{ raw: number, gzip: number, brotli: number }} */ { raw, gzip, brotli }) => [
  raw,
  gzip,
  brotli,
];

export const kilobytes = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} kB`;

/** A median, and what it is of bare fetch's. */
export function cell(
  /** @type {Results | undefined} */ results,
  /** @type {string} */ client,
  /** @type {string} */ unit,
) {
  if (!results?.[client]) return "n/a";
  const time = `${show(median(results[client]))} ${unit}`;
  if (client === "fetch") return time;
  const { median: ratio, low, high } = compare(results[client], results.fetch, (a, b) => a / b);
  return `${time}, ${ratio.toFixed(2)} × (${low.toFixed(2)}–${high.toFixed(2)})`;
}

/** What a client adds to bare fetch. */
export function added(/** @type {Results} */ results, /** @type {string} */ client, /** @type {string} */ unit) {
  if (!results[client] || client === "fetch") return "";
  const { median, low, high } = compare(results[client], results.fetch, (a, b) => a - b);
  return `${show(median)} ${unit} (${show(low)}–${show(high)})`;
}

/** A number with three digits that count. */
export const show = (/** @type {number} */ number) =>
  number.toFixed(Math.abs(number) < 10 ? 2 : Math.abs(number) < 100 ? 1 : 0);
