// "another voice" on the home page, without leaving it.
import { inPlace } from "./in_place.js";

export function anotherVoice() {
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-another]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      const answer = await fetch(link.href, { headers: { accept: "text/html" } });
      const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#voice");
      document.querySelector("#voice").replaceWith(next);
      inPlace(next);
      next.querySelector("[data-another]")?.focus({ preventScroll: true });
    } catch {
      location.assign(link.href);
    }
  });
}
