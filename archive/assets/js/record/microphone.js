// A microphone that listens, and how loud it is.

const AS_IT_SOUNDS = { echoCancellation: false, noiseSuppression: false, autoGainControl: true };

/** Rejects where there is none, or where it is not lent. */
export const listen = () => navigator.mediaDevices.getUserMedia({ audio: AS_IT_SOUNDS });

/** A function that gives the loudest of the last moment, 0 to 1. */
export function meter(stream) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 8192; // 170 ms at 48 kHz: longer than from one look to the next, so that no sound falls in between
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return () => {
    if (context.state === "suspended") context.resume();
    analyser.getFloatTimeDomainData(samples);
    return Math.min(1, samples.reduce((loudest, each) => Math.max(loudest, Math.abs(each)), 0));
  };
}

/** The level in words. levels: the last seconds; a single knock on the table is not too loud. */
export function inWords(levels) {
  const peak = Math.max(...levels);
  if (peak < 0.004) return "Nothing is heard. Is the microphone switched on?";
  if (peak < 0.05) return "Very quiet. Move the microphone nearer.";
  if (levels.filter((each) => each > 0.98).length > levels.length / 2) return "Too loud. Move the microphone away a little.";
  return "It is heard well.";
}
