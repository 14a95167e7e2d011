"""Listening copies: small files that every browser plays, made from any recording that we can read."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer

from uploads.media.decoding import Decoding
from uploads.whole_file import written_whole

_RATE = 48_000  # Hz; Opus knows no other, and 16 kHz would cut the voice's upper half away
_FRAME_SAMPLES = _RATE // 2


@dataclass(frozen=True, slots=True)
class Copy:
    """A finished listening copy; codec is for the codecs= parameter that a page puts behind media_type."""

    path: Path
    media_type: str
    codec: str


@dataclass(frozen=True, slots=True)
class _Recipe:
    name: str
    media_type: str
    codec: str
    muxer: str
    encoder: str
    bit_rate: int
    options: dict[str, str]


# Opus sounds better at half the rate; AAC is for Safari before 17 and for podcast players. Both carry the table of
# contents at the front, so that a player can jump without having fetched the end.
_RECIPES = (
    _Recipe("sound.webm", "audio/webm", "opus", "webm", "libopus", 32_000, {"cues_to_front": "1"}),
    _Recipe("sound.m4a", "audio/mp4", "mp4a.40.2", "ipod", "aac", 64_000, {"movflags": "+faststart"}),
)


def listening_copies(
    path: Path,
    folder: Path,
    on_progress: Callable[[float], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> tuple[Copy, ...]:
    """Make folder/sound.webm (mono Opus, 32 kbit/s) and folder/sound.m4a (mono AAC, 64 kbit/s) in one pass over path.

    Their clocks are the soundtrack's: damage becomes silence, nothing shifts. on_progress, stop and the errors are as
    for soundtrack(). Each file appears when it is complete.
    """
    decoding = Decoding(path, _RATE, on_progress, stop)
    with ExitStack() as stack:
        encoders = [stack.enter_context(_encoder(folder, recipe)) for recipe in _RECIPES]
        for frame in _frames(decoding.blocks()):
            for container, stream in encoders:
                container.mux(stream.encode(frame))
    return tuple(Copy(folder / recipe.name, recipe.media_type, recipe.codec) for recipe in _RECIPES)


@contextmanager
def _encoder(folder: Path, recipe: _Recipe) -> Iterator[tuple[OutputContainer, AudioStream]]:
    with (
        written_whole(folder / recipe.name) as part,
        av.open(str(part), "w", format=recipe.muxer, options=recipe.options) as container,
    ):
        stream = cast(AudioStream, container.add_stream(recipe.encoder, rate=_RATE, layout="mono"))
        stream.bit_rate = recipe.bit_rate
        yield container, stream
        container.mux(stream.encode(None))


def _frames(blocks: Iterator[bytes]) -> Iterator[AudioFrame]:
    """Half-second frames with times; decoders hand over anything from one sample to minutes of silence."""
    held, at = bytearray(), 0
    for block in blocks:
        held += block
        while len(held) >= 2 * _FRAME_SAMPLES:
            yield _frame(held[: 2 * _FRAME_SAMPLES], at)
            del held[: 2 * _FRAME_SAMPLES]
            at += _FRAME_SAMPLES
    if held:
        yield _frame(held, at)


def _frame(samples: bytes | bytearray, at: int) -> AudioFrame:
    frame = AudioFrame.from_ndarray(np.frombuffer(samples, dtype=np.int16).reshape(1, -1).copy(), "s16", "mono")
    frame.sample_rate, frame.pts, frame.time_base = _RATE, at, Fraction(1, _RATE)
    return frame
