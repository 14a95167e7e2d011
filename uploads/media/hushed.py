"""What is heard in the place of a struck span: a short soft tone that says something was taken out, then nothing."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from uploads.media.loudness import RATE
from uploads.media.spans import Span, within

PER_MS = RATE // 1000
TONE_MS = 300
# The silence reaches a little over both ends of the span: a codec spreads a sound over one of its frames (21 ms in AAC,
# 20 in Opus), so what stands beside the span in the old copy holds a trace of it, and what will stand beside it in the
# new one would be heard in it.
GUARD_MS = 25
_FADE_MS = 10
_TONE_FADE_MS = 60
_TONE_HZ = 440
_TONE_PEAK = 10 ** (-30 / 20) * 2**0.5  # -30 dBFS as root mean square; speech is at -18


def hushed(samples: NDArray[np.float32], at: int, spans: Sequence[Span]) -> NDArray[np.float32]:
    """Mono samples at RATE, the first of which is the at-th of the recording, with merged spans (ms) struck."""
    clock = np.arange(at, at + samples.size) / PER_MS
    reach = GUARD_MS + _FADE_MS
    out = samples.astype(np.float32)
    for start, end in within(spans, at / PER_MS - reach, (at + samples.size) / PER_MS + reach):
        outside = np.maximum(start - GUARD_MS - clock, clock - end - GUARD_MS)
        out *= _soft(outside / _FADE_MS)
        length = min(TONE_MS, end - start)
        edges = np.minimum(clock - start, start + length - clock) / min(_TONE_FADE_MS, length / 2)
        out += _TONE_PEAK * np.sin(2 * np.pi * _TONE_HZ * (clock - start) / 1000) * _soft(edges)
    return out.astype(np.float32)


def _soft(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """From 0 to 1 along half a cosine; 0 before and 1 after."""
    return 0.5 - 0.5 * np.cos(np.pi * np.clip(share, 0.0, 1.0))
