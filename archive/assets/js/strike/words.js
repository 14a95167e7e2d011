// Words are chosen by touch or mouse (the first, then the last; or drawn over) and by keyboard, without an element for
// each: the words are one text, and what is chosen is a highlight on it.

const HOW = {
  first: "Touch the first word of what should go, then the last one.",
  last: "Now touch the last word.",
  done: "This is what goes. You can make it longer or shorter below, or touch a word to begin anew.",
};
const KEYS =
  "The words. Arrow keys go from word to word and from line to line; Enter takes the first word, and once more the last one.";

export function words(text, span, form, how) {
  const { root, passages } = text;
  if (!root || !passages.length) return;
  const quote = form.querySelector("[data-quote]");
  const line = form.querySelector("[data-say]");
  let first = null; // the word touched first, while the last one is awaited
  let cursor = null; // where the keyboard is
  let drew = false; // the click that ends a drawing over is none

  const told = (part) => (how.textContent = HOW[part]);

  /** From a word to a word, whichever was touched first. */
  function choose(one, other) {
    const [begin, end] = order(passages, one, other);
    first = null;
    span.set(begin.passage.begins(begin.word), end.passage.ends(end.word));
  }

  function touch(spot) {
    if (first) return choose(first, spot);
    first = spot;
    span.clear();
    first = spot;
    told("last");
    light("chosen", [rangeOf(spot)]);
  }

  root.addEventListener("click", async ({ target, clientX, clientY }) => {
    if (drew) return;
    const passage = text.around(target);
    await text.load();
    const spot = passage && wordUnder(passage, clientX, clientY);
    if (spot) touch(spot);
  });
  root.addEventListener("pointerup", async () => {
    const drawn = getSelection();
    drew = !drawn.isCollapsed && root.contains(drawn.anchorNode);
    if (!drew) return;
    const range = drawn.getRangeAt(0);
    await text.load();
    const [one, other] = [edge(text, range, "start"), edge(text, range, "end")];
    if (!one || !other) return;
    drawn.removeAllRanges();
    choose(one, other);
  });
  root.addEventListener("pointerenter", text.load, { once: true });
  root.addEventListener("touchstart", text.load, { once: true, passive: true });

  root.tabIndex = 0;
  root.setAttribute("role", "application");
  root.setAttribute("aria-label", KEYS);
  root.addEventListener("focus", () => text.load());
  root.addEventListener("blur", () => light("cursor", []));
  root.addEventListener("keydown", async (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== root) return;
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const takes = event.key === "Enter" || event.key === " ";
    if (!step && !takes && event.key !== "Escape") return;
    event.preventDefault();
    await text.load();
    if (event.key === "Escape") return void ((first = null), span.clear());
    if (step) cursor = cursor ? moved(passages, cursor, step) : { passage: passages[0], word: firstWord(passages[0]) };
    else if (cursor) touch(cursor);
    if (!cursor) return;
    const range = rangeOf(cursor);
    light("cursor", [range]);
    line.textContent = takes ? how.textContent : range.toString();
    bringIntoView(range);
  });

  span.addEventListener("change", () => {
    first = null;
    told(span.chosen ? "done" : "first");
    text.load().then(() => {
      const ranges = span.chosen ? passages.map((each) => rangeWithin(each, span)).filter(Boolean) : [];
      if (span.chosen || !first) light("chosen", ranges);
      quote.textContent = span.chosen ? shortened(ranges.map(String).join(" ")) : "";
    });
  });
}

/** The words of a passage that lie in the span; the whole of it where its words have no times. */
function rangeWithin(passage, span) {
  if (passage.from >= span.to || passage.to <= span.from) return null;
  return passage.timed ? passage.rangeOf(span.from, span.to) : whole(passage);
}

function whole(passage) {
  const range = new Range();
  range.selectNodeContents(passage.node);
  return range;
}

const firstWord = (passage) => (passage.timed ? 0 : -1);
const rangeOf = ({ passage, word }) => (word < 0 ? whole(passage) : passage.range(word));

function order(passages, one, other) {
  const place = ({ passage, word }) => passages.indexOf(passage) * 100_000 + word;
  return place(one) <= place(other) ? [one, other] : [other, one];
}

/** A word further, or a passage further. */
function moved(passages, { passage, word }, [words, lines]) {
  const at = passages.indexOf(passage);
  const to = lines ? passages[at + lines] : null;
  if (to) return { passage: to, word: firstWord(to) };
  if (lines) return { passage, word };
  if (word >= 0 && word + words >= 0 && word + words < passage.count) return { passage, word: word + words };
  const next = passages[at + words];
  if (!next) return { passage, word };
  return { passage: next, word: words > 0 ? firstWord(next) : next.timed ? next.count - 1 : -1 };
}

function wordUnder(passage, x, y) {
  const spot = document.caretPositionFromPoint?.(x, y);
  const range = spot ? null : document.caretRangeFromPoint?.(x, y);
  const [node, offset] = spot ? [spot.offsetNode, spot.offset] : [range?.startContainer, range?.startOffset];
  return node === passage.node ? { passage, word: passage.wordIn(offset) } : null;
}

/** The word at one end of what was drawn over with the mouse. */
function edge(text, range, end) {
  const passage = text.around(range[`${end}Container`]);
  if (!passage) return null;
  const inside = range[`${end}Container`] === passage.node;
  const offset = range[`${end}Offset`] + (end === "start" ? 1 : 0);
  const outside = end === "start" ? firstWord(passage) : passage.timed ? passage.count - 1 : -1;
  return { passage, word: inside ? passage.wordIn(offset) : outside };
}

/** Without the highlights of CSS the browser's own selection shows it. */
function light(name, ranges) {
  if (CSS.highlights) return void CSS.highlights.set(name, new Highlight(...ranges));
  if (!ranges.length) return;
  getSelection().setBaseAndExtent(
    ranges[0].startContainer, ranges[0].startOffset, ranges.at(-1).endContainer, ranges.at(-1).endOffset,
  );
}

function shortened(words) {
  const all = words.trim().split(/\s+/);
  return all.length > 24 ? `${all.slice(0, 10).join(" ")} … ${all.slice(-10).join(" ")}` : all.join(" ");
}

function bringIntoView(range) {
  const box = range.getBoundingClientRect();
  const foot = innerHeight - (document.querySelector(".span.holds")?.offsetHeight ?? 0);
  if (box.top < 64 || box.bottom > foot - 32) scrollBy({ top: box.top - foot * 0.4, behavior: "instant" });
}
