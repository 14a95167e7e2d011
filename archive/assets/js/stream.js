// All that was found, one voice after another: by button, by key, from the lock screen, over all pages of the list.
import { recall } from "./memory.js";
import { say } from "./say.js";
import { streamBar } from "./stream_bar.js";

const OWN_KEYS = "input, textarea, select, button, summary, [contenteditable], dialog";
const MOST_FAULTS = 3; // so many in a row, and it is not the single recording that is at fault

/** all: the button that begins it. listening gives the page's one ear; ready makes links that came later into buttons. */
export function stream(all, listening, ready) {
  const list = document.querySelector("[data-found]");
  const places = () => [...list.querySelectorAll("a[data-play], .silent")];
  if (!list || places().filter((each) => each.dataset.play).length < 2) return null;
  let bar = null;
  let at = null; // the link that speaks, or spoke last
  let faults = 0;

  const self = {
    get playing() {
      return at !== null;
    },
    /** Goes on from this passage, where the stream is running; undefined where it is not. */
    goTo: (link) => (at ? (speak(link), true) : undefined),
  };

  function begin() {
    const first = places().findIndex((each) => each.dataset.play);
    bar ??= streamBar({ turn, next: () => go(1), previous: () => go(-1), stop });
    wire(listening());
    bar.show(true);
    speak(places()[first]);
    passedOver(first);
    bar.focus();
  }

  function speak(link) {
    mark(link);
    at = link;
    bar.tell(link, number(link), total());
    listening().start(link);
  }

  /** To the next one that has sound, or the one before; where the list ends, on to its next page. */
  async function go(step) {
    const from = at;
    let [here, mute] = [places().indexOf(at) + step, 0];
    for (;;) {
      let place = places()[here];
      if (!place && step > 0 && (await more())) place = places()[here];
      if (at !== from) return; // somebody chose another one, or stopped, while the page came
      if (!place) return step > 0 && over();
      if (place.dataset.play) {
        speak(place);
        return passedOver(mute);
      }
      mute += 1;
      here += step;
    }
  }

  function passedOver(mute) {
    if (mute === 1) say("One was passed over: it has no sound, and is here to read.");
    else if (mute) say(`${mute} were passed over: they have no sound, and are here to read.`);
  }

  function over() {
    stop();
    say("That was the last one.");
    all.focus({ preventScroll: true });
  }

  function stop() {
    const last = at;
    at = null;
    mark(null);
    listening().stop();
    bar.show(false);
    (last ?? all).focus({ preventScroll: true });
  }

  const turn = () => (listening().paused ? listening().play() : listening().pause());

  /** Fetches the next page of the list and puts it under this one; false where there is none. */
  async function more() {
    const link = document.querySelector('.pages a[rel="next"]');
    if (!link) return false;
    try {
      const answer = await fetch(link.href, { headers: { accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const further = page.querySelector("[data-found]");
      if (!answer.ok || !further) return false;
      const came = [...further.children];
      list.append(...came);
      came.forEach(ready);
      document.querySelector(".pages").replaceWith(page.querySelector(".pages") ?? "");
      return true;
    } catch {
      say("The next page does not come just now. What you heard so far stands here.", { stays: true });
      return false;
    }
  }

  /** How many there are in all: said by the page, or counted once the whole list is here. */
  function total() {
    const told = Number(all.dataset.playAll);
    return told || (Number(list.dataset.found) || document.querySelector('.pages a[rel="next"]') ? null : places().length);
  }

  const number = (link) => Number(list.dataset.found) + places().indexOf(link) + 1;

  let wired = false;
  function wire(ear) {
    if (wired) return;
    wired = true;
    ear.addEventListener("play", () => ((faults = 0), bar.playing(true)));
    ear.addEventListener("pause", () => bar.playing(false));
    ear.addEventListener("end", () => at && go(1));
    ear.addEventListener("fault", () => at && failed());
    addEventListener("keydown", press);
  }

  function failed() {
    faults += 1;
    if (faults < MOST_FAULTS) {
      say("The sound of this one cannot be played right now. The next one follows.");
      go(1);
    } else {
      stop();
      say("The sound cannot be played right now. The words are all here, and the recordings are safe.", { stays: true });
    }
  }

  function press(event) {
    const act = { n: () => go(1), p: () => go(-1), k: turn }[event.key];
    if (!act || !at || event.ctrlKey || event.metaKey || event.altKey || recall("keys") === "off") return;
    if (event.target.closest?.(OWN_KEYS) && !event.target.closest("[data-stream]")) return;
    event.preventDefault();
    act();
  }

  function mark(link) {
    list.querySelector("li[aria-current]")?.removeAttribute("aria-current");
    if (!link) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const item = link.closest("li");
    item.setAttribute("aria-current", "true");
    if (!calm || !inSight(item)) item.scrollIntoView({ block: "center", behavior: calm ? "instant" : "smooth" });
  }

  all.hidden = false;
  all.addEventListener("click", begin);
  return self;
}

function inSight(item) {
  const box = item.getBoundingClientRect();
  return box.top > 0 && box.bottom < innerHeight - (document.querySelector("[data-stream]")?.offsetHeight ?? 0);
}
