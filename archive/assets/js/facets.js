// One open list of choices at a time; Escape and a click beside it close it.

export function facets() {
  const all = [...document.querySelectorAll(".facets details")];
  if (!all.length) return;
  const close = (except) => all.forEach((each) => each !== except && (each.open = false));
  for (const each of all) each.addEventListener("toggle", () => each.open && close(each));
  document.addEventListener("click", (event) => event.target.closest(".facets details") || close());
  document.addEventListener("keydown", (event) => {
    const open = all.find((each) => each.open);
    if (event.key !== "Escape" || !open) return;
    close();
    open.querySelector("summary").focus();
  });
}
