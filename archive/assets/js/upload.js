// Shows how much of a file has arrived. Without this the form is sent as any other.

export function upload() {
  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
  form.querySelector("[aria-invalid], .faults")?.focus();
}

function send(form) {
  const box = form.querySelector("[data-progress]");
  const words = box.querySelector("[data-progress-words]");
  const bar = box.querySelector("progress");
  const button = form.querySelector("button.primary");
  const request = new XMLHttpRequest();
  const say = (sentence) => words.textContent !== sentence && (words.textContent = sentence);

  function again(sentence) {
    say(sentence);
    bar.hidden = true;
    button.disabled = false;
  }

  request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
    if (!lengthComputable) return;
    bar.value = loaded / total;
    // In steps of ten, so that a screen reader is not told every percent.
    say(loaded < total ? `On its way: ${Math.floor((loaded / total) * 10) * 10} %.` : "It is here. Looking at what it holds.");
  });
  request.addEventListener("load", () => {
    if (request.status < 400) location.assign(request.responseURL);
    else if (request.status < 500 && (request.getResponseHeader("content-type") ?? "").startsWith("text/html")) showAnswer(request);
    else again("It did not arrive whole. Nothing of it was kept; you can send it once more.");
  });
  request.addEventListener("error", () => again("The way to the archive broke off. Nothing of it was kept; you can send it once more."));
  request.addEventListener("abort", () => again("Stopped. Nothing of it was kept."));
  box.querySelector("[data-progress-stop]").onclick = () => request.abort();

  box.hidden = bar.hidden = false;
  bar.value = 0;
  button.disabled = true;
  say("On its way.");
  request.open("POST", form.action);
  request.send(new FormData(form));
}

/** The form came back with faults: the server's page takes the place of this one. */
function showAnswer(request) {
  const answer = new DOMParser().parseFromString(request.responseText, "text/html");
  document.querySelector("main").replaceWith(answer.querySelector("main"));
  document.title = answer.title;
  upload();
  document.querySelector(".faults, h1")?.scrollIntoView();
}
