// Times as they stand in the fields: 762340 → "12:42.34".

export function stamp(ms) {
  const [minutes, rest] = [Math.floor(ms / 60_000), ms % 60_000];
  const seconds = String(Math.round(rest) / 1000);
  return `${minutes}:${rest < 10_000 ? "0" : ""}${seconds}`;
}

/** "1:02.5", "62.5" or "62,5" → 62500; null where it is no time. */
export function typed(text) {
  const parts = text.trim().replace(",", ".").split(":");
  if (parts.length > 3 || parts.some((part) => !/^\d+(\.\d*)?$/.test(part))) return null;
  return Math.round(parts.reduce((sum, part) => sum * 60 + Number(part), 0) * 1000);
}
