// One sentence above the player, shown and read out.

let timer;

/** stays: until the next sentence; otherwise it goes after a while. */
export function say(sentence, { stays = false } = {}) {
  const line = document.querySelector("[data-say]") ?? made();
  line.textContent = sentence;
  line.className = "bar told";
  clearTimeout(timer);
  if (!stays) timer = setTimeout(() => (line.className = "unseen"), 4_000);
}

function made() {
  const line = document.createElement("p");
  line.dataset.say = "";
  line.className = "unseen";
  line.setAttribute("role", "status");
  document.querySelector("main").append(line);
  return line;
}
