// The bar at the foot of the window while voices follow one another, and the same on the lock screen.

const BUTTONS = [
  ["previous", "Before"],
  ["turn", "Pause"],
  ["next", "Next"],
  ["stop", "Stop"],
];

/** acts: previous, turn (play or pause), next, stop. */
export function streamBar(acts) {
  const bar = document.createElement("section");
  bar.className = "player stream";
  bar.dataset.stream = "";
  bar.hidden = true;
  bar.setAttribute("aria-label", "One voice after another");
  const buttons = BUTTONS.map(([name, label]) => `<button data-stream-${name}>${label}</button>`).join("");
  bar.innerHTML = `<div class="row"><p class="who"><span data-stream-who></span> <span class="at clock" data-stream-at></span></p>
    ${buttons}<p class="aside keys-help">n next · p before · k pause</p></div>`;
  document.body.append(bar);
  const part = (name) => bar.querySelector(`[data-stream-${name}]`);
  for (const [name] of BUTTONS) part(name).addEventListener("click", acts[name]);
  part("turn").classList.add("toggle");
  const measure = () => document.documentElement.style.setProperty("--player-height", `${bar.offsetHeight}px`);
  new ResizeObserver(measure).observe(bar);

  return {
    /** Says who speaks, and which of how many this is; total is null where nobody knows yet. */
    tell({ dataset: { title, by } }, number, total) {
      part("who").textContent = by ? `${by}, “${title}”` : `“${title}”`;
      part("at").textContent = total ? `${number} of ${total}` : `number ${number}`;
      if ("mediaSession" in navigator) navigator.mediaSession.metadata = new MediaMetadata({ title, artist: by ?? "" });
    },
    playing(now) {
      part("turn").textContent = now ? "Pause" : "Play";
      bar.classList.toggle("playing", now);
      if ("mediaSession" in navigator) navigator.mediaSession.playbackState = now ? "playing" : "paused";
    },
    show(now) {
      bar.hidden = !now;
      document.body.classList.toggle("has-player", now);
      lockScreen(now ? acts : null);
    },
    focus: () => part("turn").focus({ preventScroll: true }),
  };
}

function lockScreen(acts) {
  if (!("mediaSession" in navigator)) return;
  const held = acts && { play: acts.turn, pause: acts.turn, nexttrack: acts.next, previoustrack: acts.previous, stop: acts.stop };
  for (const name of ["play", "pause", "nexttrack", "previoustrack", "stop"]) {
    navigator.mediaSession.setActionHandler(name, held?.[name] ?? null);
  }
  if (!acts) navigator.mediaSession.metadata = null;
}
