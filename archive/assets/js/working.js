// What the machine is doing, asked for every two seconds while it works.

const PAUSE = 2000;

export function working() {
  const box = document.querySelector("[data-poll]");
  if (!box || !runs(box)) return;
  let quiet = 0;

  async function look() {
    try {
      const answer = await fetch(box.dataset.poll, { headers: { accept: "text/html" } });
      if (!answer.ok) throw new Error(String(answer.status));
      quiet = 0;
      exchange(box, new DOMParser().parseFromString(await answer.text(), "text/html").body);
      if (!runs(box)) return location.reload(); // the rest of the page has changed with it
    } catch {
      quiet = Math.min(quiet + 1, 10); // the server may be restarting: ask more slowly, and go on
    }
    setTimeout(look, PAUSE * (1 + quiet));
  }
  setTimeout(look, PAUSE);
}

const runs = (root) => root.querySelector("[data-working]")?.dataset.running === "yes";

/** Changes only what differs, so that focus, scrolling and a screen reader's place stay where they are. */
function exchange(box, fresh) {
  const [old, next] = [box.querySelector("[data-working]"), fresh.querySelector("[data-working]")];
  if (!next) return;
  const names = (root) => [...root.querySelectorAll("[data-part]")].map((part) => part.dataset.part).join();
  if (names(old) !== names(next)) return old.replaceWith(next);
  old.dataset.running = next.dataset.running;
  for (const part of next.querySelectorAll("[data-part]")) {
    const here = old.querySelector(`[data-part="${part.dataset.part}"]`);
    if (here.innerHTML === part.innerHTML) continue;
    const atEnd = here.scrollTop + here.clientHeight >= here.scrollHeight - 8;
    here.innerHTML = part.innerHTML;
    if (atEnd) here.scrollTop = here.scrollHeight;
  }
}
