// The intake form: the story is written down first, then its files go on their way. Without this it is any other form.
import { arriving } from "./arriving.js";

export function upload() {
  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    begin(form);
  });
  form.querySelector("[aria-invalid], .faults")?.focus();
}

async function begin(form) {
  const files = [...form.querySelector("[name=file]").files];
  const button = form.querySelector("button.primary");
  const fields = new FormData(form);
  fields.delete("file");
  fields.set("awaits", String(files.length));
  button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: fields });
    if (answer.status >= 500) throw new Error(String(answer.status));
    show(await answer.text(), answer, files);
  } catch {
    form.querySelector("[data-broken]").hidden = false;
    button.disabled = false;
  }
}

/** The answer takes the place of this page, so that the chosen files stay in hand: a story's page, or the form again. */
function show(html, answer, files) {
  const page = new DOMParser().parseFromString(html, "text/html");
  document.querySelector("main").replaceWith(page.querySelector("main"));
  document.title = page.title;
  if (answer.ok) {
    history.pushState(null, "", answer.url);
    arriving()?.(files);
  } else {
    const field = document.querySelector("[name=file]");
    const chosen = new DataTransfer();
    files.forEach((file) => chosen.items.add(file));
    field.files = chosen.files;
    upload();
  }
  document.querySelector(".faults, h1")?.scrollIntoView();
}
