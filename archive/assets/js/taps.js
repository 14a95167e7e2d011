// A tap on a word plays it, a tap on a time plays from there.

export function taps(text, sound, rejoin) {
  if (!text.root) return;

  /** Plays at once, as browsers want it of a tap; where the times of the words are still on their way, corrects itself. */
  function playFrom(passage, offset) {
    const begins = () => (offset === null ? passage.from : passage.begins(passage.wordIn(offset)));
    const first = begins();
    sound.seek(first);
    rejoin();
    sound.play().catch(() => {}); // the player has said so already
    text.load().then(() => begins() !== first && sound.seek(begins()));
  }

  text.root.addEventListener("click", (event) => {
    const passage = text.around(event.target);
    const link = event.target.closest("a");
    const other = event.button || event.metaKey || event.ctrlKey || event.shiftKey || !getSelection().isCollapsed;
    if (other || !passage || (link && link !== passage.element.firstElementChild)) return;
    event.preventDefault();
    playFrom(passage, link ? null : offsetUnder(event, passage));
  });

  // A hand that comes near is reason enough to fetch the times.
  text.root.addEventListener("pointerenter", text.load, { once: true });
  text.root.addEventListener("touchstart", text.load, { once: true, passive: true });
}

/** Where in the passage's text the pointer is; null where it is beside the words. */
function offsetUnder({ clientX, clientY }, passage) {
  const spot = document.caretPositionFromPoint?.(clientX, clientY);
  const range = spot ? null : document.caretRangeFromPoint?.(clientX, clientY);
  const [node, offset] = spot ? [spot.offsetNode, spot.offset] : [range?.startContainer, range?.startOffset];
  return node === passage.node ? offset : null;
}
