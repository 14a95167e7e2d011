// The recordings of a story as one tape: one clock, one play button, whatever the number of files.

/**
 * elements: the page's <audio> elements in order, with data-from and data-ms (milliseconds on the story's clock).
 * Events: "play", "pause", "move" (the clock jumped or ran), "fault".
 */
export function tape(elements) {
  const events = new EventTarget();
  const parts = elements.map((audio) => ({ audio, from: Number(audio.dataset.from), ms: Number(audio.dataset.ms) }));
  const length = Math.max(...parts.map((part) => part.from + part.ms));
  let current = parts[0];
  let stopAt = null;

  const tell = (name) => events.dispatchEvent(new Event(name));
  const now = () => current.from + current.audio.currentTime * 1000;

  function seek(ms) {
    const at = Math.min(Math.max(0, ms), length);
    const part = parts.findLast((each) => each.from <= at) ?? parts[0];
    const moved = part !== current;
    const plays = !current.audio.paused;
    if (moved) {
      current.audio.pause();
      part.audio.playbackRate = current.audio.playbackRate;
      current = part;
    }
    stopAt = null;
    current.audio.currentTime = (at - part.from) / 1000;
    if (moved && plays) current.audio.play();
    tell("move");
  }

  /** Plays to the end, or exactly to `until`. Rejects where the browser wants a tap first. */
  async function play(until = null) {
    stopAt = until;
    await current.audio.play();
  }

  function tick() {
    if (current.audio.paused) return;
    if (stopAt !== null && now() >= stopAt) {
      const end = stopAt;
      current.audio.pause();
      seek(end);
      return;
    }
    tell("move");
    requestAnimationFrame(tick);
  }

  for (const part of parts) {
    const { audio } = part;
    audio.addEventListener("play", () => (tell("play"), requestAnimationFrame(tick)));
    audio.addEventListener("pause", () => part === current && tell("pause"));
    audio.addEventListener("seeked", () => part === current && tell("move"));
    // A hidden window gets no frames, and a stretch has to end there too.
    audio.addEventListener("timeupdate", () => document.hidden && part === current && tick());
    audio.addEventListener("error", () => tell("fault"), true);
    audio.querySelector("source:last-of-type")?.addEventListener("error", () => tell("fault"));
    audio.addEventListener("ended", () => {
      const next = parts[parts.indexOf(part) + 1];
      if (!next) return;
      current = next;
      current.audio.playbackRate = audio.playbackRate;
      current.audio.currentTime = 0;
      current.audio.play();
    });
  }

  return {
    length,
    now,
    seek,
    play,
    pause: () => current.audio.pause(),
    paused: () => current.audio.paused,
    rate: (value) => parts.forEach((part) => (part.audio.defaultPlaybackRate = part.audio.playbackRate = value)),
    on: (name, act) => events.addEventListener(name, act),
  };
}
