// How fast the voice goes; remembered for all stories.
import { keep, recall } from "./memory.js";

/** Gives a function that goes so many steps faster (or, below zero, slower). */
export function speeds(select, sound) {
  const all = [...select.options].map((option) => option.value);

  function set(value) {
    select.value = value;
    sound.rate = Number(value);
    keep("speed", value === "1" ? null : value);
  }

  select.addEventListener("change", () => set(select.value));
  set(all.includes(recall("speed")) ? recall("speed") : "1");
  return (by) => set(all[Math.min(Math.max(all.indexOf(select.value) + by, 0), all.length - 1)]);
}
