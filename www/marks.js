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
  if (!characters.length) return [text];
  const marked = new Set(characters);
  const nodes = [];
  let end = 0;
  let start;
  let index = 0;
  const mark = () => {
    if (start === undefined) return;
    nodes.push(text.slice(end, start), h("mark", null, text.slice(start, index)));
    end = index;
    start = undefined;
  };
  for (const character of text) {
    if (marked.has(character)) start ??= index;
    else mark();
    if (nodes.length >= 2 * MOST) break;
    index += character.length;
  }
  mark();
  return [...nodes, text.slice(end)];
}
