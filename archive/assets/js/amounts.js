// Sizes and times as people say them.

/** 1536000 → "1.5 MB". */
export function bytes(count) {
  if (count >= 1e9) return `${(count / 1e9).toFixed(1)} GB`;
  if (count >= 1e6) return `${(count / 1e6).toFixed(count < 1e7 ? 1 : 0)} MB`;
  return `${Math.max(1, Math.round(count / 1e3))} KB`;
}

/** Seconds → "about 2 minutes". */
export function remaining(seconds) {
  if (seconds < 60) return "less than a minute";
  if (seconds < 5_400) return `about ${Math.round(seconds / 60)} minute${seconds < 90 ? "" : "s"}`;
  return `about ${Math.round(seconds / 3_600)} hours`;
}
