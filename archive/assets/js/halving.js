/** The last index of a rising list whose value is at most `wanted`; -1 where there is none. */
export function last(rising, wanted) {
  let [low, high] = [0, rising.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle] <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
