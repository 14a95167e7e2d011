// The page on which a conversation is recorded, from the first look at the microphone to the end.
import { clock } from "../clock.js";
import { cards } from "./cards.js";
import { refusal } from "./hindrance.js";
import { showLevel } from "./level.js";
import { listen, meter } from "./microphone.js";
import { moodsOf } from "./moods.js";
import * as shelf from "./shelf.js";
import { Taping } from "./taping.js";

/** showKept: see kept.js. */
export function room(page, showKept) {
  const part = (name) => page.querySelector(`[data-${name}]`);
  const tell = (sentence) => (part("sentence").textContent = sentence);
  let stream = null;
  let taping = null;

  const allow = cards(part("cards"), {
    ask: async (id, text) => taping?.running && (await taping.ask(id, text), taping.recording.askings.at(-1)),
    unask: (mark) => taping.unask(mark),
  });

  /** Which parts are shown is said in the template: data-when names their stages. */
  function enter(stage) {
    page.dataset.stage = stage;
    for (const each of page.querySelectorAll("[data-when]")) each.hidden = !each.dataset.when.split(" ").includes(stage);
    allow(stage === "running");
    page.querySelector(`[data-first="${stage}"]`)?.focus();
  }

  part("open").addEventListener("click", async () => {
    try {
      stream ??= await listen();
    } catch (fault) {
      tell(refusal(fault));
      document.querySelector("[data-otherwise]").hidden = false;
      return;
    }
    showLevel(part("level"), part("heard"), meter(stream));
    navigator.storage?.persist?.();
    tell("");
    enter("ready");
  });

  part("start").addEventListener("click", () => {
    const { story, title } = page.dataset;
    taping = new Taping(stream, { story, title, moods: moodsOf("before") });
    follow(taping);
    shelf.alone(taping.recording.id, () => new Promise((resolve) => taping.addEventListener("ended", resolve)));
    taping.start();
  });
  part("pause").addEventListener("click", () => taping.pause());
  part("on").addEventListener("click", () => taping.goOn());
  for (const end of page.querySelectorAll("[data-end]")) end.addEventListener("click", () => taping.end());

  function follow(it) {
    it.addEventListener("started", () => enter("running"));
    it.addEventListener("paused", () => enter("paused"));
    it.addEventListener("full", () => tell("This browser has no more room for sound. What comes now is in this page alone: end the recording soon, and bring it in before you close the page."));
    it.addEventListener("ended", () => ended(it));
    setInterval(() => (part("elapsed").textContent = clock(it.now)), 250);
    stayAwake(it);
    onbeforeunload = (event) => event.preventDefault();
  }

  async function ended(it) {
    onbeforeunload = null;
    stream.getTracks().forEach((track) => track.stop());
    enter("ended");
    it.recording.ms = it.now;
    await showKept(it.recording, it.unwritten);
    part("after").addEventListener("change", () =>
      shelf.change(it.recording.id, { moods: [...it.recording.moods, ...moodsOf("after")] }),
    );
  }
  page.hidden = false;
  enter("closed");
}

/** A telephone that goes to sleep stops recording. */
function stayAwake(taping) {
  const wake = () => document.visibilityState === "visible" && navigator.wakeLock?.request("screen").catch(() => {});
  wake();
  document.addEventListener("visibilitychange", wake);
  taping.addEventListener("ended", () => document.removeEventListener("visibilitychange", wake));
}
