// One open list of choices at a time; Escape and a click beside it close it. Long lists get a field to look in.
const OUTER = ".facets > details";

export function facets() {
  const all = [...document.querySelectorAll(OUTER)];
  if (!all.length) return;
  const close = (except) => all.forEach((each) => each !== except && (each.open = false));
  for (const each of all) each.addEventListener("toggle", () => each.open && close(each));
  document.addEventListener("click", (event) => event.target.closest(OUTER) || close());
  document.addEventListener("keydown", (event) => {
    const open = all.find((each) => each.open);
    if (event.key !== "Escape" || !open) return;
    close();
    open.querySelector("summary").focus();
  });
  document.querySelectorAll("[data-find-choice]").forEach(lookIn);
}

function lookIn(choosing) {
  const field = document.createElement("input");
  field.type = "search";
  field.placeholder = "Look for one";
  field.setAttribute("aria-label", `Look for one under “${choosing.dataset.findChoice}”`);
  choosing.prepend(field);
  const more = choosing.querySelector(".more");
  const items = [...choosing.querySelectorAll("li")];
  field.addEventListener("input", () => {
    const wanted = folded(field.value);
    more.open = Boolean(wanted);
    for (const item of items) item.hidden = !folded(item.textContent).includes(wanted);
  });
}

/** Without capitals and accents. */
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
