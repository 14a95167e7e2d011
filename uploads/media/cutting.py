"""A clip out of one of our own listening copies, as a small file of its own that holds nothing else.

In the process that asks: what is read here was written by our own encoders, no stranger's file, and a listener waits.
Sound is decoded and encoded anew, because packets of Opus and AAC begin and end where a word does not, and the first
ones of a stretch can only be heard together with what came before it.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
from av import AudioFrame, AudioResampler
from numpy.typing import NDArray

from uploads.media.encoding import AAC, OPUS, Recipe, add_sound
from uploads.media.loudness import RATE
from uploads.media.opening import opened

_PER_MS = RATE // 1000
_LEAD_MS = 1_000  # decoded before and thrown away: Opus needs 80 ms to find its voice, and seeking lands on a cluster
_FADE_MS = 6  # at both ends: a cut in the middle of a wave is a click
_BLOCK = 960  # samples handed to an encoder at once

Samples = NDArray[np.int16]


def samples(path: Path, start_ms: int, end_ms: int) -> Samples:
    """Mono samples of [start_ms, end_ms) at loudness.RATE, faded in and out; fewer where the copy ends before.

    Raises Unplayable for what is no copy of ours.
    """
    wanted = max(0, end_ms - start_ms) * _PER_MS
    cut = np.zeros(wanted, np.int16)
    reached = 0
    for at, block in _decoded(path, start_ms, end_ms):
        begin, end = max(at, 0), min(at + len(block), wanted)
        if begin < end:
            cut[begin:end] = block[begin - at : end - at]
            reached = max(reached, end)
    return _faded(cut[:reached])


def encoded(sound: Samples, recipe: Recipe) -> bytes:
    """A whole file, with no times and no numbers by chance: the same sound gives the same bytes."""
    with TemporaryDirectory(prefix="peer-stories-clip-") as folder:  # MP4 puts its contents in front when all is there
        path = Path(folder) / "clip"
        with av.open(str(path), "w", format=recipe.muxer, options={**recipe.options, "fflags": "+bitexact"}) as out:
            stream = add_sound(out, recipe)
            for frame in _frames(sound):
                out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
        return path.read_bytes()


def clip(path: Path, start_ms: int, end_ms: int, media_type: str) -> bytes:
    """media_type: "audio/webm" or "audio/mp4". As samples() and encoded()."""
    return encoded(samples(path, start_ms, end_ms), AAC if media_type == "audio/mp4" else OPUS)


def _decoded(path: Path, start_ms: int, end_ms: int) -> Iterator[tuple[int, Samples]]:
    """Blocks of samples, each with its place counted from start_ms."""
    with opened(path) as (container, stream):
        container.seek(max(0, start_ms - _LEAD_MS) * 1000, any_frame=False)  # in av.time_base, a millionth of a second
        resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
        at: int | None = None
        for frame in container.decode(stream):
            if at is None and frame.time is not None:
                at = round(frame.time * RATE) - start_ms * _PER_MS
            for out in resampler.resample(frame):
                block = out.to_ndarray().reshape(-1).astype(np.int16, copy=False)
                yield at or 0, block
                at = (at or 0) + len(block)
            if at is not None and at > (end_ms - start_ms) * _PER_MS:
                return


def _faded(sound: Samples) -> Samples:
    many = min(_FADE_MS * _PER_MS, len(sound) // 2)
    if many:
        slope = np.linspace(0.0, 1.0, many, endpoint=False)
        sound[:many] = (sound[:many] * slope).astype(np.int16)
        sound[-many:] = (sound[-many:] * slope[::-1]).astype(np.int16)
    return sound


def _frames(sound: Samples) -> Iterator[AudioFrame]:
    for at in range(0, len(sound), _BLOCK):
        frame = AudioFrame.from_ndarray(sound[at : at + _BLOCK].reshape(1, -1), "s16", "mono")
        frame.sample_rate = RATE
        frame.pts = at
        yield frame
