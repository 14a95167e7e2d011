// Words around a clip: the first one touched begins it, the next one ends it; the two lists follow.

export function trimming() {
  const words = [...document.querySelectorAll("[data-trimming] [data-n]")];
  const form = document.querySelector("[data-trim]");
  if (!words.length || !form) return;
  const [from, to] = [form.elements.from, form.elements.to];
  let begun = false;

  function show() {
    const [first, last] = [from.selectedIndex, to.selectedIndex];
    words.forEach((word, n) => word.classList.toggle("chosen", first <= n && n <= last));
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
