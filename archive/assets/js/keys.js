// Keys of the story page. Only outside fields, and they can be turned off (WCAG 2.1.4).
import { keep, recall } from "./memory.js";

const OWN_KEYS = "input, textarea, select, button, summary, a, [contenteditable], dialog";

export function keys(parts) {
  const help = document.querySelector("[data-keys]");
  const allowed = help.querySelector("[data-keys-on]");
  const acts = { ...actsOf(parts), "?": () => help.showModal() };
  allowed.checked = recall("keys") !== "off";
  allowed.addEventListener("change", () => keep("keys", allowed.checked ? null : "off"));
  document.querySelector("[data-help]").addEventListener("click", acts["?"]);

  function press(event) {
    const act = acts[event.key];
    const other = event.ctrlKey || event.metaKey || event.altKey || help.open;
    if (!act || other || !allowed.checked || event.target.closest?.(OWN_KEYS)) return;
    if (act() !== false) event.preventDefault();
  }

  // In the capture phase, so that a key that moves the voice does not also count as scrolling by hand.
  addEventListener("keydown", press, true);
}

function actsOf({ sound, controls, text, copyLink }) {
  const by = (ms) => () => sound.seek(sound.now + ms);

  function passage(step) {
    if (sound.paused) return false; // at rest the arrows scroll, as everywhere
    const next = text.passages[text.passages.indexOf(text.at(sound.now)) + step];
    if (next) sound.seek(next.from);
    return true;
  }

  return {
    " ": controls.turn,
    k: controls.turn,
    j: by(-10_000),
    l: by(10_000),
    ArrowLeft: by(-5_000),
    ArrowRight: by(5_000),
    ArrowUp: () => passage(-1),
    ArrowDown: () => passage(1),
    "<": () => controls.step(-1),
    ">": () => controls.step(1),
    s: () => void copyLink(),
    "/": () => location.assign("/search"),
  };
}
