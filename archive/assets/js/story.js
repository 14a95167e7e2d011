// The story page: puts tape, player, transcript, keys and selection together.
import { caution } from "./caution.js";
import { stretch } from "./clock.js";
import { follow } from "./follow.js";
import { keys } from "./keys.js";
import { recall } from "./memory.js";
import { player } from "./player.js";
import { quote } from "./quote.js";
import { Tape } from "./tape.js";
import { taps } from "./taps.js";
import { transcript } from "./transcript.js";

export function story(page) {
  const sounds = [...page.querySelectorAll("[data-native] audio")];
  if (!sounds.length) return;
  const sound = new Tape(sounds);
  const text = transcript(page);
  const controls = player(page, sound);
  const rejoin = follow(text, sound);
  caution(page, sound);
  taps(text, sound, rejoin);
  keys({ sound, controls, text, copyLink: quote(page, sound, text) });

  const begin = Number(page.dataset.start ?? recall(`place:${page.dataset.story}`) ?? 0);
  if (begin && begin < sound.length) sound.seek(begin);
  controls.label();

  function jump() {
    const wanted = stretch(location.hash);
    if (!wanted) return;
    sound.seek(wanted.from);
    rejoin();
    text.underline(wanted);
    sound.play(wanted.to).catch(({ name }) => name === "AbortError" || controls.waitFor(wanted)); // aborted: a warning came first
  }
  jump();
  addEventListener("hashchange", jump);
}
