import { last } from "./halving.js";

/** A passage of the page: where its words stand in the text, and when (in milliseconds) they are said. */
export class Passage {
  #starts = null; // of each word
  #places = null; // of each word, [from, to] in the text

  constructor(element, next) {
    this.element = element;
    this.id = element.id.slice(1);
    this.node = [...element.childNodes].find((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
    this.from = Number(element.dataset.s);
    this.to = Number(element.dataset.e ?? next?.dataset.s ?? Infinity);
  }

  /** Takes the times of the words: the first one's start, then each next distance, in hundredths of a second.
   * Leaves them where they do not fit the words; the passage then stands for its words. */
  time(steps) {
    const places = words(this.node?.data ?? "");
    if (steps?.length !== places.length) return;
    let sum = 0;
    this.#starts = steps.map((step) => (sum += step) * 10);
    this.#places = places;
  }

  /** Whether the times of its words are known. */
  get timed() {
    return this.#places !== null;
  }

  /** How many words it has; 0 where their times are not known. */
  get count() {
    return this.#places?.length ?? 0;
  }

  /** The number of the word said at ms; -1 where that cannot be told. */
  wordAt(ms) {
    return this.#starts ? last(this.#starts, ms) : -1;
  }

  /** The number of the word at an offset in the text; -1 where that cannot be told. */
  wordIn(offset) {
    return this.#places?.findIndex(([, end]) => offset <= end) ?? -1;
  }

  begins(word) {
    return this.#starts?.[word] ?? this.from;
  }

  ends(word) {
    return word < 0 ? this.to : (this.#starts?.[word + 1] ?? this.to);
  }

  range(first, final = first) {
    const range = new Range();
    range.setStart(this.node, this.#places[first][0]);
    range.setEnd(this.node, this.#places[final][1]);
    return range;
  }

  /** The words that are said between two times, as a range; null where there are none. */
  rangeOf(from, to) {
    if (!this.#starts) return null;
    const first = this.#starts.findIndex((_, word) => this.ends(word) > from);
    const final = last(this.#starts, to - 1);
    return first < 0 || final < first ? null : this.range(first, final);
  }
}

/** [from, to] of every word in a text; only spaces part words, as the server counts them. */
function words(text) {
  return [...text.matchAll(/[^ \n]+/g)].map((found) => [found.index, found.index + found[0].length]);
}
