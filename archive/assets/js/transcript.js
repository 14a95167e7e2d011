// The words of a story and their times, without an element for each word.
import { last } from "./halving.js";
import { Passage } from "./passage.js";

/**
 * Passages are <p id="p…" data-s data-e>, each with its words in one text node, single spaces between them.
 * Word times are fetched once, when first needed. Where they do not fit the words, the passage stands for its words.
 */
export function transcript(page) {
  const root = page.querySelector("#telling");
  const elements = root ? [...root.querySelectorAll("p[data-s]")] : [];
  const passages = elements.map((element, n) => new Passage(element, elements[n + 1]));
  const starts = passages.map((each) => each.from);
  const byElement = new Map(passages.map((each) => [each.element, each]));
  let asked = null;
  let doubted = {};

  /** Fetches the times of the words; safe to call again and again. */
  function load() {
    asked ??= times(page.dataset.words)
      .then((found) => {
        passages.forEach((each) => each.time(found.passages[each.id]));
        doubted = found.doubts;
      })
      .catch(() => (asked = null)); // the network may be back at the next try
    return asked;
  }

  /** Underlines what is said between from and to (milliseconds). */
  async function underline({ from, to }) {
    if (!CSS.highlights || to === null) return;
    await load();
    const ranges = passages.filter((each) => each.from < to && each.to > from).map((each) => each.rangeOf(from, to));
    CSS.highlights.set("stretch", new Highlight(...ranges.filter(Boolean)));
  }

  return {
    root,
    passages,
    load,
    underline,
    /** The numbers of the words of a passage that the machine was not sure of; known once loaded. */
    doubts: (passage) => (passage.timed ? (doubted[passage.id] ?? []) : []),
    /** The passage that is being said at ms, or the one before in a pause; null before the first. */
    at: (ms) => passages[last(starts, ms)] ?? null,
    /** The passage that holds a node of the page, if any does. */
    around: (node) => byElement.get((node instanceof Element ? node : node?.parentElement)?.closest("p[data-s]")),
  };
}

const NOTHING = { passages: {}, doubts: {} };

/**
 * passages: id → [start of the first word, then each next word's distance to the one before], in hundredths;
 * doubts: id → numbers of doubtful words.
 */
async function times(address) {
  if (!address) return NOTHING;
  const answer = await fetch(address);
  return answer.ok ? answer.json() : NOTHING;
}
