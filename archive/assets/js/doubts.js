// In the studio, the words that the machine was not sure of are shaded, without an element for each; a press plays one.
import { stretchOf } from "./correcting.js";
import { transcript } from "./transcript.js";

const AROUND_MS = 350;

export async function doubts() {
  const page = document.querySelector("[data-doubts]");
  if (!page || !CSS.highlights) return;
  const text = transcript(page);
  await text.load();
  const words = text.passages.flatMap((passage) => text.doubts(passage).map((word) => ({ passage, word })));
  if (!words.length) return;
  CSS.highlights.set("doubt", new Highlight(...words.map(({ passage, word }) => passage.range(word))));
  page.querySelector("[data-doubts-told]").hidden = false;
  hearOnPress(text);
}

function hearOnPress(text) {
  const tapes = [...document.querySelectorAll(".tapes audio[data-from]")].map((audio) => ({
    hear: stretchOf(audio),
    from: Number(audio.dataset.from),
  }));
  text.root.addEventListener("click", ({ clientX, clientY, target }) => {
    const passage = text.around(target);
    const place = document.caretPositionFromPoint?.(clientX, clientY) ?? caretRange(clientX, clientY);
    if (!passage || place?.offsetNode !== passage.node) return;
    const word = passage.wordIn(place.offset);
    const tape = tapes.findLast(({ from }) => from <= passage.begins(word));
    if (!tape || !text.doubts(passage).includes(word)) return;
    tape.hear(passage.begins(word) - tape.from - AROUND_MS, passage.ends(word) - tape.from + AROUND_MS);
  });
}

/** Safari's older way. */
function caretRange(x, y) {
  const range = document.caretRangeFromPoint?.(x, y);
  return range && { offsetNode: range.startContainer, offset: range.startOffset };
}
