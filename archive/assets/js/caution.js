// Before a stretch that a listener should be warned of, the voice stops once, and says so.

const EARLY_MS = 250; // a frame may come late, and not a word of the stretch should be heard before it was told

/** On a story's page: `sound` is its tape, and the page knows all its stretches. */
export function caution(page, sound) {
  const stretches = JSON.parse(page.dataset.cautions ?? "[]").map(keyed);
  if (stretches.length) stopBefore(sound, () => stretches, () => document.querySelector("[data-toggle]"));
}

/** In a list: each passage knows the stretches of its own recording. */
export function cautionInLists(ear) {
  const stretches = () => {
    const { cautions, media } = ear.link?.dataset ?? {};
    return cautions ? JSON.parse(cautions).map((each) => keyed(each, media)) : [];
  };
  stopBefore(ear, stretches, () => ear.link);
}

const keyed = (each, media = "") => ({ ...each, key: `${media} ${each.from} ${each.to}` });

function stopBefore(sound, stretches, whereFocusWas) {
  const bar = document.querySelector("[data-caution]") ?? made();
  const [words, skip, goOn] = ["words", "skip", "go-on"].map((name) => bar.querySelector(`[data-caution-${name}]`));
  const told = new Set();
  let waits = null; // the stretch before which the voice has stopped
  let until = null; // where it was to stop anyway

  const within = ({ from, to }) => sound.now >= from - EARLY_MS && sound.now < to;

  function look() {
    if (waits && !within(waits)) put(null); // somebody went elsewhere meanwhile
    if (waits || sound.paused) return;
    const next = stretches().find((each) => !told.has(each.key) && within(each));
    if (next) stop(next);
  }

  function stop(stretch) {
    until = sound.until;
    sound.pause();
    told.add(stretch.key);
    put(stretch);
    skip.focus({ preventScroll: true });
  }

  function put(stretch) {
    waits = stretch;
    words.textContent = stretch ? `Before you go on: ${stretch.text}.` : "";
    if (!stretch && bar.contains(document.activeElement)) whereFocusWas()?.focus({ preventScroll: true });
    bar.hidden = !stretch;
  }

  skip.addEventListener("click", () => {
    const { to } = waits;
    const ends = until;
    sound.seek(to);
    put(null);
    if (ends === null || ends > to) sound.play(ends)?.catch(() => {}); // the player has said so already
    else sound.finish?.();
  });
  goOn.addEventListener("click", () => sound.play(until)?.catch(() => {}));
  sound.addEventListener("play", () => put(null)); // whoever presses Play has read it
  sound.addEventListener("change", () => put(null));
  sound.addEventListener("move", look);
}

function made() {
  const bar = document.createElement("div");
  bar.className = "bar warns";
  bar.hidden = true;
  bar.dataset.caution = "";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-labelledby", "caution-words");
  bar.innerHTML = `<p id="caution-words" data-caution-words></p>
    <button data-caution-skip>Skip it</button> <button data-caution-go-on>Go on</button>`;
  document.querySelector("main").append(bar);
  return bar;
}
