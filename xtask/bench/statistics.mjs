/**
 * Measures each of these once a round, in an order that changes, so that what slows the machine down for a while hits all alike.
 *
 * @param {string[]} names
 * @param {number} rounds
 * @param {(name: string) => Promise<number>} measure
 * @returns {Promise<Record<string, number[]>>} For each, a number a round.
 */
export async function interleave(names, rounds, measure) {
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of shuffled(names)) results[name].push(await measure(name));
  }
  return results;
}

const shuffled = (/** @type {string[]} */ names) =>
  names
    .map((name) => ({ name, rank: Math.random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ name }) => name);

export function median(/** @type {number[]} */ numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * How numbers compare with those of the same rounds: the median, and between what it would be in 95 of 100 runs like this one, as
 * far as the rounds tell by their order alone. Of a few rounds, that is all that they span.
 *
 * @param {number[]} numbers
 * @param {number[]} base
 * @param {(a: number, b: number) => number} by
 */
export function compare(numbers, base, by) {
  const sorted = numbers.map((number, round) => by(number, base[round])).sort((a, b) => a - b);
  const count = sorted.length;
  const low = Math.max(0, Math.floor(count / 2 - 0.98 * Math.sqrt(count)) - 1);
  return { median: median(sorted), low: sorted[low], high: sorted[count - 1 - low] };
}
