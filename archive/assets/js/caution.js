// Before a stretch that a listener should be warned of, the voice stops once, and says so.

const EARLY_MS = 250; // a frame may come late, and not a word of the stretch should be heard before it was told

export function caution(page, sound) {
  const stretches = JSON.parse(page.dataset.cautions ?? "[]");
  if (!stretches.length) return;
  const bar = document.querySelector("[data-caution]");
  const [words, skip, goOn] = ["words", "skip", "go-on"].map((name) => bar.querySelector(`[data-caution-${name}]`));
  const told = new Set();
  let waits = null; // the stretch before which the voice has stopped
  let until = null; // where it was to stop anyway

  const within = ({ from, to }) => sound.now >= from - EARLY_MS && sound.now < to;

  function look() {
    if (waits && !within(waits)) put(null); // somebody went elsewhere meanwhile
    if (waits || sound.paused) return;
    const next = stretches.find((each) => !told.has(each) && within(each));
    if (next) stop(next);
  }

  function stop(stretch) {
    until = sound.until;
    sound.pause();
    told.add(stretch);
    put(stretch);
    skip.focus({ preventScroll: true });
  }

  function put(stretch) {
    waits = stretch;
    words.textContent = stretch ? `Before you go on: ${stretch.text}.` : "";
    if (!stretch && bar.contains(document.activeElement)) document.querySelector("[data-toggle]").focus();
    bar.hidden = !stretch;
  }

  skip.addEventListener("click", () => {
    const { to } = waits;
    const ends = until;
    sound.seek(to);
    put(null);
    if (ends === null || ends > to) sound.play(ends).catch(() => {}); // the player has said so already
  });
  goOn.addEventListener("click", () => sound.play(until).catch(() => {}));
  sound.addEventListener("play", () => put(null)); // whoever presses Play has read it
  sound.addEventListener("move", look);
}
