// The little that the page needs of the DOM.

export const byId = (id) => document.getElementById(id);

/** Makes an element. `undefined` and `false` leave an attribute or a child out; `onclick` and the like are listeners. */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== false));
  return element;
}

/** Stands for a secret, which itself stays out of the document. */
export const masked = () => h("span", { class: "masked", role: "img", "aria-label": "hidden" }, "••••••••");

/** Has a screen reader say something: at once if `isUrgent`, otherwise when it is done with what it says. Nothing older stays. */
export function announce(text, isUrgent = false) {
  byId(isUrgent ? "status" : "alert").replaceChildren();
  byId(isUrgent ? "alert" : "status").replaceChildren(h("span", null, text));
}

/**
 * A button that copies what `read` gives at that moment.
 * @param {string} otherwise what to do where the browser refuses
 */
export function copyButton(label, read, otherwise = "Select it and copy it by hand.") {
  const note = h("span", { class: "note-beside" });
  const say = (text) => {
    note.textContent = text;
    announce(text);
  };
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(read());
      say("Copied.");
    } catch {
      say(`The browser did not allow it. ${otherwise}`);
    }
  };
  return h("span", { class: "copy" }, h("button", { type: "button", class: "plain", onclick: copy }, label), note);
}
