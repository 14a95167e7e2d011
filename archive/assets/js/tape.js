/**
 * The recordings of a story as one tape: one clock in milliseconds, one play button, whatever the number of files.
 * Made from the page's <audio> elements in order, with data-from and data-ms.
 * Events: "play", "pause", "move" (the clock jumped or ran), "fault".
 */
export class Tape extends EventTarget {
  #parts;
  #current;
  #stopAt = null;

  constructor(elements) {
    super();
    this.#parts = elements.map((audio) => ({ audio, from: Number(audio.dataset.from), ms: Number(audio.dataset.ms) }));
    this.#current = this.#parts[0];
    this.length = Math.max(...this.#parts.map((part) => part.from + part.ms));
    this.#parts.forEach((part) => this.#hear(part));
  }

  get now() {
    return this.#current.from + this.#current.audio.currentTime * 1000;
  }

  /** Where it stops by itself; null for the end. */
  get until() {
    return this.#stopAt;
  }

  get paused() {
    return this.#current.audio.paused;
  }

  /** Plays to the end, or exactly to `until`. Rejects where the browser wants a tap first. */
  play(until = null) {
    this.#stopAt = until;
    const { audio } = this.#current;
    if (audio.networkState === audio.NETWORK_NO_SOURCE) this.#loadAgain(audio);
    return audio.play();
  }

  pause() {
    this.#current.audio.pause();
  }

  seek(ms) {
    const at = Math.min(Math.max(0, ms), this.length);
    const part = this.#parts.findLast((each) => each.from <= at) ?? this.#parts[0];
    const goesOn = part !== this.#current && !this.paused;
    if (part !== this.#current) {
      this.pause();
      this.#change(part);
    }
    this.#stopAt = null;
    part.audio.currentTime = (at - part.from) / 1000;
    if (goesOn) part.audio.play();
    this.#tell("move");
  }

  set rate(value) {
    for (const { audio } of this.#parts) audio.defaultPlaybackRate = audio.playbackRate = value;
  }

  /** Every source has failed, perhaps before anybody listened for it: try once more, and hear what comes of it. */
  #loadAgain(audio) {
    const at = audio.currentTime;
    audio.load();
    audio.currentTime = at;
  }

  #tell(name) {
    this.dispatchEvent(new Event(name));
  }

  #change(part) {
    part.audio.playbackRate = this.#current.audio.playbackRate;
    this.#current = part;
  }

  #tick() {
    if (this.paused) return;
    if (this.#stopAt !== null && this.now >= this.#stopAt) {
      const end = this.#stopAt;
      this.pause();
      this.seek(end);
    } else {
      this.#tell("move");
      requestAnimationFrame(() => this.#tick());
    }
  }

  #goOn(part) {
    const next = this.#parts[this.#parts.indexOf(part) + 1];
    if (!next) return;
    this.#change(next);
    next.audio.currentTime = 0;
    next.audio.play();
  }

  #hear(part) {
    const { audio } = part;
    const whileCurrent = (act) => () => part === this.#current && act();
    const tick = () => this.#tick();
    const fault = () => (audio.pause(), this.#tell("fault"));
    audio.addEventListener("play", () => (this.#tell("play"), requestAnimationFrame(tick)));
    audio.addEventListener("pause", whileCurrent(() => this.#tell("pause")));
    audio.addEventListener("seeked", whileCurrent(() => this.#tell("move")));
    audio.addEventListener("ended", () => this.#goOn(part));
    // A hidden window gets no frames, and a stretch has to end there too.
    audio.addEventListener("timeupdate", whileCurrent(() => document.hidden && this.#tick()));
    audio.addEventListener("error", fault);
    audio.querySelector("source:last-of-type")?.addEventListener("error", fault);
  }
}
