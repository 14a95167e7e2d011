// The page follows the voice, until the reader scrolls away by hand.
import { spotlight } from "./spotlight.js";

const SCROLL_KEYS = new Set(["PageUp", "PageDown", "Home", "End", "ArrowUp", "ArrowDown"]);

/** Gives a function that comes back to the voice. */
export function follow(text, sound) {
  if (!text.root) return () => {};
  const bar = document.querySelector("[data-rejoin]");
  const light = spotlight(text);
  let following = true;

  function move() {
    if (light.at(sound.now) && following && !sound.paused) bringIntoView(light.box());
  }

  function leave() {
    if (!following || sound.paused) return;
    following = false;
    bar.hidden = false;
  }

  function rejoin() {
    following = true;
    bar.hidden = true;
    light.at(sound.now);
    bringIntoView(light.box());
  }

  sound.addEventListener("play", () => text.load().then(move));
  sound.addEventListener("move", move);
  sound.addEventListener("pause", () => (bar.hidden = true));
  bar.querySelector("button").addEventListener("click", rejoin);
  whenScrolledByHand(leave);
  return rejoin;
}

function bringIntoView(box) {
  if (!box) return;
  const foot = innerHeight - document.querySelector("[data-player]").offsetHeight;
  if (box.top > 64 && box.bottom < foot * 0.8) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  scrollBy({ top: box.top - foot * 0.35, behavior: calm ? "instant" : "smooth" });
}

/** Wheel, finger, keys, scrollbar. Not the scroll event: our own scrolling and late layout raise that too. */
function whenScrolledByHand(act) {
  addEventListener("wheel", act, { passive: true });
  addEventListener("touchmove", act, { passive: true });
  addEventListener("keydown", (event) => SCROLL_KEYS.has(event.key) && !event.defaultPrevented && act());
  addEventListener("pointerdown", (event) => event.clientX >= document.documentElement.clientWidth && act());
}
