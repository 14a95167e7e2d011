// The words of a story and their times, without an element for each word.

/**
 * Passages are <p id="p…" data-s data-e>, each with its words in one text node, single spaces between them.
 * Word times are fetched once, when first needed. Where they do not fit the words, the passage stands for its words.
 */
export function transcript(page) {
  const root = page.querySelector("#telling");
  const passages = root ? [...root.querySelectorAll("p[data-s]")].map(passage) : [];
  const starts = passages.map((each) => each.from);
  const bySource = new Map(passages.map((each) => [each.element, each]));
  let asked = null;

  /** Fetches the times of the words; safe to call again and again. */
  function load() {
    if (!page.dataset.words) return Promise.resolve();
    asked ??= fetch(page.dataset.words)
      .then((answer) => (answer.ok ? answer.json() : { passages: {} }))
      .then(({ passages: times }) => passages.forEach((each) => each.time(times[each.id])))
      .catch(() => (asked = null));
    return asked;
  }

  /** The passage that is being said at ms, or the one before in a pause; null before the first. */
  const at = (ms) => passages[last(starts, ms)] ?? null;

  /** The passage that holds a node of the page. */
  const around = (node) => bySource.get((node?.nodeType === Node.ELEMENT_NODE ? node : node?.parentElement)?.closest("p[data-s]"));

  /** Underlines what is said between from and to (milliseconds). */
  async function underline({ from, to }) {
    if (!CSS.highlights || to === null) return;
    await load();
    const ranges = passages.filter((each) => each.from < to && each.to > from).map((each) => each.rangeOf(from, to));
    CSS.highlights.set("stretch", new Highlight(...ranges.filter(Boolean)));
  }

  return { root, passages, load, at, around, underline };
}

function passage(element, index, all) {
  const node = [...element.childNodes].find((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
  const next = all[index + 1];
  const self = {
    element,
    node,
    id: element.id.slice(1),
    from: Number(element.dataset.s),
    to: Number(element.dataset.e ?? next?.dataset.s ?? Infinity),
    times: null,
    offsets: null,
  };

  self.time = (steps) => {
    const offsets = node ? bounds(node.data) : [];
    if (!steps || steps.length !== offsets.length) return;
    let sum = 0;
    self.times = steps.map((step) => (sum += step) * 10);
    self.offsets = offsets;
  };

  /** The number of the word said at ms; -1 where there are no word times, or before the first word. */
  self.wordAt = (ms) => (self.times ? last(self.times, ms) : -1);

  /** The number of the word at an offset in the text node. */
  self.wordIn = (offset) => (self.offsets ? self.offsets.findIndex(([, end]) => offset <= end) : -1);

  /** When a word begins; the passage's own beginning where that is not known. */
  self.begins = (word) => self.times?.[word] ?? self.from;

  /** When a word is over: the next one begins, or the passage ends. */
  self.ends = (word) => self.times?.[word + 1] ?? self.to;

  self.range = (first, final = first) => {
    const range = new Range();
    range.setStart(node, self.offsets[first][0]);
    range.setEnd(node, self.offsets[final][1]);
    return range;
  };

  self.rangeOf = (from, to) => {
    if (!self.times) return null;
    const first = self.times.findIndex((_, word) => self.ends(word) > from);
    const final = last(self.times, to - 1);
    return first < 0 || final < first ? null : self.range(first, final);
  };

  return self;
}

/** [from, to] of every word in a text; spaces only part words, as the server counts them. */
function bounds(text) {
  return [...text.matchAll(/[^ \n]+/g)].map((found) => [found.index, found.index + found[0].length]);
}

/** The last index whose value is ≤ wanted, by halving; -1 where there is none. */
function last(sorted, wanted) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
