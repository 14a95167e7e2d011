// A ▶ on a list of passages plays right there: one at a time, from its moment to the end of its passage.

let audio = null;
let current = null;
let queue = [];

export function inPlace(root) {
  for (const link of root.querySelectorAll("a[data-play]")) {
    link.setAttribute("role", "button");
    link.setAttribute("aria-pressed", "false");
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      queue = [];
      toggle(link);
    });
    link.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      link.click();
    });
  }
  const all = root.querySelector("[data-play-all]");
  const links = [...root.querySelectorAll(".found a[data-play]")];
  if (!all || links.length < 2) return;
  all.hidden = false;
  all.addEventListener("click", () => {
    queue = links.slice(1);
    start(links[0]);
  });
}

function toggle(link) {
  if (current !== link) start(link);
  else if (audio.paused) play(link);
  else audio.pause();
}

function start(link) {
  stop();
  audio ??= player();
  current = link;
  const types = JSON.parse(link.dataset.types);
  const best = Math.max(0, types.findIndex((type) => audio.canPlayType(type)));
  const source = new URL(JSON.parse(link.dataset.media)[best], location.href).href;
  if (audio.src !== source) audio.src = source;
  audio.currentTime = Number(link.dataset.play) / 1000;
  link.classList.remove("failed");
  play(link);
}

function play(link) {
  audio.play().catch(({ name }) => name === "AbortError" || fail(link)); // aborted: paused before it began
}

function stop() {
  audio?.pause();
  current?.setAttribute("aria-pressed", "false");
  current = null;
}

function player() {
  const element = new Audio();
  const pressed = () => current?.setAttribute("aria-pressed", String(!element.paused));
  element.addEventListener("play", pressed);
  element.addEventListener("pause", pressed);
  element.addEventListener("ended", next);
  element.addEventListener("timeupdate", () => {
    const until = Number(current?.dataset.until || Infinity);
    if (!element.paused && element.currentTime * 1000 >= until) next();
  });
  return element;
}

function next() {
  const following = queue.shift();
  if (!following) return stop();
  start(following);
  following.scrollIntoView({ block: "center", behavior: "instant" });
}

function fail(link) {
  if (current !== link) return; // another one was chosen meanwhile
  stop();
  link.classList.add("failed");
  link.setAttribute("title", "The sound cannot be played right now.");
}
