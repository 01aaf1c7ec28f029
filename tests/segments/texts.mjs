// Random texts, the same ones each time.

const GSM = [
  ..."@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
];
const EXTENSION = [..."\f^{}\\[~]|€"];
const OTHERS = [..."`´’“”–…\tłçÀжя中日ہש\u00a0\u200b\ufeff\0\ue000\uffff"];
const PAIRS = [..."😀👍🏽𝒳𠮷\u{10ffff}\u{1f1ec}\u{1f1e7}"];
const COMBINED = ["e\u0301", "👨‍👩‍👧‍👦", "🇬🇧", "👍🏽", "1️⃣", "❤️", "नि", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢", "\r\n", "한"];

/** What a text is made of: lists, and how many times as often as the others one is picked from. */
const MIXES = [
  [[GSM, 1]],
  [[EXTENSION, 1]],
  [
    [GSM, 20],
    [EXTENSION, 1],
  ],
  [
    [GSM, 2],
    [EXTENSION, 1],
  ],
  [[OTHERS, 1]],
  [[PAIRS, 1]],
  [[COMBINED, 1]],
  [
    [GSM, 60],
    [OTHERS, 1],
  ],
  [
    [GSM, 20],
    [EXTENSION, 4],
    [PAIRS, 1],
  ],
  [
    [OTHERS, 3],
    [PAIRS, 1],
  ],
  [
    [GSM, 10],
    [EXTENSION, 1],
    [OTHERS, 1],
    [PAIRS, 1],
    [COMBINED, 1],
  ],
];

/** Lengths at which a text begins another part, in septets or UTF-16 units; and the longest that the API takes. */
const BOUNDARIES = [0, 1, 160, 70, ...[1, 2, 3, 4, 5, 6, 7, 8].flatMap((parts) => [parts * 153, parts * 67]), 1280];
const AROUND = 4;
const LONGEST = 1280;

/** Numbers from 0 up to 1 (mulberry32). */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** So many texts of up to 1280 UTF-16 units; each mix of characters meets each boundary. */
export function* texts(count, seed) {
  const next = random(seed);
  const pick = (list) => list[Math.floor(next() * list.length)];
  for (let index = 0; index < count; index++) {
    const lists = MIXES[index % MIXES.length].flatMap(([list, times]) => Array(times).fill(list));
    const length = pick(BOUNDARIES) + Math.floor(next() * (2 * AROUND + 1)) - AROUND;
    // An extension character is two septets: with as many as there are units, the text reaches its septets.
    const isGsm = lists.every((list) => list === GSM || list === EXTENSION);
    const units = (piece) => (isGsm && EXTENSION.includes(piece) ? 2 : piece.length);
    let text = "";
    for (let filled = 0; filled < length; ) {
      const piece = pick(pick(lists));
      if (text.length + piece.length > LONGEST) break;
      text += piece;
      filled += units(piece);
    }
    yield text;
  }
}
