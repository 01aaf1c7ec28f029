// A picture of the parts that a text is sent in: each is a bubble of cells, which fill up.
import { byId, h } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
/** The cells of a part, in columns and rows; and how many of them join it to the others, where there are several. */
const CELLS = {
  gsm7: { columns: 20, rows: 8, header: 7 },
  ucs2: { columns: 10, rows: 7, header: 3 },
};
const WIDTH = 200;
const HEIGHT = 84;
const GAP = 2;
/** How many parts are drawn. */
const MOST = 9;
const NUMBER = new Intl.NumberFormat("en-GB");

/** @param {import("./pkg/index.js").Segments} counted */
export function showParts({ encoding, parts, remaining }) {
  const isTooMany = parts > MOST;
  const shown = isTooMany ? MOST - 1 : parts;
  const bubbles = Array.from({ length: shown }, (_, index) => ({
    encoding,
    isJoined: parts > 1,
    // In a full part, one unit may be left: what needs two goes into the next.
    free: index === shown - 1 ? remaining : 0,
  }));
  const picture = byId("parts");
  picture.querySelector(".more")?.remove();
  // A bubble that is there stays, so that a new one alone moves.
  for (const [index, bubble] of bubbles.entries()) {
    const node = picture.children[index] ?? picture.appendChild(h("div", { class: "part" }));
    const key = JSON.stringify(bubble);
    if (node.dataset.key !== key) node.replaceChildren(draw(bubble));
    node.dataset.key = key;
  }
  while (picture.children.length > shown) picture.lastElementChild.remove();
  if (isTooMany) picture.lastElementChild.before(h("p", { class: "more" }, `+ ${NUMBER.format(parts - shown)}`));
}

function draw({ encoding, isJoined, free }) {
  const { columns, rows, header } = CELLS[encoding];
  const total = columns * rows;
  const joined = isJoined ? header : 0;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  const path = (kind, from, to) => {
    const node = document.createElementNS(SVG, "path");
    node.setAttribute("class", kind);
    node.setAttribute("d", cells(columns, rows, from, to));
    return node;
  };
  svg.append(path("joins", 0, joined), path("filled", joined, total - free), path("free", total - free, total));
  return svg;
}

/** The cells from one to another, as a path. */
function cells(columns, rows, from, to) {
  const width = WIDTH / columns;
  const height = HEIGHT / rows;
  let path = "";
  for (let cell = from; cell < to; cell++) {
    const x = (cell % columns) * width + GAP / 2;
    const y = Math.floor(cell / columns) * height + GAP / 2;
    path += `M${x} ${y}h${width - GAP}v${height - GAP}h${GAP - width}z`;
  }
  return path;
}
