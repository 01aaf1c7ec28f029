// The demo page: wires what a visitor can press to what happens.
import { showCount } from "./count.js";
import { byId } from "./dom.js";
import * as numbers from "./numbers.js";
import { showRehearsals } from "./rehearsals.js";
import { getPair, getToken, isLive, sendText, startSession, usePair } from "./steps.js";

function onSubmit(id, act) {
  byId(id).addEventListener("submit", (event) => {
    event.preventDefault();
    act(event.submitter ?? byId(id).querySelector("button"));
  });
}

// The second press of a double click makes no call of its own.
addEventListener(
  "click",
  (event) => {
    if (event.detail < 2 || !event.target.closest(".primary")) return;
    event.preventDefault();
    event.stopPropagation();
  },
  { capture: true },
);

byId("mode").addEventListener("change", ({ target }) => startSession(target.value));
byId("get-pair").addEventListener("click", ({ currentTarget }) => getPair(currentTarget));
byId("get-token").addEventListener("click", ({ currentTarget }) => getToken(currentTarget));

onSubmit("customer-form", (button) => getPair(button, byId("customerid").value.trim()));
onSubmit("pair-form", () => {
  usePair({ key: byId("key").value.trim(), secret: byId("secret").value.trim() });
  byId("pair-form").reset();
});

onSubmit("send-form", (button) => sendText(button, byId("content").value));

// A page that was left may be kept, to be shown again on the way back.
addEventListener("pagehide", () => {
  if (isLive()) startSession("live");
});

byId("mode").querySelector("[value=sandbox]").checked = true;
startSession("sandbox");
showRehearsals();
showCount();
numbers.show();

byId("not-ready").remove();
for (const control of document.querySelectorAll("[disabled]")) control.disabled = false;
