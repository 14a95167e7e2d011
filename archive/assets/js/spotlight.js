// Marks what is being said: the word where the browser knows highlights, else its passage.

export function spotlight(text) {
  const lit = CSS.highlights ? new Highlight() : null;
  let passage = null;
  let word = -1;
  if (lit) CSS.highlights.set("voice", lit);
  text.root.classList.toggle("by-passage", !lit);

  function mark(next) {
    passage?.element.removeAttribute("aria-current");
    next?.element.setAttribute("aria-current", "true");
    passage = next;
  }

  return {
    /** Lights what is said at ms; true where that is something else than before. */
    at(ms) {
      const next = text.at(ms);
      const said = next?.wordAt(ms) ?? -1;
      if (next === passage && said === word) return false;
      if (next !== passage) mark(next);
      word = said;
      lit?.clear();
      if (word >= 0) lit?.add(passage.range(word));
      return true;
    },
    /** Where on the screen the light is; null before the first word. */
    box: () => (word >= 0 ? passage.range(word) : passage?.element)?.getBoundingClientRect() ?? null,
  };
}
