// What `segments` says of a text.
import { check, checkFields, rejection, show } from "./expect.mjs";

const LONGEST_TEXT = 1_048_576;

export default {
  "the parts of a text are counted, without a network": async ({ segments }) => {
    for (const [content, encoding, parts, units, remaining, nonGsm] of [
      ["", "gsm7", 1, 0, 160, ""],
      ["a".repeat(160), "gsm7", 1, 160, 0, ""],
      ["a".repeat(161), "gsm7", 2, 161, 145, ""],
      ["€".repeat(81), "gsm7", 2, 162, 143, ""],
      ["ł".repeat(70), "ucs2", 1, 70, 0, "ł"],
      ["😀".repeat(36), "ucs2", 2, 72, 61, "😀"],
      ["Hełło 😀😀 ç", "ucs2", 1, 12, 58, "ł 😀 ç"],
      ["\0`", "ucs2", 1, 2, 68, "\0 `"],
    ]) {
      const counted = await segments(content);
      const what = show(content);
      check(`${what}: fields`, Object.keys(counted).join(), "encoding,parts,units,remaining,nonGsm");
      checkFields(what, counted, { encoding, parts, units, remaining });
      check(`${what}: nonGsm`, Array.isArray(counted.nonGsm) && counted.nonGsm.join(" "), nonGsm);
    }
  },

  "the longest text is counted at once": async ({ segments }) => {
    const pairs = Array.from({ length: LONGEST_TEXT / 2 }, (_, index) => String.fromCodePoint(0x10000 + index));
    const counted = await segments(pairs.join(""));
    checkFields("all different", counted, {
      encoding: "ucs2",
      parts: Math.ceil(pairs.length / 33),
      units: LONGEST_TEXT,
    });
    check("nonGsm", counted.nonGsm.length, pairs.length);
    check("the last one", counted.nonGsm.at(-1), pairs.at(-1));
  },

  "what is no text has no parts": async ({ segments, SmsWorksError }) => {
    const throwing = new Proxy({}, { get: () => fail(), getPrototypeOf: () => fail() });
    const fail = () => {
      throw new Error("asked");
    };
    const must = (what) => `The parameter 'content' must ${what} when calling segments`;
    for (const [content, message] of [
      [undefined, "Missing the required parameter 'content' when calling segments"],
      [null, "Missing the required parameter 'content' when calling segments"],
      [5, must("be a string")],
      [["a"], must("be a string")],
      [Symbol("a"), must("be a string")],
      [new String("a"), must("be a string")],
      [throwing, must("be a string")],
      ["a\ud83d", must("be well-formed Unicode, without half a surrogate pair,")],
      ["\ude00a", must("be well-formed Unicode, without half a surrogate pair,")],
      ["a".repeat(LONGEST_TEXT + 1), must("be no longer than 1048576 characters")],
    ]) {
      const error = await rejection(message, segments(content));
      check("its class", error instanceof SmsWorksError, true);
      const fields = { code: "invalid_argument", operation: "segments", effect: "none", retryable: false };
      checkFields(message, error, { message, ...fields });
    }
  },
};
