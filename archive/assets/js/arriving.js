// The recordings of a story in the studio: files that are chosen here go on their way, each on a line of its own.
import { bytes, remaining } from "./amounts.js";
import { Sending } from "./sending.js";

const AT_ONCE = 2;

/** Gives a function that sends files; null on pages without the place for it. */
export function arriving() {
  const box = document.querySelector("[data-arriving]");
  if (!box) return null;
  const list = box.querySelector("[data-lines]");
  const waiting = [];
  let running = 0;

  function send(files) {
    for (const file of files) {
      list.querySelector(`[data-name="${CSS.escape(file.name)}"]`)?.remove(); // it says that this file is expected
      waiting.push(line(list, new Sending(file, box.dataset.arriving), ended));
    }
    next();
  }

  function next() {
    while (running < AT_ONCE && waiting.length) {
      running += 1;
      waiting.shift().start();
    }
    onbeforeunload = running ? (event) => event.preventDefault() : null;
  }

  /** One has arrived or was given up. The page is made anew when all is here: it then shows what the machine does. */
  function ended({ ran }) {
    if (ran) running -= 1;
    next();
    if (!running && !list.querySelector("[data-open]")) location.reload();
  }

  const field = box.querySelector("input[type=file]");
  field.addEventListener("change", () => {
    send([...field.files]);
    field.value = "";
  });
  field.form.querySelector("button").hidden = true; // choosing is enough
  return send;
}

/** A line for one file: what it is, how far it has come, and what can be done. ended: it is here, or given up. */
function line(list, sending, ended) {
  const row = list.appendChild(document.querySelector("[data-line]").content.firstElementChild.cloneNode(true));
  const part = (name) => row.querySelector(`[data-${name}]`);
  const [sentence, bar, pause, back] = ["sentence", "bar", "pause", "back"].map(part);
  let paused = false;
  let refused = false;
  let said = 0;

  part("file").textContent = sending.name;
  bar.setAttribute("aria-label", `How much of ${sending.name} has arrived`);
  sentence.textContent = "It waits for its turn.";

  function tell(text, isFault = false) {
    sentence.textContent = text;
    sentence.classList.toggle("fault", isFault);
  }

  sending.addEventListener("move", ({ detail: { sent, size, speed } }) => {
    bar.value = sent / size;
    if (performance.now() - said < 900) return; // a screen reader is not told every piece
    said = performance.now();
    const rest = speed ? ` · ${bytes(speed)} a second · ${remaining((size - sent) / speed)} left` : "";
    tell(sent < size ? `${bytes(sent)} of ${bytes(size)}${rest}` : "It is here. Looking at what it holds.");
  });
  sending.addEventListener("done", () => {
    bar.value = 1;
    delete row.dataset.open;
    tell("It is here.");
    pause.hidden = back.hidden = true;
    ended({ ran: true });
  });
  sending.addEventListener("fault", ({ detail }) => {
    tell(detail.sentence, true);
    set(true);
    if (!detail.final) return;
    refused = pause.hidden = bar.hidden = true;
    back.textContent = "Take it off this list";
    ended({ ran: true });
  });

  function set(stopped) {
    paused = stopped;
    pause.textContent = paused ? "Go on" : "Pause";
  }
  pause.addEventListener("click", () => {
    set(!paused);
    if (paused) sending.pause().then(() => tell("Paused. What has arrived is kept."));
    else sending.go();
  });
  back.addEventListener("click", async () => {
    if (!refused) await sending.takeBack().catch(() => {}); // where the line is broken, it is forgotten in a week
    row.remove();
    ended({ ran: !refused });
  });
  return sending;
}
