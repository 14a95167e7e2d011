// One file on its way to the archive in pieces (tus), resumed where it was after a break, a reload, another day.
import { Upload } from "tus-js-client";

const PIECE = 8 * 1024 * 1024;
const PATIENCE = [0, 1_000, 3_000, 5_000, 10_000, 20_000, 30_000]; // ms before each further try
const BROKE_OFF = "The way to the archive broke off. What has arrived is kept there; press “Go on” when you are connected again.";

/**
 * Sends a File or Blob into a story (its slug).
 * Events: "move" (detail: {sent, size, speed in bytes a second or null}), "done", "fault" (detail: {sentence, final}).
 * meta: further Upload-Metadata. resume: false for what the browser cannot recognise again.
 * key: by which a Blob is recognised after a reload. before: awaited with the upload's id before each piece goes.
 */
export class Sending extends EventTarget {
  #upload;
  #speed = new Speed();

  constructor(file, story, { name = file.name, meta = {}, resume = true, key, before } = {}) {
    super();
    this.name = name;
    this.size = file.size;
    const recognised = key ?? [name, file.size, file.lastModified].join("|");
    this.#upload = new Upload(file, {
      endpoint: "/studio/uploads",
      chunkSize: PIECE,
      retryDelays: PATIENCE,
      metadata: { filename: name, filetype: file.type, story, ...meta },
      storeFingerprintForResuming: resume,
      removeFingerprintOnSuccess: true,
      fingerprint: async () => (resume ? ["peer-stories", story, recognised].join("|") : null),
      onBeforeRequest: async (request) => request.getMethod() === "PATCH" && before?.(this.id),
      onProgress: (sent, size) => this.#tell("move", { sent, size, speed: this.#speed.at(sent) }),
      onSuccess: () => this.#tell("done"),
      onError: (error) => this.#tell("fault", fault(error)),
    });
  }

  /** The id under which the archive knows it; null before it was announced. */
  get id() {
    return this.#upload.url?.split("/").pop() ?? null;
  }

  async start() {
    const [earlier] = await this.#upload.findPreviousUploads();
    if (earlier) this.#upload.resumeFromPreviousUpload(earlier);
    this.go();
  }

  go() {
    this.#speed = new Speed();
    this.#upload.start();
  }

  pause() {
    return this.#upload.abort();
  }

  /** Nothing of it stays in the archive. */
  takeBack() {
    return this.#upload.abort(true);
  }

  #tell(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** A refusal is the archive's own sentence; everything else is the line. */
function fault(error) {
  const answer = error.originalResponse;
  const status = answer?.getStatus() ?? 0;
  const refused = status >= 400 && status < 500 && status !== 409 && status !== 423;
  const sentence = refused || status === 507 ? answer.getBody() : BROKE_OFF;
  return { sentence: sentence || BROKE_OFF, final: refused };
}

/** Bytes a second over the last few seconds; null while nobody can say. */
class Speed {
  #seen = [];

  at(sent) {
    const now = performance.now();
    this.#seen.push([now, sent]);
    while (this.#seen.length > 2 && now - this.#seen[0][0] > 8_000) this.#seen.shift();
    const [from, before] = this.#seen[0];
    return now - from > 800 ? ((sent - before) / (now - from)) * 1000 : null;
  }
}
