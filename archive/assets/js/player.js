// The bar that stays at the foot of the window, and the one large button at the head of the story.
import { clock } from "./clock.js";
import { mediaSession } from "./media_session.js";
import { keep } from "./memory.js";
import { say } from "./say.js";
import { speeds } from "./speeds.js";

export function player(page, sound) {
  const bar = document.querySelector("[data-player]");
  const button = page.querySelector("[data-listen] button");
  const toggle = bar.querySelector("[data-toggle]");
  let until = null;

  function play() {
    sound.play(until).catch(({ name }) => name === "AbortError" || failed()); // aborted: paused before it began
    until = null;
  }

  const turn = () => (sound.paused ? play() : sound.pause());

  function label() {
    const from = sound.now > 0 ? ` from ${clock(sound.now)}` : "";
    toggle.textContent = sound.paused ? "Play" : "Pause";
    button.textContent = sound.paused ? `Listen${from}` : "Pause";
    bar.classList.toggle("playing", !sound.paused);
  }

  toggle.addEventListener("click", turn);
  button.addEventListener("click", turn);
  for (const name of ["play", "pause"]) sound.addEventListener(name, label);
  sound.addEventListener("fault", failed);
  mediaSession(page, sound, play);
  seekbar(bar, sound);
  remember(page, sound);
  show(page, bar);

  return {
    turn,
    label,
    step: speeds(bar.querySelector("[data-speed]"), sound),
    /** The browser wants a tap before it plays a stretch: says so, and keeps where it has to end. */
    waitFor(wanted) {
      until = wanted.to;
      button.textContent = `Listen from ${clock(wanted.from)}` + (wanted.to ? ` to ${clock(wanted.to)}` : "");
      button.focus({ preventScroll: true });
    },
  };
}

function failed() {
  say("The sound cannot be played right now. The words are all here, and the recording is safe.", { stays: true });
}

/** The clock, the waveform that fills, and what moves along it. */
function seekbar(bar, sound) {
  const [seek, now] = [bar.querySelector("[data-seek]"), bar.querySelector("[data-now]")];

  function tell() {
    const at = sound.now;
    bar.style.setProperty("--share", `${(at / sound.length) * 100}%`);
    if (now.textContent === clock(at)) return; // four times a second would be three too many for a screen reader
    now.textContent = clock(at);
    seek.value = at / 1000;
    seek.setAttribute("aria-valuetext", `${clock(at)} of ${clock(sound.length)}`);
  }

  seek.addEventListener("input", () => sound.seek(seek.valueAsNumber * 1000));
  bar.querySelector("[data-back]").addEventListener("click", () => sound.seek(sound.now - 10_000));
  bar.querySelector("[data-on]").addEventListener("click", () => sound.seek(sound.now + 10_000));
  sound.addEventListener("move", tell);
  tell();
}

/** Where this reader stopped; forgotten at the beginning and at the end. */
function remember(page, sound) {
  function place() {
    const at = sound.now;
    const amid = at > 3_000 && at < sound.length - 3_000;
    keep(`place:${page.dataset.story}`, amid ? String(Math.round(at)) : null);
  }
  sound.addEventListener("pause", place);
  addEventListener("pagehide", place);
}

/** Takes the place of the browser's own controls, and tells the page how high the bar is: nothing hides behind it. */
function show(page, bar) {
  page.querySelector("[data-native]").hidden = true;
  bar.hidden = page.querySelector("[data-listen]").hidden = false;
  const measure = () => document.documentElement.style.setProperty("--player-height", `${bar.offsetHeight}px`);
  new ResizeObserver(measure).observe(bar);
}
