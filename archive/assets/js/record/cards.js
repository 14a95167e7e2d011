// Question cards that the interviewer turns, and the moments at which they were asked.
import { clock } from "../clock.js";

const FIELDS = "input, select, textarea, [contenteditable]";

/** ask(id or null, text) marks the moment and gives the mark, unask(mark) takes it off. Gives allow(yes). */
export function cards(box, { ask, unask }) {
  const part = (name) => box.querySelector(`[data-${name}]`);
  const [choice, card, own] = [part("set"), part("card"), part("own")];
  let [questions, at] = [[], 0];

  function show() {
    card.hidden = !questions.length;
    if (!questions.length) return;
    part("question").textContent = questions[at].text;
    part("place").textContent = `Question ${at + 1} of ${questions.length}`;
    part("before").disabled = at === 0;
    part("next").disabled = at === questions.length - 1;
  }

  function turn(step) {
    at = Math.min(Math.max(0, at + step), questions.length - 1);
    show();
  }

  choice.addEventListener("change", () => {
    questions = JSON.parse(choice.selectedOptions[0].dataset.questions ?? "[]");
    at = 0;
    show();
  });
  part("before").addEventListener("click", () => turn(-1));
  part("next").addEventListener("click", () => turn(1));
  part("ask").addEventListener("click", () => mark(questions[at].id, questions[at].text));
  own.addEventListener("submit", (event) => {
    event.preventDefault();
    const field = own.querySelector("input");
    if (field.value.trim()) mark(null, field.value.trim());
    field.value = "";
  });
  // The arrows turn the cards wherever one is on the page, except in a field, which needs them itself.
  addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(FIELDS)) return;
    event.preventDefault();
    turn(step);
  });

  async function mark(id, text) {
    const made = await ask(id, text);
    if (!made) return;
    part("told").textContent = `Marked at ${clock(made[0])}.`;
    part("marks").append(row(made));
  }

  function row(made) {
    const item = part("mark").content.firstElementChild.cloneNode(true);
    item.querySelector(".clock").textContent = clock(made[0]);
    item.querySelector(".said").textContent = made[2];
    item.querySelector("button").addEventListener("click", async () => {
      await unask(made);
      item.remove();
      part("told").textContent = "The mark is gone.";
      part("next").focus();
    });
    return item;
  }

  choice.dispatchEvent(new Event("change"));
  return (yes) => [part("ask"), ...own.querySelectorAll("button, input")].forEach((each) => (each.disabled = !yes));
}
