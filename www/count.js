// Counts the text as it is typed, in figures and in words.
import { announce, byId, h } from "./dom.js";
import { showMarks } from "./marks.js";
import * as numbers from "./numbers.js";
import { showParts } from "./picture.js";
import { segments } from "./pkg/index.js";

const SAMPLES = [
  ["Short and plain", "Your parcel is at the door."],
  [
    "One curly apostrophe",
    "Your parcel is with your neighbour at number 12, since you weren’t in. Please fetch it before Friday.",
  ],
  [
    "Long",
    "Hello Anna, your parcel is at our shop in the High Street. Please fetch it by Friday, and bring this text or your order number with you. We are open from 9 to 5, and on Saturday until noon. Your team",
  ],
];
/** The longest text that the API takes. */
const LONGEST = 1280;
/** How many of the characters outside of GSM-7 are named. */
const NAMED = 8;
/** How long nothing is typed before a screen reader says the count, in milliseconds. */
const PAUSE = 1000;
/** What the encodings are called, and how many characters fit into a part: into one alone, and into each of several. */
const ENCODINGS = {
  gsm7: { name: "GSM-7", alone: 160, each: 153 },
  ucs2: { name: "UCS-2", alone: 70, each: 67 },
};
/** Characters that look like others, or like nothing. */
const NAMES = {
  "\t": "tab",
  "\u00a0": "no-break space",
  "\u00ad": "soft hyphen",
  "\u200b": "zero-width space",
  "\u200d": "zero-width joiner",
  "\ufe0f": "variation selector",
  "\ufeff": "byte order mark",
  "`": "backtick",
  "´": "acute accent",
  "‘": "opening curly quote",
  "’": "curly apostrophe",
  "“": "opening curly quotes",
  "”": "closing curly quotes",
  "–": "en dash",
  "—": "em dash",
  "…": "ellipsis in one character",
};
const NUMBER = new Intl.NumberFormat("en-GB");

const field = byId("content");
let isCounting = false;
/** The characters that the last count found to be outside of GSM-7. */
let lacking = [];
/** The last count in words, and what of that a screen reader has said. */
let summary;
let said;
let timer;

/** Starts to count: the core is not loaded before the field is seen or used. */
export function showCount() {
  const samples = SAMPLES.map(([label, content]) =>
    h("button", { type: "button", class: "plain", onclick: () => fill(content) }, label),
  );
  byId("samples").replaceChildren(...samples);
  field.addEventListener("input", () => {
    sayLater();
    count();
  });
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    observer.disconnect();
    count();
  });
  observer.observe(field);
  showMarks(field.value, lacking);
  byId("draft").textContent = field.value;
}

/** Takes the text from the phone's draft, since it is on its way. */
export function hideDraft(content) {
  if (field.value === content) byId("draft").textContent = "";
}

function fill(content) {
  field.value = content;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

/** Counts until what was counted is what is in the field: one count at a time, so none overtakes another. */
async function count() {
  byId("draft").textContent = field.value.length <= LONGEST ? field.value : "";
  showMarks(field.value, lacking);
  if (isCounting) return;
  isCounting = true;
  let content;
  do {
    content = field.value;
    const outcome = await counted(content);
    if (content === field.value) show(content, outcome);
  } while (content !== field.value);
  isCounting = false;
}

/** What the package says of a text, and of the text without what GSM-7 lacks. */
async function counted(content) {
  try {
    const isFirst = !numbers.isCoreLoaded();
    const startedAt = performance.now();
    const whole = await segments(content);
    if (isFirst) numbers.note({ load: performance.now() - startedAt });
    if (!whole.nonGsm.length) return { whole, plain: whole };
    const dear = new Set(whole.nonGsm);
    return { whole, plain: await segments([...content].filter((character) => !dear.has(character)).join("")) };
  } catch (error) {
    return { error };
  }
}

function show(content, { whole, plain, error }) {
  byId("header-hint").hidden = !(whole?.parts > 1);
  if (error) {
    summary = `The text could not be counted. ${error.message}`;
    byId("count").replaceChildren(h("p", { class: "hint" }, summary));
    byId("on-its-way").textContent = "On its way";
    byId("parts").replaceChildren();
    return;
  }
  const { encoding, parts, remaining, nonGsm } = whole;
  const size = parts === 1 ? "alone" : "each";
  const { name, [size]: room } = ENCODINGS[encoding];
  const figure = (label, value, hint) =>
    h("div", null, h("dt", null, label), h("dd", { class: "figure" }, value), h("dd", { class: "hint" }, hint));
  const figures = [
    figure(parts === 1 ? "Part" : "Parts", NUMBER.format(parts), "a credit each in the UK"),
    figure("Left", NUMBER.format(remaining), parts === 1 ? `of ${room}` : "in the last part"),
    figure("Encoding", name, `${room} to a part${nonGsm.length > 0 ? `, not ${ENCODINGS.gsm7[size]}` : ""}`),
  ];
  byId("count").replaceChildren(
    h("dl", { class: "figures" }, figures),
    ...(nonGsm.length > 0 ? dear(nonGsm, parts, plain.parts) : []),
    ...(content.length > LONGEST
      ? [h("p", { class: "hint" }, `The API takes up to ${LONGEST} characters in a text.`)]
      : []),
  );
  if (nonGsm.join() !== lacking.join()) showMarks(content, nonGsm);
  lacking = nonGsm;
  byId("on-its-way").textContent = `On its way: ${plural(parts, "part")}`;
  showParts(whole);
  const named = nonGsm.slice(0, NAMED).map((character) => nameOf(character));
  summary = [
    `${plural(parts, "part")} in ${name}, ${remaining} left${parts === 1 ? "" : " in the last"}.`,
    ...(named.length > 0 ? [`Outside of the GSM alphabet: ${named.join(", ")}.`] : []),
  ].join(" ");
}

function dear(nonGsm, parts, partsWithout) {
  const more = nonGsm.length - NAMED;
  const chip = (character) => {
    const isSeen = !/^[\s\p{C}\p{M}]$/u.test(character);
    return h("li", null, isSeen && h("mark", null, character), h("span", null, nameOf(character, isSeen)));
  };
  const them = nonGsm.length === 1 ? "it" : "them";
  const cost =
    partsWithout < parts
      ? `Without ${them}: ${plural(partsWithout, "part")}.`
      : `So far it takes no more parts for ${them}.`;
  return [
    h("p", { class: "dear" }, "Outside of the GSM alphabet. ", h("b", null, cost)),
    h(
      "ul",
      { class: "lacking", role: "list" },
      nonGsm.slice(0, NAMED).map(chip),
      more > 0 && h("li", null, `and ${NUMBER.format(more)} more`),
    ),
  ];
}

const plural = (count, noun) => `${NUMBER.format(count)} ${noun}${count === 1 ? "" : "s"}`;

function nameOf(character, isSeen = false) {
  const code = `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  return NAMES[character] ?? (isSeen || /[\p{C}\p{M}\s]/u.test(character) ? code : character);
}

/** Says the count once nothing was typed for a while, if it is another than was said. */
function sayLater() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (isCounting) return sayLater();
    if (summary !== said) announce(summary);
    said = summary;
  }, PAUSE);
}
