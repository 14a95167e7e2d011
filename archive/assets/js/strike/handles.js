// The span on the sound: the stretch around it as bars, and two handles, moved by hand or by arrow keys, 50 ms a step.
import { stamp } from "./stamp.js";

const [STEP_MS, LEAST_MS, BARS] = [50, 50, 80];

export function handles(page, span) {
  const box = page.querySelector("[data-handles]");
  const waves = [...page.querySelectorAll("[data-wave]")].map(({ dataset }) => ({
    from: Number(dataset.from),
    ms: Number(dataset.ms),
    bars: dataset.bars.split(" ").map(Number),
  }));
  if (!waves.length && !span.length) return;
  const ends = { from: box.querySelector("[data-handle=from]"), to: box.querySelector("[data-handle=to]") };
  let view = null; // the stretch that is drawn

  /** How loud it is from one time to another, 0 to 100. */
  function loudness(from, to) {
    const wave = waves.findLast((each) => each.from <= from);
    if (!wave) return 0;
    const at = (ms) => Math.floor(((ms - wave.from) / wave.ms) * wave.bars.length);
    return Math.max(0, ...wave.bars.slice(at(from), Math.max(at(to), at(from) + 1)));
  }

  function draw() {
    const width = (view.to - view.from) / BARS;
    const paths = { before: "", within: "", after: "" };
    const levels = Array.from({ length: BARS }, (_, n) => loudness(view.from + n * width, view.from + (n + 1) * width));
    const top = Math.max(...levels, 1);
    levels.forEach((level, n) => {
      const middle = view.from + (n + 0.5) * width;
      const part = middle < span.from ? "before" : middle < span.to ? "within" : "after";
      const half = Math.max(1, Math.round((level / top) ** 1.5 * 23));
      paths[part] += `M${n * 4 + 2} ${24 - half}v${half * 2}`;
    });
    for (const [part, path] of Object.entries(paths)) box.querySelector(`[data-${part}]`).setAttribute("d", path);
  }

  /** The span takes about a third of the width; it is looked at anew when it has grown out of that, or shrunk. */
  function look() {
    const around = Math.max(1500, span.to - span.from);
    view = { from: Math.max(0, span.from - around), to: Math.min(span.length, span.to + around) };
    for (const [name, end] of Object.entries(ends)) {
      end.min = view.from + ((span[name] - view.from) % STEP_MS); // so that what is chosen lies on a step
      end.max = view.to;
    }
  }

  function place() {
    for (const [name, end] of Object.entries(ends)) {
      end.value = span[name];
      end.setAttribute("aria-valuetext", stamp(span[name]));
    }
    draw();
  }

  function moved({ currentTarget: end }) {
    const name = end.dataset.handle;
    const wanted = end.valueAsNumber;
    if (name === "from") span.set(Math.min(wanted, span.to - LEAST_MS), span.to);
    else span.set(span.from, Math.max(wanted, span.from + LEAST_MS));
  }

  function settled() {
    const [share, whole] = [span.to - span.from, view.to - view.from];
    const near = span.from - view.from < whole / 10 || view.to - span.to < whole / 10;
    if (!near && share > whole / 8) return;
    look();
    place();
  }

  for (const end of Object.values(ends)) {
    end.addEventListener("input", moved);
    end.addEventListener("change", settled);
  }
  span.addEventListener("change", () => {
    if (!span.chosen) return void (view = null);
    const held = view && span.from >= view.from && span.to <= view.to && box.contains(document.activeElement);
    if (!held) look();
    place();
  });
}
