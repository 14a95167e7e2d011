/**
 * One voice at a time, for lists of passages: plays from a moment of a recording to the end of its passage.
 * A link says what and where: data-media, data-types, data-play, data-until (milliseconds of the recording's clock).
 * Events: "play", "pause", "move" (the clock ran or jumped), "change" (another link), "end", "fault".
 */
export class Ear extends EventTarget {
  #audio = new Audio();
  #until = null;
  link = null;

  constructor() {
    super();
    const audio = this.#audio;
    const tick = () => this.#tick();
    audio.addEventListener("play", () => (this.#tell("play"), requestAnimationFrame(tick)));
    audio.addEventListener("pause", () => this.#tell("pause"));
    audio.addEventListener("seeked", () => this.#tell("move"));
    audio.addEventListener("ended", () => this.#ended());
    // A hidden window gets no frames, and a passage has to end there too.
    audio.addEventListener("timeupdate", () => document.hidden && this.#tick());
  }

  get now() {
    return this.#audio.currentTime * 1000;
  }

  /** Where it stops by itself. */
  get until() {
    return this.#until;
  }

  get paused() {
    return this.#audio.paused;
  }

  /** Says what this link leads to, from its beginning. */
  start(link) {
    this.stop();
    this.link = link;
    const types = JSON.parse(link.dataset.types);
    const best = Math.max(0, types.findIndex((type) => this.#audio.canPlayType(type)));
    const source = new URL(JSON.parse(link.dataset.media)[best], location.href).href;
    if (this.#audio.src !== source) this.#audio.src = source;
    this.#audio.currentTime = Number(link.dataset.play) / 1000;
    this.#tell("change");
    return this.play(Number(link.dataset.until) || null);
  }

  play(until = this.#until) {
    this.#until = until;
    const link = this.link;
    return this.#audio.play().catch(({ name }) => {
      if (name !== "AbortError" && link === this.link) this.#tell("fault"); // aborted: paused before it began
    });
  }

  pause() {
    this.#audio.pause();
  }

  seek(ms) {
    this.#audio.currentTime = Math.max(0, ms) / 1000;
  }

  /** Silence, and no link any more. */
  stop() {
    this.pause();
    this.link = null;
    this.#tell("change");
  }

  /** What comes at the end of a passage, also where its rest is not to be heard. */
  finish() {
    this.pause();
    this.#tell("end");
  }

  #tick() {
    if (this.paused) return;
    if (this.#until !== null && this.now >= this.#until) return this.finish();
    this.#tell("move");
    requestAnimationFrame(() => this.#tick());
  }

  /** Of a recording that is shorter than it should be, nothing was heard: that is no end of a passage. */
  #ended() {
    if (this.now + 500 < Number(this.link?.dataset.play)) this.#tell("fault");
    else this.finish();
  }

  #tell(name) {
    this.dispatchEvent(new Event(name));
  }
}
