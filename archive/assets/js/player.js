// The bar that stays at the foot of the window.
import { clock } from "./clock.js";
import { keep, recall } from "./memory.js";
import { mediaSession } from "./media_session.js";

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5];

export function player(page, sound) {
  const bar = document.querySelector("[data-player]");
  const find = (name) => bar.querySelector(`[data-${name}]`);
  const [toggle, seek, now, speed] = ["toggle", "seek", "now", "speed"].map(find);
  const listen = page.querySelector("[data-listen]");
  const say = document.querySelector("[data-say]");
  let waiting = null;

  function play() {
    const until = waiting?.to ?? null;
    waiting = null;
    sound.play(until).catch(() => failed());
  }

  const turn = () => (sound.paused() ? play() : sound.pause());

  function failed() {
    say.classList.remove("unseen");
    say.textContent = "The sound cannot be played right now. The words are all here, and the recording is safe.";
  }

  function show() {
    const at = sound.now();
    const words = `${clock(at)} of ${clock(sound.length)}`;
    if (now.textContent !== clock(at)) {
      now.textContent = clock(at);
      seek.value = at / 1000;
      seek.setAttribute("aria-valuetext", words);
    }
    bar.style.setProperty("--share", `${(at / sound.length) * 100}%`);
  }

  function label() {
    toggle.textContent = sound.paused() ? "Play" : "Pause";
    bar.classList.toggle("playing", !sound.paused());
    listen.hidden = !sound.paused();
  }

  function setSpeed(value) {
    sound.rate(value);
    speed.value = String(value);
    keep("speed", String(value));
  }

  /** Steps through the speeds: +1 faster, -1 slower. */
  function step(by) {
    const index = SPEEDS.indexOf(Number(speed.value)) + by;
    if (SPEEDS[index]) setSpeed(SPEEDS[index]);
  }

  function place() {
    const at = sound.now();
    const over = at > sound.length - 3000 || at < 3000;
    keep(`place:${page.dataset.story}`, over ? null : String(Math.round(at)));
  }

  toggle.addEventListener("click", turn);
  listen.querySelector("button").addEventListener("click", turn);
  find("back").addEventListener("click", () => sound.seek(sound.now() - 10_000));
  find("on").addEventListener("click", () => sound.seek(sound.now() + 10_000));
  seek.addEventListener("input", () => sound.seek(seek.valueAsNumber * 1000));
  speed.addEventListener("change", () => setSpeed(Number(speed.value)));
  for (const name of ["play", "pause"]) sound.on(name, label);
  sound.on("move", show);
  sound.on("fault", failed);
  sound.on("pause", place);
  addEventListener("pagehide", place);
  mediaSession(page, sound, play);

  page.querySelector("[data-native]").hidden = true;
  bar.hidden = listen.hidden = false;
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--player-height", `${bar.offsetHeight}px`);
  }).observe(bar);
  setSpeed(SPEEDS.find((value) => String(value) === recall("speed")) ?? 1);

  const where = listen.querySelector("[data-from-where]");
  return {
    turn,
    step,
    ready() {
      where.textContent = sound.now() > 0 ? ` from ${clock(sound.now())}` : "";
      show();
    },
    waitFor(wanted) {
      waiting = wanted;
      where.textContent = ` from ${clock(wanted.from)}` + (wanted.to ? ` to ${clock(wanted.to)}` : "");
      listen.querySelector("button").focus({ preventScroll: true });
    },
  };
}
