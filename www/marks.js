// Marks characters in the field where the text is typed: behind it is the same text, unseen but for its marks.
import { byId, h } from "./dom.js";

/** How many places are marked: more would be slow to lay out. */
const MOST = 400;

/** @param {string[]} characters what is marked */
export function showMarks(text, characters) {
  // The last line has its height also where it is empty.
  byId("marks").replaceChildren(...pieces(text, characters), "\u200b");
}

function pieces(text, characters) {
  if (characters.length === 0) return [text];
  const escapes = characters.map((character) => `\\u{${character.codePointAt(0).toString(16)}}`);
  // With the group, every other piece is one of what is marked.
  const all = text.split(new RegExp(`([${escapes.join("")}]+)`, "u"));
  const shown = all.slice(0, 2 * MOST).map((piece, index) => (index % 2 === 1 ? h("mark", null, piece) : piece));
  return [...shown, all.slice(2 * MOST).join("")];
}
