// Pieces of a mixtape are put in order by dragging, with mouse or finger. Their buttons "up" and "down" do the same.

export function making() {
  const list = document.querySelector("[data-making]");
  for (const item of list?.children ?? []) item.prepend(handle(list, item));
}

function handle(list, item) {
  const made = document.createElement("span");
  made.className = "handle";
  made.textContent = "⠿";
  made.title = "Drag it to its place";
  made.setAttribute("aria-hidden", "true"); // whoever cannot see it has the buttons
  made.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    made.setPointerCapture(event.pointerId);
    const began = [...list.children].indexOf(item);
    item.classList.add("held");
    const drag = ({ clientY }) => follow(list, item, clientY);
    made.addEventListener("pointermove", drag);
    made.addEventListener("lostpointercapture", () => {
      made.removeEventListener("pointermove", drag);
      item.classList.remove("held");
      const place = [...list.children].indexOf(item);
      if (place !== began) send(item, place + 1);
    }, { once: true });
  });
  return made;
}

/** The item goes before the first one whose middle lies below the pointer; the page moves along at its edges. */
function follow(list, item, y) {
  const others = [...list.children].filter((each) => each !== item);
  const next = others.find((each) => {
    const { top, height } = each.getBoundingClientRect();
    return y < top + height / 2;
  });
  if (next ? next.previousElementSibling !== item : list.lastElementChild !== item) list.insertBefore(item, next ?? null);
  if (y < 60) scrollBy(0, -20);
  else if (y > innerHeight - 60) scrollBy(0, 20);
}

function send(item, place) {
  const form = item.querySelector("form[data-item]");
  for (const [name, value] of Object.entries({ act: "to", to: place })) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  form.submit();
}
