// What a search field offers while somebody types (ARIA 1.2, editable combobox with a list). Without it, it is a field.

const PAUSE_MS = 120;
let number = 0;

export function suggest(form) {
  const field = form.querySelector('input[type="search"]');
  const list = document.createElement("ul");
  list.id = `offers-${(number += 1)}`;
  list.className = "offers";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "What there is");
  form.append(list);
  const attributes = { role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": list.id };
  for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value);

  let asked = null; // what is under way, to be given up when more is typed
  let pause;
  let at = -1; // the option that is chosen for now

  const options = () => [...list.children];

  function show(found) {
    at = -1;
    list.replaceChildren(...found.map(option));
    open(found.length > 0);
  }

  function open(now) {
    list.hidden = !now;
    field.setAttribute("aria-expanded", String(now));
    if (!now) choose(-1);
  }

  function choose(next) {
    options()[at]?.setAttribute("aria-selected", "false");
    at = next;
    const chosen = options()[at];
    chosen?.setAttribute("aria-selected", "true");
    chosen?.scrollIntoView({ block: "nearest" });
    if (chosen) field.setAttribute("aria-activedescendant", chosen.id);
    else field.removeAttribute("aria-activedescendant");
  }

  async function ask() {
    asked?.abort();
    asked = new AbortController();
    const typed = field.value;
    if (typed.trim().length < 2) return open(false);
    try {
      const address = `${form.dataset.suggest}?${new URLSearchParams({ q: typed })}`;
      const answer = await fetch(address, { signal: asked.signal });
      if (answer.ok && document.activeElement === field) show((await answer.json()).suggestions);
    } catch {
      open(false); // given up for what was typed since, or no network: the field works without
    }
  }

  function option({ label, kind, href }, n) {
    const item = document.createElement("li");
    item.id = `${list.id}-${n}`;
    item.dataset.href = href;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const name = document.createElement("span");
    name.dir = "auto";
    name.textContent = label;
    item.append(name);
    if (kind) item.append(Object.assign(document.createElement("small"), { textContent: ` ${kind}` }));
    return item;
  }

  function key(event) {
    const count = options().length;
    if (event.key === "ArrowDown" && list.hidden) ask();
    else if (event.key === "Escape" && !list.hidden) open(false);
    else if (event.key === "Enter" && at >= 0) location.assign(options()[at].dataset.href);
    else if (event.key === "ArrowDown" && count) choose(at + 1 < count ? at + 1 : -1);
    else if (event.key === "ArrowUp" && count && !list.hidden) choose(at < 0 ? count - 1 : at - 1);
    else return;
    event.preventDefault();
  }

  field.setAttribute("aria-expanded", "false");
  field.addEventListener("input", () => {
    clearTimeout(pause);
    asked?.abort();
    pause = setTimeout(ask, PAUSE_MS);
  });
  field.addEventListener("keydown", key);
  field.addEventListener("blur", () => open(false));
  form.addEventListener("submit", () => (clearTimeout(pause), asked?.abort()));
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const { href } = event.target.closest("[data-href]")?.dataset ?? {};
    if (href) location.assign(href);
  });
}
