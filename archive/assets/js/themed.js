// Which words a theme is about: underlined while the theme is pointed at or has the focus. And words that are selected
// go along with a theme that is put on their passage. Without this file both have a page of their own.

export function themed(root) {
  if (!root) return;
  if (CSS.highlights) underlined(root);
  chosen(root);
}

function underlined(root) {
  const show = ({ target }) => {
    const theme = target.closest?.("a.on[data-first]");
    if (!theme) return CSS.highlights.delete("theme");
    const range = words(theme.closest("p"), Number(theme.dataset.first), Number(theme.dataset.last));
    if (range) CSS.highlights.set("theme", new Highlight(range));
  };
  root.addEventListener("pointerover", show);
  root.addEventListener("focusin", show);
  root.addEventListener("pointerleave", () => CSS.highlights.delete("theme"));
  root.addEventListener("focusout", () => CSS.highlights.delete("theme"));
}

/** The one text node of a passage that holds its words. */
function textOf(passage) {
  return [...passage.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
}

/** Where each word begins and ends in the node. */
function places(node) {
  return [...node.data.matchAll(/[^ \n]+/g)].map((found) => [found.index, found.index + found[0].length]);
}

function words(passage, first, last) {
  const node = passage && textOf(passage);
  const found = node ? places(node) : [];
  if (!found[first] || !found[last]) return null;
  const range = new Range();
  range.setStart(node, found[first][0]);
  range.setEnd(node, found[last][1]);
  return range;
}

function chosen(root) {
  let pause;
  document.addEventListener("selectionchange", () => {
    clearTimeout(pause);
    pause = setTimeout(() => take(root), 200);
  });
}

/** Writes the selected words into the form of their passage. A selection that goes (a field was entered) changes nothing. */
function take(root) {
  const selection = getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return;
  const range = selection.getRangeAt(0);
  const passage = range.startContainer.parentElement?.closest("p[id^=p]");
  if (!passage || !root.contains(passage)) return;
  const node = textOf(passage);
  const detail = root.querySelector(`details[data-passage="${passage.id.slice(1)}"]`);
  if (!detail || range.startContainer !== node || range.endContainer !== node) return;
  const meant = places(node).flatMap(([from, to], n) => (from < range.endOffset && to > range.startOffset ? [n] : []));
  if (!meant.length) return;
  const said = words(passage, meant[0], meant.at(-1)).toString(); // whole words, whatever was selected of them
  offer(detail, meant[0], meant.at(-1), said);
}

function offer(detail, first, last, said) {
  const form = detail.querySelector("form");
  for (const [name, value] of Object.entries({ first, last })) {
    const field = form.elements[name] ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
    field.value = value;
  }
  let told = form.querySelector("[data-meant]");
  if (!told) {
    told = form.insertBefore(document.createElement("div"), form.firstChild);
    told.dataset.meant = "";
    const whole = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: "the whole passage instead" });
    whole.addEventListener("click", () => {
      form.elements.first.remove();
      form.elements.last.remove();
      told.remove();
      form.elements.theme.focus();
    });
    told.append(document.createElement("q"), " ", whole);
  }
  told.firstChild.textContent = said.length > 80 ? `${said.slice(0, 80)} …` : said;
  detail.open = true;
}
