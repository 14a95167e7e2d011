// Times are milliseconds everywhere in these scripts; seconds only where the browser or an address wants them.

/** 762000 → "12:42", 3723000 → "1:02:03". */
export function clock(ms) {
  const all = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, String(all % 60).padStart(2, "0")];
  return h ? `${h}:${String(m).padStart(2, "0")}:${s}` : `${m}:${s}`;
}

/** "83.2" or "1:23.2" or "0:01:23" → 83200; null where it is no time. */
function moment(text) {
  const parts = (text || "").split(":");
  if (parts.length > 3 || parts.some((part) => !/^\d+(\.\d+)?$/.test(part))) return null;
  return Math.round(parts.reduce((sum, part) => sum * 60 + Number(part), 0) * 1000);
}

/** "#t=83.2,97" (Media Fragments, normal play time) → {from: 83200, to: 97000}; to is null without an end. */
export function stretch(hash) {
  const found = /(?:^#|&)t=(?:npt:)?([^,&]*)(?:,([^&]*))?/.exec(decodeURIComponent(hash));
  if (!found) return null;
  const from = found[1] ? moment(found[1]) : 0;
  const to = moment(found[2]);
  return from === null || (to !== null && to <= from) ? null : { from, to };
}

/** 83200 → "83.2", as it stands in an address. */
export function seconds(ms) {
  return String(Math.round(ms / 100) / 10);
}
