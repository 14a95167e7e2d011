// A mixtape to read: a line plays its own sound, and leads to its clip where scripts or sound are missing.

export function poem() {
  const page = document.querySelector("[data-poem]");
  if (!page) return;
  const told = document.querySelector("[data-poem-told]");
  const voice = new Audio();
  let line = null;

  function mark(next) {
    line?.removeAttribute("aria-current");
    line = next;
    line?.setAttribute("aria-current", "true");
  }

  function source(link) {
    const [media, types] = [JSON.parse(link.dataset.line), JSON.parse(link.dataset.types)];
    return media[Math.max(0, types.findIndex((type) => voice.canPlayType(type)))];
  }

  page.addEventListener("click", (event) => {
    const link = event.target.closest("[data-line]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (link === line && !voice.paused) return stop();
    mark(link);
    voice.src = source(link);
    voice.play().catch(() => failed(link));
  });

  function stop() {
    voice.pause();
    mark(null);
  }

  function failed(link) {
    if (link !== line) return; // another one was touched meanwhile
    mark(null);
    told.textContent = "This voice cannot be played right now. Its words are here.";
  }

  voice.addEventListener("ended", () => mark(null));
}
