// One recording while it is made.
import * as shelf from "./shelf.js";

const PIECE = 2_000; // ms: what a crash can cost
const KINDS = ["audio/webm;codecs=opus", "audio/mp4;codecs=mp4a.40.2", "audio/mp4", "audio/ogg;codecs=opus"];
const BITS = 128_000;

/**
 * Writes each piece onto the shelf as it comes. Events: "started", "paused", "ended", "full" (the browser has no more
 * room: further pieces are kept in this page alone).
 */
export class Taping extends EventTarget {
  #recorder;
  #before = 0; // ms that were recorded until the last pause
  #since = null; // when it went on after that; null while it rests
  #pieces = 0;
  #writing = Promise.resolve();
  #unwritten = [];

  /** about: {story, title, moods}. */
  constructor(stream, about) {
    super();
    const type = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    this.#recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: BITS });
    this.recording = {
      ...about,
      id: crypto.randomUUID(),
      startedAt: Date.now(),
      type: this.#recorder.mimeType.split(";")[0],
      ms: 0,
      askings: [],
    };
    this.#listen();
  }

  start() {
    this.#recorder.start(PIECE);
    this.#writing = shelf.begin(this.recording).catch(() => this.#tell("full"));
  }

  pause() {
    this.#rest();
    this.#recorder.pause();
  }

  goOn() {
    this.#recorder.resume();
  }

  end() {
    this.#rest();
    this.#recorder.stop();
  }

  /** Milliseconds on the recording's own clock, which rests while it pauses. */
  get now() {
    return Math.round(this.#before + (this.#since === null ? 0 : performance.now() - this.#since));
  }

  get running() {
    return this.#since !== null;
  }

  ask(id, text) {
    this.recording.askings.push([this.now, id, text]);
    return shelf.change(this.recording.id, { askings: this.recording.askings });
  }

  unask(asking) {
    this.recording.askings = this.recording.askings.filter((each) => each !== asking);
    return shelf.change(this.recording.id, { askings: this.recording.askings });
  }

  #listen() {
    const begins = () => ((this.#since = performance.now()), this.#tell("started"));
    this.#recorder.addEventListener("start", begins);
    this.#recorder.addEventListener("resume", begins);
    this.#recorder.addEventListener("pause", () => this.#tell("paused"));
    this.#recorder.addEventListener("dataavailable", ({ data }) => data.size && this.#write(data));
    // Also where the microphone was pulled out: then nobody has pressed a button.
    this.#recorder.addEventListener("stop", () => (this.#rest(), this.#writing.then(() => this.#tell("ended"))));
  }

  #rest() {
    this.#before = this.now;
    this.#since = null;
  }

  #write(data) {
    const [n, ms] = [this.#pieces++, this.now];
    this.#writing = this.#writing.then(async () => {
      this.#unwritten.push([n, data]);
      try {
        for (const [place, sound] of [...this.#unwritten]) {
          await shelf.addPiece(this.recording.id, place, sound, ms);
          this.#unwritten.shift();
        }
      } catch {
        this.#tell("full");
      }
    });
  }

  /** What could not be written, in order: it is in this page alone. */
  get unwritten() {
    return this.#unwritten.map(([, sound]) => sound);
  }

  #tell(name) {
    this.dispatchEvent(new Event(name));
  }
}
