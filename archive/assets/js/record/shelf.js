// What this browser keeps of recordings until the archive has them: each piece is written as it comes (IndexedDB).
// A recording is {id, story, title, startedAt, type, ms, askings: [[ms, question id or null, text]], moods, unmarked}.

let opening = null;

function database() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("peer-stories-recordings", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("recordings", { keyPath: "id" });
      request.result.createObjectStore("pieces", { keyPath: ["recording", "n"] });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opening;
}

/** Runs act(recordings, pieces) in one transaction; gives the result of the request that act returns, once it is kept. */
async function within(mode, act) {
  const transaction = (await database()).transaction(["recordings", "pieces"], mode);
  const request = act(transaction.objectStore("recordings"), transaction.objectStore("pieces"));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

const piecesOf = (id) => IDBKeyRange.bound([id, 0], [id, Infinity]);

export const begin = (recording) => within("readwrite", (recordings) => recordings.put(recording));
export const find = (id) => within("readonly", (recordings) => recordings.get(id));

export function change(id, changes) {
  return within("readwrite", (recordings) => changed(recordings, id, changes));
}

/** One more piece of sound; ms is how long the recording is with it. Rejects where the browser has no more room. */
export function addPiece(id, n, sound, ms) {
  return within("readwrite", (recordings, pieces) => {
    pieces.put({ recording: id, n, sound });
    changed(recordings, id, { ms });
  });
}

function changed(recordings, id, changes) {
  const request = recordings.get(id);
  request.onsuccess = () => request.result && recordings.put({ ...request.result, ...changes });
}

/** The oldest first. One that has no sound yet is left out, unless marks of it are. */
export async function kept() {
  const all = await within("readonly", (recordings) => recordings.getAll());
  return all.filter((each) => each.ms || each.unmarked).sort((a, b) => a.startedAt - b.startedAt);
}

/** All of it as one Blob. The browser reads the pieces from its disk only when they are sent. */
export async function soundOf({ id, type }) {
  const pieces = await within("readonly", (_, pieces) => pieces.getAll(piecesOf(id))).catch(() => []);
  return new Blob(pieces.map((each) => each.sound), { type });
}

/** The archive has the sound; what could not be marked there stays. */
export function dropSound(id) {
  return within("readwrite", (_, pieces) => pieces.delete(piecesOf(id)));
}

export function forget(id) {
  return within("readwrite", (recordings, pieces) => {
    pieces.delete(piecesOf(id));
    recordings.delete(id);
  });
}

/** Runs act while no other window may touch this recording; false where one has it in hand already. */
export function alone(id, act) {
  if (!navigator.locks) return act();
  return navigator.locks.request(`recording ${id}`, { ifAvailable: true }, (lock) => (lock ? act() : false));
}

/** The recordings that some window has in hand at this moment. */
export async function inHand() {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return new Set(held.map((lock) => lock.name.replace("recording ", "")));
}
