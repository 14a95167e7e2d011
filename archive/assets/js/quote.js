// Selected words can be taken along: a link to their moment, or the quote with its source.
import { clock, seconds } from "./clock.js";

export function quote(page, sound, text) {
  const bar = document.querySelector("[data-selected]");
  const say = document.querySelector("[data-say]");
  const here = location.origin + location.pathname;
  let chosen = null;

  /** What is selected inside the transcript, with its times in milliseconds; null where nothing is. */
  async function selected() {
    const selection = getSelection();
    if (selection.isCollapsed || !selection.rangeCount) return null;
    const range = selection.getRangeAt(0);
    const [first, final] = [text.around(range.startContainer), text.around(range.endContainer)];
    if (!first || !text.root.contains(range.commonAncestorContainer)) return null;
    await text.load();
    const begin = range.startContainer === first.node ? first.wordIn(range.startOffset + 1) : 0;
    const end = final && range.endContainer === final.node ? final.wordIn(range.endOffset) : -1;
    const to = final ? (end < 0 ? final.to : final.ends(end)) : null;
    return { words: selection.toString().trim().replace(/\s+/g, " "), from: first.begins(begin), to };
  }

  function address({ from, to }) {
    return `${here}#t=${seconds(from)}${to && Number.isFinite(to) ? `,${seconds(to)}` : ""}`;
  }

  function citation(piece) {
    const { by, to, title, day, archive } = page.dataset;
    const told = to ? `, told to ${to}` : "";
    const when = day ? `, ${day}` : "";
    return `“${piece.words}”\n${by || "A narrator who is not named"}${told}: “${title}”${when}, at ${clock(piece.from)}. ${archive}. ${address(piece)}`;
  }

  async function copy(words, done) {
    try {
      await navigator.clipboard.writeText(words);
    } catch {
      copyByHand(words); // no clipboard without https, except on this machine itself
    }
    say.textContent = done;
    bar.hidden = true;
  }

  const copyLink = () => copy(address(chosen ?? { from: sound.now() }), "The link to this moment is copied.");
  const copyQuote = () => chosen && copy(citation(chosen), "The quote is copied, with its source.");

  let pause;
  document.addEventListener("selectionchange", () => {
    clearTimeout(pause);
    pause = setTimeout(async () => {
      if (bar.contains(document.activeElement)) return;
      chosen = text.root ? await selected() : null;
      bar.hidden = !chosen?.words;
    }, 200);
  });
  bar.querySelector("[data-copy-link]").addEventListener("click", copyLink);
  bar.querySelector("[data-copy-quote]").addEventListener("click", copyQuote);
  return { copyLink };
}

function copyByHand(words) {
  const field = document.createElement("textarea");
  field.value = words;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
