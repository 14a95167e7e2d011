// Lengths and days as people say them.

/** 732000 → "12 minutes". */
export function length(ms) {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return seconds === 1 ? "1 second" : `${seconds} seconds`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return minutes === 1 ? "1 minute" : `${minutes} minutes`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** → "today 14:03", "yesterday 9:30", "4 May 2026, 9:30". */
export function when(at) {
  const then = new Date(at);
  const time = `${then.getHours()}:${String(then.getMinutes()).padStart(2, "0")}`;
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  if (then >= midnight) return `today ${time}`;
  if (midnight - then < 24 * 3_600_000) return `yesterday ${time}`;
  return `${then.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" })}, ${time}`;
}
