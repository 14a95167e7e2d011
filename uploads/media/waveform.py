"""The waveform of a recording: its emblem on cards, headers and players."""

from collections.abc import Sequence

import numpy as np

from uploads.media.sound import Soundtrack
from uploads.media.spans import merged

_SHAPE = 0.6  # below 1 lifts quiet speech: loudness as heard grows slower than amplitude


def peaks(sound: Soundtrack, bars: int = 1000) -> bytes:
    """One number from 0 to 100 a bar, the loudest bar being 100; all 0 for silence. Reads one bar at a time.

    A bar is the root mean square of its stretch, not its highest sample, so that one knock on the table does not
    flatten a whole conversation.
    """
    edges = np.linspace(0, sound.duration_ms, bars + 1)
    levels = np.zeros(bars)
    for bar, (start, end) in enumerate(zip(edges[:-1], edges[1:], strict=True)):
        stretch = sound.samples(int(start), max(int(end), int(start) + 1))
        levels[bar] = np.sqrt(np.mean(np.square(stretch))) if stretch.size else 0.0
    loudest = levels.max(initial=0.0)
    if loudest < 1 / 32_768:
        return bytes(bars)
    return bytes(np.rint(100 * (levels / loudest) ** _SHAPE).astype(np.uint8))


def masked(peaks: bytes, spans: Sequence[tuple[int, int]], duration_ms: int) -> bytes:
    """The same bars, those that touch one of the spans (start and end in ms) being 0."""
    bars = np.frombuffer(peaks, np.uint8).copy()
    edges = np.linspace(0, duration_ms, bars.size + 1)
    for start, end in merged(spans):
        bars[(edges[:-1] < end) & (edges[1:] > start)] = 0
    return bars.tobytes()
