// What the browser keeps for this reader: speed, place in a story, whether keys are on. Nothing leaves the browser.

export function recall(key) {
  try {
    return localStorage.getItem(`peer-stories:${key}`);
  } catch {
    return null; // storage may be forbidden; the page works without
  }
}

export function keep(key, value) {
  try {
    if (value === null) localStorage.removeItem(`peer-stories:${key}`);
    else localStorage.setItem(`peer-stories:${key}`, value);
  } catch {
    // full or forbidden: the reader loses a convenience only
  }
}
