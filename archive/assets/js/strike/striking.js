// Puts the words, the waveform, the times and the sound of a strike together.
import { Tape } from "../tape.js";
import { transcript } from "../transcript.js";
import { handles } from "./handles.js";
import { Span } from "./span.js";
import { stamp, typed } from "./stamp.js";
import { words } from "./words.js";

const AROUND_MS = 1000; // of sound before and after, so that one hears what goes

export function striking(page) {
  const text = transcript(page);
  const last = Math.max(0, ...text.passages.map((each) => each.to).filter(Number.isFinite));
  const span = new Span(Number(page.dataset.length) || last);
  const form = page.querySelector("[data-span]");

  // What needs a script shows at once; the rest waits until something is chosen.
  page.querySelectorAll(":scope > [data-with-scripts]").forEach((part) => (part.hidden = false));
  words(text, span, form, page.querySelector("[data-how]"));
  handles(page, span);
  times(form, span);
  hearing(page, form, span);
  form.querySelector("[data-anew]").addEventListener("click", () => {
    span.clear();
    text.root?.focus({ preventScroll: true });
  });
  span.addEventListener("change", () => {
    form.querySelectorAll("[data-with-scripts]").forEach((part) => (part.hidden = !span.chosen));
    form.classList.toggle("holds", span.chosen);
    document.documentElement.style.setProperty("--span-height", span.chosen ? `${form.offsetHeight}px` : "0px");
  });
}

/** The fields hold what is chosen, and what is typed there is chosen. */
function times(form, span) {
  const [from, to] = [form.elements.from, form.elements.to];
  form.querySelector("[data-times]").open = form.querySelector("[aria-invalid]") !== null;
  span.addEventListener("change", () => {
    if (document.activeElement === from || document.activeElement === to) return;
    [from.value, to.value] = span.chosen ? [stamp(span.from), stamp(span.to)] : ["", ""];
  });
  for (const field of [from, to]) {
    field.addEventListener("input", () => {
      const [begin, end] = [typed(from.value), typed(to.value)];
      if (begin !== null && end !== null && begin < end) span.set(begin, end);
    });
  }
  if (typed(from.value) !== null && typed(to.value) !== null) span.set(typed(from.value), typed(to.value));
}

function hearing(page, form, span) {
  const [elements, button] = [[...page.querySelectorAll(".native audio")], form.querySelector("[data-hear]")];
  if (!elements.length || !button) return;
  const sound = new Tape(elements);

  button.addEventListener("click", () => {
    if (!sound.paused) return sound.pause();
    sound.seek(span.from - AROUND_MS);
    sound.play(Math.min(span.to + AROUND_MS, sound.length)).catch(({ name }) => name === "AbortError" || failed(form));
  });
  for (const name of ["play", "pause"]) {
    sound.addEventListener(name, () => (button.textContent = sound.paused ? "Hear it" : "Stop"));
  }
}

function failed(form) {
  const line = form.querySelector("[data-say]");
  line.textContent = "The sound cannot be played right now. You can choose by the words all the same.";
  line.className = "aside";
}
