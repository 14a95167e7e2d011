// A recording goes from this browser's shelf to the archive: its questions, its sound, how it felt.
import { Sending } from "../sending.js";
import * as shelf from "./shelf.js";

/** A name that says what and when: "told-on-a-train-2026-05-04-1403.webm". */
export function fileName({ story, startedAt, type }) {
  const at = new Date(startedAt);
  const two = (number) => String(number).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const suffix = { "audio/webm": "webm", "audio/mp4": "m4a", "audio/ogg": "ogg" }[type] ?? "webm";
  return `${story}-${day}-${two(at.getHours())}${two(at.getMinutes())}.${suffix}`;
}

/** A Sending of it; "done" comes when the archive has the sound. more: pieces that are not on the shelf. */
export async function bring(recording, more = []) {
  const held = await shelf.soundOf(recording);
  const sound = more.length ? new Blob([held, ...more], { type: recording.type }) : held;
  const told = { yet: false };
  const sending = new Sending(sound, recording.story, {
    name: fileName(recording),
    key: recording.id,
    before: (id) => tellAskings(recording, id, told),
  });
  // What the archive refused it holds no more of; the next try begins anew.
  sending.addEventListener("fault", ({ detail }) => detail.final && sending.takeBack().catch(() => {}));
  return sending;
}

/**
 * Before the last piece, because with it the upload becomes a recording. A broken line is tried again with the piece
 * itself; a refusal must not hold up the sound, so the marks then stay in this browser, to be set by hand.
 */
async function tellAskings(recording, id, told) {
  if (told.yet || !recording.askings.length) return;
  const answer = await fetch(`/studio/uploads/${id}/askings`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Tus-Resumable": "1.0.0" },
    body: JSON.stringify(recording.askings),
  });
  told.yet = true;
  recording.unmarked = !answer.ok;
}

/** Once the sound is there. Gives whether all else is there too; if so, this browser forgets the recording. */
export async function settle(recording, token) {
  const kept = await Promise.all((recording.moods ?? []).map((mood) => tellMood(recording.story, mood, token)));
  if (recording.unmarked) {
    await shelf.change(recording.id, { unmarked: true });
    await shelf.dropSound(recording.id);
    return false;
  }
  await shelf.forget(recording.id);
  return kept.every(Boolean);
}

async function tellMood(story, mood, token) {
  const body = new URLSearchParams({ csrf_token: token, ...mood });
  const answer = await fetch(`/studio/${story}/mood`, { method: "POST", body, redirect: "manual" }).catch(() => null);
  return answer !== null && (answer.ok || answer.type === "opaqueredirect");
}
