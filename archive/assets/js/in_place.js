// A ▶ on a list of passages plays right there: one at a time, from its moment to the end of its passage.
import { cautionInLists } from "./caution.js";
import { Ear } from "./ear.js";
import { stream } from "./stream.js";

const LINK = "a[data-play]";
let ear = null;
let following = null; // the stream, where the page has one

/** Makes the links of a piece of the page into buttons. The first time, listens for all that will ever be here. */
export function inPlace(root) {
  for (const link of root.querySelectorAll(LINK)) {
    link.setAttribute("role", "button");
    link.setAttribute("aria-pressed", "false");
  }
  if (root !== document) return;
  document.addEventListener("click", press);
  document.addEventListener("keydown", (event) => {
    const link = event.key === " " && event.target.closest?.(LINK);
    if (!link) return;
    event.preventDefault();
    link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true })); // a link in a drawing has no click()
  });
  const all = document.querySelector("[data-play-all]");
  if (all) following = stream(all, listening, inPlace);
}

function press(event) {
  const link = event.target.closest?.(LINK);
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  toggle(link);
}

function toggle(link) {
  const mine = listening();
  if (mine.link !== link) (following?.goTo(link) ?? mine.start(link));
  else if (mine.paused) mine.play();
  else mine.pause();
}

/** The one ear of this page, made when something is to be heard. */
function listening() {
  if (ear) return ear;
  ear = new Ear();
  let before = null;
  const pressed = () => ear.link?.setAttribute("aria-pressed", String(!ear.paused));
  ear.addEventListener("change", () => {
    before?.setAttribute("aria-pressed", "false");
    before = ear.link;
    before?.classList.remove("failed");
  });
  ear.addEventListener("play", pressed);
  ear.addEventListener("pause", pressed);
  ear.addEventListener("end", () => following?.playing || ear.stop());
  ear.addEventListener("fault", () => {
    ear.link?.classList.add("failed");
    ear.link?.setAttribute("title", "The sound cannot be played right now.");
    if (!following?.playing) ear.stop();
  });
  cautionInLists(ear);
  return ear;
}
