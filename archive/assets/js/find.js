// Words within a story, from one place to the next: over all its pages, and without leaving the sound on this one.

const PAUSE_MS = 250;

export function find(form) {
  const field = form.querySelector("input");
  const part = (name) => form.querySelector(`[data-find-${name}]`);
  const here = Number(form.dataset.page);
  let looked = null; // the words whose places are known
  let places = [];
  let at = -1;
  let pause;

  if (CSS.highlights) unmark();
  part("go").hidden = true;
  const { find: asked, n } = Object.fromEntries(new URLSearchParams(location.search));
  if (asked) look({ n: Number(n) || 0, quietly: !n });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    step(1);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.shiftKey) return;
    event.preventDefault();
    step(-1);
  });
  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(look, PAUSE_MS);
  });
  part("next").addEventListener("click", () => step(1));
  part("previous").addEventListener("click", () => step(-1));

  /** Asks where the words stand, and goes to the place n, or to the first one on this page. */
  async function look({ n = 0, quietly = false } = {}) {
    clearTimeout(pause);
    const words = field.value.trim();
    looked = words;
    const found = words ? await where(form.dataset.find, words) : { places: [], told: "" };
    if (looked !== words) return; // more was typed meanwhile
    places = found?.places ?? [];
    for (const name of ["next", "previous"]) part(name).hidden = places.length < 2;
    light();
    const first = n ? n - 1 : places.findIndex(([, page]) => page === here);
    if (places.length) go(Math.min(Math.max(first, 0), places.length - 1), { quietly });
    else tell(found ? found.told : "That cannot be looked up just now. The words are all here.");
  }

  async function step(by) {
    if (looked !== field.value.trim()) return look();
    if (places.length) go((at + by + places.length) % places.length);
  }

  /** quietly: says which one it is, and leaves the page where it stands. */
  function go(number, { quietly = false } = {}) {
    const [passage, page] = places[number];
    if (page !== here) {
      if (quietly) return tell(`${places.length} in other parts of this story`);
      const to = new URLSearchParams({ find: looked, page, n: number + 1 });
      return location.assign(`${location.pathname}?${to}#p${passage}`);
    }
    at = number;
    tell(`${number + 1} of ${places.length}`);
    const range = rangeOf(places[number]);
    CSS.highlights?.set("found-now", new Highlight(...(range ? [range] : [])));
    if (!quietly) bring(document.getElementById(`p${passage}`), range);
  }

  function light() {
    if (!CSS.highlights) return;
    const ranges = places.filter(([, page]) => page === here).map(rangeOf).filter(Boolean);
    CSS.highlights.set("found", new Highlight(...ranges));
    CSS.highlights.delete("found-now");
  }

  const tell = (words) => (part("told").textContent = words);
}

async function where(address, words) {
  try {
    const answer = await fetch(`${address}?${new URLSearchParams({ find: words })}`);
    return answer.ok ? answer.json() : null;
  } catch {
    return null;
  }
}

/** Marks that the page came with become plain text again: a passage's words are one text node for all other scripts. */
function unmark() {
  for (const mark of document.querySelectorAll("#telling mark")) {
    const passage = mark.parentElement;
    mark.replaceWith(...mark.childNodes);
    passage.normalize();
  }
  document.querySelectorAll("#telling .nth").forEach((each) => each.remove());
}

function rangeOf([passage, , from, to]) {
  const element = document.getElementById(`p${passage}`);
  const node = [...(element?.childNodes ?? [])].find((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
  if (!node) return null;
  const before = node.data.length - node.data.trimStart().length;
  const [start, end] = [from, to].map((place) => before + units(node.data.slice(before), place));
  if (end > node.data.length) return null;
  const range = new Range();
  range.setStart(node, start);
  range.setEnd(node, end);
  return range;
}

/** The server counts characters; a browser counts halves of those outside the first plane one by one. */
function units(text, characters) {
  return /[\ud800-\udbff]/.test(text) ? [...text].slice(0, characters).join("").length : characters;
}

function bring(element, range) {
  const box = (range ?? element).getBoundingClientRect();
  const foot = innerHeight - (document.querySelector("[data-player]:not([hidden])")?.offsetHeight ?? 0);
  if (box.height && box.top > 64 && box.bottom < foot - 48) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ block: "center", behavior: calm ? "instant" : "smooth" });
}
