// One passage at work: its stretch of sound, its doubtful words, and where to split it.

const AROUND_MS = 350; // of sound before and after a doubtful word

export function correcting() {
  const box = document.querySelector("[data-correcting]");
  if (!box) return;
  const audio = box.querySelector("[data-audio]");
  document.querySelectorAll("[data-with-scripts]").forEach((part) => (part.hidden = false));
  splitAtCaret(box.querySelector("[data-text]"), document.querySelector("[data-word]"));
  if (!audio) return;

  const hear = stretchOf(audio);
  const button = box.querySelector("[data-hear]");
  const whole = () => (audio.paused ? hear(Number(box.dataset.from), Number(box.dataset.to)) : audio.pause());
  audio.hidden = true;
  button.addEventListener("click", whole);
  for (const name of ["play", "pause"]) {
    audio.addEventListener(name, () => (button.textContent = audio.paused ? "Hear this passage" : "Stop"));
  }
  box.addEventListener("click", ({ target }) => {
    const word = target.closest(".doubt");
    if (word) hear(Number(word.dataset.s) - AROUND_MS, Number(word.dataset.e) + AROUND_MS);
  });
  addEventListener("keydown", (event) => {
    if (event.code !== "Space" || !event.ctrlKey) return;
    event.preventDefault();
    whole();
  });
}

/** Gives a function that plays from one time to another, in milliseconds. */
export function stretchOf(audio) {
  let end = Infinity;
  audio.addEventListener("timeupdate", () => audio.currentTime * 1000 >= end && audio.pause());
  return (from, to) => {
    end = to;
    audio.currentTime = Math.max(0, from) / 1000;
    audio.play().catch(({ name }) => name === "AbortError" || (audio.hidden = false)); // the browser's own controls say why
  };
}

/** The word behind the caret is offered as the beginning of the second half. */
function splitAtCaret(text, choice) {
  if (!choice) return;
  const before = text.value;
  text.addEventListener("selectionchange", offer);
  text.addEventListener("keyup", offer);
  text.addEventListener("click", offer);

  function offer() {
    if (text.value !== before) return; // the words have changed: save them first
    const word = text.value.slice(0, text.selectionStart).trim().split(/\s+/).filter(Boolean).length;
    if (choice.querySelector(`[value="${word}"]`)) choice.value = String(word);
  }
}
