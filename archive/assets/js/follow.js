// The transcript follows the voice, until the reader scrolls away by hand.

const SCROLL_KEYS = new Set(["PageUp", "PageDown", "Home", "End", "ArrowUp", "ArrowDown"]);

export function follow(text, sound) {
  const rejoinBar = document.querySelector("[data-rejoin]");
  const lit = CSS.highlights ? new Highlight() : null;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let following = true;
  let passage = null;
  let word = -1;
  if (!text.root) return { rejoin() {} };
  if (lit) CSS.highlights.set("voice", lit);
  text.root.classList.toggle("by-passage", !lit);

  function mark(next) {
    passage?.element.removeAttribute("aria-current");
    next?.element.setAttribute("aria-current", "true");
    passage = next;
    word = -1;
  }

  function light() {
    lit?.clear();
    if (lit && word >= 0) lit.add(passage.range(word));
  }

  function move() {
    const ms = sound.now();
    const next = text.at(ms);
    const changed = next !== passage;
    if (changed) mark(next);
    const said = passage?.wordAt(ms) ?? -1;
    if (said !== word || changed) {
      word = said;
      light();
      if (following && !sound.paused()) bringIntoView();
    }
  }

  function bringIntoView() {
    if (!passage) return;
    const spot = (word >= 0 ? passage.range(word) : passage.element).getBoundingClientRect();
    const foot = innerHeight - (document.querySelector("[data-player]")?.offsetHeight ?? 0);
    if (spot.top > 64 && spot.bottom < foot * 0.8) return;
    scrollBy({ top: spot.top - foot * 0.35, behavior: calm.matches ? "instant" : "smooth" });
  }

  function leave() {
    if (!following || sound.paused()) return;
    following = false;
    rejoinBar.hidden = false;
  }

  function rejoin() {
    following = true;
    rejoinBar.hidden = true;
    move();
    bringIntoView();
  }

  addEventListener("wheel", leave, { passive: true });
  addEventListener("touchmove", leave, { passive: true });
  addEventListener("keydown", (event) => SCROLL_KEYS.has(event.key) && !event.defaultPrevented && leave());
  addEventListener("pointerdown", (event) => event.clientX >= document.documentElement.clientWidth && leave());
  rejoinBar.querySelector("button").addEventListener("click", rejoin);

  text.root.addEventListener("click", (event) => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (!getSelection().isCollapsed) return;
    const link = event.target.closest("a");
    if (link && link !== link.parentElement.firstElementChild) return;
    const there = text.around(event.target);
    if (!there) return;
    event.preventDefault();
    sound.seek(link ? there.from : there.begins(wordUnder(event, there)));
    rejoin();
    sound.play().catch(() => {});
  });

  sound.on("play", () => text.load().then(move));
  sound.on("move", move);
  sound.on("pause", () => (rejoinBar.hidden = true));
  text.root.addEventListener("pointerenter", () => text.load(), { once: true });
  text.root.addEventListener("touchstart", () => text.load(), { once: true, passive: true });
  return { rejoin };
}

/** The number of the word under the pointer; -1 where it is not on a word. */
function wordUnder({ clientX, clientY }, passage) {
  const spot = document.caretPositionFromPoint?.(clientX, clientY);
  const range = spot ? null : document.caretRangeFromPoint?.(clientX, clientY);
  const [node, offset] = spot ? [spot.offsetNode, spot.offset] : [range?.startContainer, range?.startOffset];
  return node === passage.node ? passage.wordIn(offset) : -1;
}
