// Selected words can be taken along: a link to their moment, or the quote with its source.
import { clock, seconds } from "./clock.js";
import { say } from "./say.js";

/** Gives a function that copies the link to this moment. */
export function quote(page, sound, text) {
  const bar = document.querySelector("[data-selected]");
  const clip = bar.querySelector("[data-clip]"); // not where a narrator reads what is not open to anybody
  const [mix, keep] = [bar.querySelector("[data-mix]"), bar.querySelector("[data-keep]")]; // for whoever is signed in
  let chosen = null;

  function taken(done) {
    say(done);
    bar.hidden = true;
  }

  const copyLink = () =>
    copy(address(page, chosen ?? { from: sound.now })).then(() => taken("The link to this moment is copied."));
  const copyQuote = () =>
    copy(citation(page, chosen)).then(() => taken("The quote is copied, with its source."));

  async function look() {
    if (bar.contains(document.activeElement)) return; // the selection goes when a button is reached by keyboard
    chosen = await selected(text);
    bar.hidden = !chosen?.words;
    if (!clip || bar.hidden) return;
    clip.href = `${location.pathname}/clip?t=${chosen.from / 1000},${(chosen.to ?? chosen.from) / 1000}`;
    clip.hidden = chosen.to === null;
    if (mix) [mix.hidden, mix.href] = [clip.hidden, `${clip.href}#mix`]; // the browser takes the fragment along
    if (!keep) return;
    keep.hidden = false;
    keep.elements.passage.value = chosen.passage;
    keep.elements.next.value = `${location.pathname}${location.search}#p${chosen.passage}`;
  }

  let pause;
  document.addEventListener("selectionchange", () => {
    clearTimeout(pause);
    pause = setTimeout(look, 200);
  });
  bar.querySelector("[data-copy-link]").addEventListener("click", copyLink);
  bar.querySelector("[data-copy-quote]").addEventListener("click", copyQuote);
  return copyLink;
}

/** What is selected in the transcript, with its times in milliseconds (to is null where unknown) and the passage in which
 * it begins; null for nothing. */
async function selected(text) {
  const selection = getSelection();
  if (!text.root || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const [first, final] = [text.around(range.startContainer), text.around(range.endContainer)];
  if (!first || !text.root.contains(range.commonAncestorContainer)) return null;
  await text.load();
  const from = range.startContainer === first.node ? first.begins(first.wordIn(range.startOffset + 1)) : first.from;
  const to = final && range.endContainer === final.node ? final.ends(final.wordIn(range.endOffset)) : final?.to;
  const words = selection.toString().trim().replace(/\s+/g, " ");
  return { words, from, to: Number.isFinite(to) ? to : null, passage: first.element.id.slice(1) };
}

/** data-here: where everyone finds it, where the page's own address is not for others. */
function address(page, { from, to }) {
  return `${location.origin}${page.dataset.here ?? location.pathname}#t=${seconds(from)}${to ? `,${seconds(to)}` : ""}`;
}

function citation(page, piece) {
  const { by, to, title, day, archive } = page.dataset;
  const told = to ? `, told to ${to}` : "";
  const when = day ? `, ${day}` : "";
  const source = `${by || "A narrator who is not named"}${told}: “${title}”${when}, at ${clock(piece.from)}. ${archive}.`;
  return `“${piece.words}”\n${source} ${address(page, piece)}`;
}

async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    copyByHand(words); // no clipboard without https, except on this machine itself
  }
}

function copyByHand(words) {
  const field = document.createElement("textarea");
  field.value = words;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
