// A mixtape heard as one: each clip is decoded while the one before it speaks, and begins on the very sample where that ends.
import { clock } from "./clock.js";

const AHEAD_S = 20; // so much is made ready before it is heard
const SOON_S = 0.08; // from the tap to the first sound
const LOOK_MS = 100;

export function mixtape() {
  const page = document.querySelector("[data-mixtape]");
  const box = page?.querySelector("[data-play-mixtape]");
  const tracks = [...(page?.querySelectorAll("[data-track]") ?? [])];
  if (!tracks.length || !("AudioContext" in window)) return;
  const [button, told] = [box.querySelector("button"), box.querySelector("[data-mixtape-told]")];
  const whole = tracks.reduce((sum, track) => sum + Number(track.dataset.ms), 0);
  let run = null; // what plays, or is paused
  let from = 0; // where the next run begins
  let allowed = -1; // the track whose warning was read

  /** One way through the tracks, from one of them to a warning or to the end. */
  function begin(first) {
    stop();
    const context = new AudioContext();
    const mine = { context, planned: [], at: first, edge: 0, over: false };
    mine.edge = context.currentTime + SOON_S;
    run = mine;
    plan(mine);
    mine.look = setInterval(() => look(mine), LOOK_MS);
    label();
  }

  async function plan(mine) {
    for (let n = mine.at; n < tracks.length && run === mine; n += 1) {
      if (tracks[n].dataset.warned && allowed !== n) return (mine.halt = n);
      while (run === mine && mine.edge - mine.context.currentTime > AHEAD_S) await pause(LOOK_MS);
      const sound = await decoded(tracks[n], mine.context);
      if (run !== mine) return;
      if (!sound) continue; // it is closed by now, or the line is down: the rest plays on
      const source = new AudioBufferSourceNode(mine.context, { buffer: sound });
      source.connect(mine.context.destination);
      const begins = Math.max(mine.edge, mine.context.currentTime + SOON_S / 2);
      const lasts = Math.min(sound.duration, Number(tracks[n].dataset.ms) / 1000);
      source.start(begins, 0, lasts);
      mine.edge = begins + lasts;
      mine.planned.push({ n, begins, ends: mine.edge });
    }
    mine.over = true;
  }

  /** What speaks now; and whether all has been said. */
  function look(mine) {
    const now = mine.context.currentTime;
    const speaks = mine.planned.find(({ begins, ends }) => begins <= now && now < ends);
    if (speaks) mark(speaks.n, now - speaks.begins);
    const silent = !speaks && now >= mine.edge;
    if (silent && mine.halt !== undefined) ask(mine.halt);
    else if (silent && mine.over) end(mine.planned.length ? "" : "The sound cannot be played right now. The words are all here.");
  }

  function ask(n) {
    from = allowed = n;
    stop();
    told.textContent = `Before you go on: ${tracks[n].dataset.warned}. Press again to hear it, or play a later one.`;
    tracks[n].scrollIntoView({ block: "center" });
    button.textContent = "Go on";
    button.focus();
  }

  function end(sentence) {
    from = 0;
    stop();
    mark(-1);
    told.textContent = sentence;
  }

  function stop() {
    if (!run) return;
    clearInterval(run.look);
    run.context.close();
    run = null;
    label();
  }

  function turn() {
    if (!run) return begin(from);
    const { context } = run;
    (context.state === "running" ? context.suspend() : context.resume()).then(label);
  }

  function mark(n, within = 0) {
    for (const each of page.querySelectorAll("[aria-current]")) if (each !== tracks[n]) each.removeAttribute("aria-current");
    if (n < 0) return;
    from = n;
    if (!tracks[n].hasAttribute("aria-current")) {
      tracks[n].setAttribute("aria-current", "true");
      tracks[n].scrollIntoView({ block: "nearest" });
      if ("mediaSession" in navigator) session(n);
    }
    const before = tracks.slice(0, n).reduce((sum, track) => sum + Number(track.dataset.ms), 0);
    told.textContent = `${clock(before + within * 1000)} of ${clock(whole)}`;
  }

  function session(n) {
    const { title, archive } = page.dataset;
    navigator.mediaSession.metadata = new MediaMetadata({ title, artist: tracks[n].querySelector("cite").textContent, album: archive });
    const acts = { play: turn, pause: turn, nexttrack: () => step(1), previoustrack: () => step(-1) };
    for (const [name, act] of Object.entries(acts)) navigator.mediaSession.setActionHandler(name, act);
  }

  function step(by) {
    begin(Math.max(0, Math.min(from + by, tracks.length - 1)));
  }

  function label() {
    const speaks = run && run.context.state !== "suspended";
    button.textContent = speaks ? "Pause" : run || from ? "Go on" : "Listen";
  }

  tracks.forEach((track, n) => track.querySelector("audio").replaceWith(playFrom(n)));

  function playFrom(n) {
    const made = document.createElement("button");
    made.className = "plain from-here";
    made.innerHTML = '<span aria-hidden="true">▶</span> from here';
    made.append(Object.assign(document.createElement("span"), { className: "unseen", textContent: `, ${n + 1} of ${tracks.length}` }));
    made.addEventListener("click", () => ((allowed = n), begin(n)));
    return made;
  }

  box.hidden = false;
  button.addEventListener("click", turn);
  addEventListener("keydown", (event) => {
    if (event.target.closest?.("input, textarea, select, button, summary, a") || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = { k: turn, n: () => step(1), p: () => step(-1) }[event.key];
    if (act) act();
  });
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** The clip as samples; null where it does not come. */
async function decoded(track, context) {
  const [media, types] = [JSON.parse(track.dataset.track), JSON.parse(track.dataset.types)];
  const probe = new Audio();
  const best = Math.max(0, types.findIndex((type) => probe.canPlayType(type)));
  try {
    const answer = await fetch(media[best]);
    return answer.ok ? await context.decodeAudioData(await answer.arrayBuffer()) : null;
  } catch {
    return null;
  }
}
