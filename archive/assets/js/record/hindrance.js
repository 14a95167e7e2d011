// Why this browser cannot record here, in a sentence; null where it can.

export function hindrance() {
  if (!isSecureContext) {
    return "Browsers lend their microphone only to pages with a safe address, one that begins with https. This one does not, so the recording has to be made with something else.";
  }
  if (!window.MediaRecorder || !navigator.mediaDevices?.getUserMedia || !window.indexedDB) {
    return "This browser cannot record sound.";
  }
  return null;
}

/** What a refused or missing microphone comes to. */
export function refusal({ name }) {
  if (name === "NotAllowedError" || name === "SecurityError") {
    return "The browser was told not to lend its microphone to this page. You can change that beside the address, and then try again.";
  }
  if (name === "NotFoundError") return "No microphone was found. If you plug one in, try again.";
  return "The microphone did not answer. Another program may be using it.";
}
