"""Clips of our own listening copies, one after another in one file: without a gap, with rests where they are wanted.

One clip at a time is held in memory, whatever the length of the whole. Each is faded in and out by cutting.samples, so
that no seam clicks.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer

from uploads.media.cutting import Samples, samples
from uploads.media.encoding import OPUS, Recipe, add_sound
from uploads.media.loudness import RATE

__all__ = ["MP3", "OPUS", "RATE", "Part", "joined"]

_BLOCK = 4_800  # samples handed to an encoder at once
MP3 = Recipe("mp3", "libmp3lame", 80_000, {"id3v2_version": "3"})


@dataclass(frozen=True, slots=True)
class Part:
    """[start_ms, end_ms) of a copy; a silence of that length where path is None."""

    path: Path | None
    start_ms: int
    end_ms: int


def joined(
    parts: Sequence[Part],
    targets: Mapping[Path, Recipe],
    tags: Mapping[str, str],
    on_part: Callable[[float], None] | None = None,
) -> list[int]:
    """Write all parts to each target; gives where each begins, in samples at RATE, and where the last one ends.

    on_part hears the share that is done before each part, and may raise to break off. Raises Unplayable for what is no
    copy of ours, and FileNotFoundError for one that is gone.
    """
    begins = [0]
    with ExitStack() as stack:
        encoders = [stack.enter_context(_encoder(path, recipe, tags)) for path, recipe in targets.items()]
        for number, part in enumerate(parts):
            if on_part:
                on_part(number / len(parts))
            sound = _sound_of(part)
            for frame in _frames(sound, begins[-1]):
                for container, stream in encoders:
                    container.mux(stream.encode(frame))
            begins.append(begins[-1] + len(sound))
    return begins


def _sound_of(part: Part) -> Samples:
    if part.path is None:
        return np.zeros((part.end_ms - part.start_ms) * RATE // 1000, np.int16)
    return samples(part.path, part.start_ms, part.end_ms)


def _frames(sound: Samples, begins: int) -> Iterator[AudioFrame]:
    for at in range(0, len(sound), _BLOCK):
        frame = AudioFrame.from_ndarray(sound[at : at + _BLOCK].reshape(1, -1), "s16", "mono")
        frame.sample_rate, frame.pts = RATE, begins + at
        yield frame


@contextmanager
def _encoder(path: Path, recipe: Recipe, tags: Mapping[str, str]) -> Iterator[tuple[OutputContainer, AudioStream]]:
    with av.open(str(path), "w", format=recipe.muxer, options=recipe.options) as container:
        container.metadata.update(tags)
        stream = add_sound(container, recipe)
        yield container, stream
        container.mux(stream.encode(None))
