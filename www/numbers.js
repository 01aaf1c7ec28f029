// How large what was loaded is, and how long things took.
import { byId, h } from "./dom.js";

const FILES = { entry: "pkg/index.js", core: "pkg/core.js" };
const SIZE = new Intl.NumberFormat("en-GB", { style: "unit", unit: "kilobyte", maximumFractionDigits: 1 });
const TIME = new Intl.NumberFormat("en-GB", { style: "unit", unit: "millisecond", maximumSignificantDigits: 2 });
const NONE = "–";

const times = { load: undefined, call: undefined };

const timing = (file) => performance.getEntriesByName(new URL(file, import.meta.url).href, "resource").at(-1);

/** Whether the browser has fetched the core. */
export const isCoreLoaded = () => timing(FILES.core) !== undefined;

/** Takes note of how long a part of the last call took, in milliseconds. */
export function note(measured) {
  Object.assign(times, measured);
  show();
}

export function show() {
  const figures = [
    ["Came with the page", size(FILES.entry), "the client, before any call"],
    ["Came with the first call", size(FILES.core), "the WebAssembly core, once"],
    ["Core ready after", time(times.load), "download, unpack, compile"],
    ["Last call took", time(times.call), "from request to result"],
  ];
  const figure = ([name, value, hint]) =>
    h("div", null, h("dt", null, name), h("dd", { class: "figure" }, value), h("dd", { class: "hint" }, hint));
  byId("numbers").replaceChildren(...figures.map(figure));
}

/** As it came over the network, compressed where the server does that; browsers do not say so of every origin. */
function size(file) {
  const { encodedBodySize = 0, transferSize = 0, decodedBodySize = 0 } = timing(file) ?? {};
  const bytes = encodedBodySize || transferSize || decodedBodySize;
  return bytes ? SIZE.format(bytes / 1000) : NONE;
}

const time = (ms) => (ms === undefined ? NONE : TIME.format(ms));
