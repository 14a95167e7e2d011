// Words around a clip: the first one touched begins it, the next one ends it; the two lists follow. On the wave above
// them the two edges are drawn from word to word. By keyboard the lists do the same.

export function trimming() {
  const words = [...document.querySelectorAll("[data-trimming] [data-n]")];
  const form = document.querySelector("[data-trim]");
  if (!words.length || !form) return;
  const [from, to] = [form.elements.from, form.elements.to];
  const onWave = edges(from, to, show);
  let begun = false;

  function show() {
    const [first, last] = [from.selectedIndex, to.selectedIndex];
    words.forEach((word, n) => word.classList.toggle("chosen", first <= n && n <= last));
    onWave?.(first, last);
  }

  words[0].parentElement.addEventListener("click", ({ target }) => {
    const n = words.indexOf(target.closest("[data-n]"));
    if (n < 0) return;
    if (begun && n >= from.selectedIndex) to.selectedIndex = n;
    else [from.selectedIndex, to.selectedIndex] = [n, n];
    begun = !begun || n < from.selectedIndex;
    show();
  });
  for (const list of [from, to]) list.addEventListener("change", show);
  show();
}

/** Makes the wave touchable; gives a function that lays the edges around these words. */
function edges(from, to, changed) {
  const wave = document.querySelector("[data-edges]");
  if (!wave) return null;
  const times = (list) => [...list.options].map((option) => Number(option.value));
  const [starts, ends] = [times(from), times(to)];
  const [begin, whole] = [starts[0], Math.max(ends.at(-1) - starts[0], 1)];
  const [band, left, right] = ["band", "edge", "edge"].map((name) => {
    const made = document.createElement("span");
    made.className = name;
    wave.append(made);
    return made;
  });
  let held = null;

  const place = (ms) => `${((ms - begin) / whole) * 100}%`;
  const nearest = (list, ms) => list.reduce((best, at, n) => (Math.abs(at - ms) < Math.abs(list[best] - ms) ? n : best), 0);

  function at(event) {
    const box = wave.getBoundingClientRect();
    return begin + ((event.clientX - box.left) / box.width) * whole;
  }

  function draw(event) {
    const ms = at(event);
    if (held === left) from.selectedIndex = Math.min(nearest(starts, ms), to.selectedIndex);
    else to.selectedIndex = Math.max(nearest(ends, ms), from.selectedIndex);
    changed();
  }

  wave.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const ms = at(event);
    const [first, last] = [starts[from.selectedIndex], ends[to.selectedIndex]];
    held = Math.abs(ms - first) < Math.abs(ms - last) ? left : right;
    wave.setPointerCapture(event.pointerId);
    draw(event);
  });
  wave.addEventListener("pointermove", (event) => held && draw(event));
  for (const over of ["pointerup", "pointercancel"]) wave.addEventListener(over, () => (held = null));

  return (first, last) => {
    const [begins, ended] = [place(starts[first]), place(ends[last])];
    [left.style.left, right.style.left] = [begins, ended];
    [band.style.left, band.style.right] = [begins, `calc(100% - ${ended})`];
  };
}
