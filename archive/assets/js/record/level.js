// The sound of the last seconds as bars, newest on the right, and in words for whoever does not see them.
import { inWords } from "./microphone.js";

const BARS = 96;
const EVERY = 100; // ms
const SAID_EVERY = 40; // bars: a screen reader is told once in four seconds at most, and only what has changed

/** read gives 0..1. Runs until the page is left. */
export function showLevel(canvas, line, read) {
  const bars = new Array(BARS).fill(0);
  let since = 0;

  function tick() {
    bars.shift();
    bars.push(read());
    draw(canvas, bars);
    since += 1;
    const first = since === 20;
    if (!first && since % SAID_EVERY) return;
    const words = inWords(bars.slice(-Math.min(since, SAID_EVERY)));
    if (line.textContent !== words) line.textContent = words;
  }
  setInterval(tick, EVERY);
}

function draw(canvas, bars) {
  const scale = devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth * scale, canvas.clientHeight * scale];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const pen = canvas.getContext("2d");
  const step = width / bars.length;
  pen.clearRect(0, 0, width, height);
  pen.fillStyle = getComputedStyle(canvas).color;
  bars.forEach((level, n) => {
    const tall = Math.max(scale, Math.sqrt(level) * height);
    pen.fillRect(n * step, (height - tall) / 2, Math.max(1, step * 0.5), tall);
  });
}
