// What this browser still keeps, each on a line of its own: bring it in, go on, throw it away.
import { bytes } from "../amounts.js";
import { clock } from "../clock.js";
import { bring, fileName, settle } from "./bringing.js";
import { length, when } from "./said.js";
import * as shelf from "./shelf.js";

/**
 * Fills the page's place for it, where it has one. Gives a function that shows it anew, with a recording that was made
 * on this page just now and the pieces of it that the browser had no room for.
 */
export function kept() {
  const box = document.querySelector("[data-kept]");
  if (!box || !window.indexedDB) return async () => {};
  const list = box.querySelector("ul");

  async function show(made, more = []) {
    const [all, busy] = [await shelf.kept().catch(() => []), await shelf.inHand()];
    const shown = all.filter((each) => each.id !== made?.id && !busy.has(each.id));
    list.replaceChildren(...shown.map((each) => line(box, each)), ...(made ? [line(box, made, more)] : []));
    box.hidden = !list.children.length;
  }
  show();
  return show;
}

function line(box, recording, more) {
  const row = box.querySelector("template").content.firstElementChild.cloneNode(true);
  const part = (name) => row.querySelector(`[data-${name}]`);
  row.dataset.id = recording.id;
  part("story").textContent = recording.title;
  part("story").href = `/studio/${recording.story}`;
  part("on").href = `/studio/${recording.story}/record`;
  if (recording.unmarked) {
    unmarked(part, recording);
  } else {
    part("sentence").textContent = `A recording of ${length(recording.ms)} from ${when(recording.startedAt)} is kept in this browser.`;
    part("bring").addEventListener("click", async () => {
      const free = await shelf.alone(recording.id, () => bringIn({ box, part, more }, recording));
      if (free === false) part("sentence").textContent = "Another window has this recording in hand.";
    });
    part("save").addEventListener("click", () => save(recording));
  }
  throwing({ box, row, part }, recording);
  return row;
}

/** The sound has arrived, and the marks have not. */
function unmarked(part, recording) {
  part("sentence").textContent = "The sound is in the archive. These questions could not be marked in it; the story's page lets you do it by hand.";
  part("left").replaceChildren(
    ...recording.askings.map(([ms, , text]) => Object.assign(document.createElement("li"), { textContent: `${clock(ms)} ${text}` })),
  );
  for (const name of ["bring", "save", "on"]) part(name).hidden = true;
}

/** Resolves when nothing more happens by itself. */
async function bringIn({ box, part, more }, made) {
  const recording = (await shelf.find(made.id).catch(() => null)) ?? made; // with what was said of it meanwhile
  const sending = await bring(recording, more);
  const show = (shown, ...names) => names.forEach((name) => (part(name).hidden = !shown));
  const tell = (sentence) => (part("sentence").textContent = sentence);
  const again = () => (show(false, "again"), sending.go());
  show(false, "bring", "on", "save", "throw");
  show(true, "progress");
  onbeforeunload = (event) => event.preventDefault();
  addEventListener("online", again);
  let said = 0;

  sending.addEventListener("move", ({ detail: { sent, size } }) => {
    part("bar").value = sent / size;
    if (performance.now() - said < 900) return; // a screen reader is not told every piece
    said = performance.now();
    tell(sent < size ? `${bytes(sent)} of ${bytes(size)} are in the archive.` : "It is there. The archive looks at what it holds.");
  });
  part("again").onclick = again;
  await new Promise((over) => {
    sending.addEventListener("fault", ({ detail }) => {
      tell(`${detail.sentence} The recording is still kept in this browser.`);
      show(true, ...(detail.final ? ["bring", "save", "throw"] : ["again"]));
      if (detail.final) over();
    });
    sending.addEventListener("done", () => arrived({ box, part }, recording).finally(over));
    sending.start();
  });
  removeEventListener("online", again);
  onbeforeunload = null;
}

async function arrived({ box, part }, recording) {
  const all = await settle(recording, box.querySelector("[name=csrf_token]").value);
  onbeforeunload = null;
  if (all) return location.assign(`/studio/${recording.story}#recordings`);
  part("progress").hidden = true;
  if (recording.unmarked) unmarked(part, recording);
  else part("sentence").textContent = "The sound is in the archive. How it felt could not be kept; please write it down on the story's page.";
  part("throw").hidden = !recording.unmarked;
  return null;
}

/** Asks once: it is nowhere else. */
function throwing({ box, row, part }, recording) {
  const ask = (asks) => {
    part("sure").hidden = !asks;
    part("acts").hidden = asks;
    (asks ? part("no") : part("throw")).focus();
  };
  if (recording.unmarked) part("throw").textContent = "Take it off this list";
  part("throw").addEventListener("click", () => (recording.unmarked ? gone() : ask(true)));
  part("no").addEventListener("click", () => ask(false));
  part("yes").addEventListener("click", gone);
  async function gone() {
    await shelf.forget(recording.id);
    row.remove();
    box.hidden = !box.querySelector("li");
    document.querySelector("main").focus();
  }
}

async function save(recording) {
  const address = URL.createObjectURL(await shelf.soundOf(recording));
  Object.assign(document.createElement("a"), { href: address, download: fileName(recording) }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
