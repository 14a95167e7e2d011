// The story page: puts tape, player, transcript, keys and selection together.
import { stretch } from "./clock.js";
import { follow } from "./follow.js";
import { keys } from "./keys.js";
import { player } from "./player.js";
import { quote } from "./quote.js";
import { recall } from "./memory.js";
import { tape } from "./tape.js";
import { transcript } from "./transcript.js";

export function story(page) {
  const sounds = [...page.querySelectorAll("[data-native] audio")];
  if (!sounds.length) return;
  const sound = tape(sounds);
  const text = transcript(page);
  const controls = player(page, sound);
  const voice = follow(text, sound);
  const share = quote(page, sound, text);
  keys({ sound, controls, text, share });

  const begin = Number(page.dataset.start ?? recall(`place:${page.dataset.story}`) ?? 0);
  if (begin && begin < sound.length - 3000) sound.seek(begin);
  controls.ready();

  const jump = () => {
    const wanted = stretch(location.hash);
    if (!wanted) return;
    sound.seek(wanted.from);
    voice.rejoin();
    text.underline(wanted);
    // A browser that wants a tap first refuses; the button then says where it will begin, and the stretch still ends where it should.
    sound.play(wanted.to).catch(() => controls.waitFor(wanted));
  };
  jump();
  addEventListener("hashchange", jump);
}
