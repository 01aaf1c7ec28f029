import { call } from "./call.js";
import { bare, type ClientInput, requireText } from "./input.js";
import type { Segments } from "./types.js";

/**
 * Counts the parts that a text is sent in, by GSM 03.38 (3GPP TS 23.038) and 3GPP TS 23.040. Nothing is sent.
 *
 * A character that takes two units is never cut in two; an emoji of several characters may be. An empty text is one part of no units.
 *
 * @param content The text, of up to 1048576 characters.
 * @throws {SmsWorksError} as a rejection: `invalid_argument` where the text is missing, no string, too long, or has half a surrogate
 * pair in it.
 *
 * @example
 * const { encoding, parts, nonGsm } = await segments("Your parcel is here 😀"); // "ucs2", 1, ["😀"]
 */
export async function segments(content: string): Promise<Segments> {
  const [encoding, parts, units, remaining, nonGsm] = await call<Counted, ClientInput>(
    "segments",
    () => ({ client: bare({}) }),
    () => [{ ask: "segments", subject: requireText(content, "content") }],
  );
  return { encoding, parts, units, remaining, nonGsm: [...nonGsm] };
}

type Counted = [encoding: Segments["encoding"], parts: number, units: number, remaining: number, nonGsm: string];
