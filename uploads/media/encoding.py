"""Encoding the sound of a recording for browsers, in the child process."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import av
from av import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer

from uploads.media.decoding import Decoding
from uploads.media.limits import narrow_cpu
from uploads.media.loudness import RATE, Loudness, in_frames, levelled, measured

_MEASURING = 0.2  # its share of the work
_CPU_SHARE = 0.5  # as in copies.py


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to write one copy; rates in bits a second."""

    muxer: str
    encoder: str
    bit_rate: int
    options: dict[str, str]


# Opus sounds better at half the rate; AAC is for Safari before 17 and for podcast players. Both carry the table of
# contents at the front, so that a player can jump without having fetched the end.
OPUS = Recipe("webm", "libopus", 32_000, {"cues_to_front": "1"})
AAC = Recipe("ipod", "aac", 64_000, {"movflags": "+faststart"})


def encode_sound(tell: Callable[[float], None], path: str, parts: list[str]) -> None:
    """Write the copies of OPUS and AAC to parts, both from one decoding; one or two before it measure."""
    loudness = loudness_of(Path(path), within(tell, 0.0, _MEASURING))
    narrow_cpu(_CPU_SHARE * loudness.seconds)
    with ExitStack() as stack:
        recipes = zip(parts, (OPUS, AAC), strict=True)
        encoders = [stack.enter_context(_encoder(part, recipe)) for part, recipe in recipes]
        for frame in sound_of(Path(path), loudness, within(tell, _MEASURING, 1.0)):
            for container, stream in encoders:
                container.mux(stream.encode(frame))


def loudness_of(path: Path, tell: Callable[[float], None]) -> Loudness:
    """Measured, and where peaks have to be held down measured once more behind the limiter."""
    found = measured(in_frames(Decoding(path, RATE, within(tell, 0.0, 0.5)).blocks()))
    if not found.needs_limiter:
        return found
    limited = measured(sound_of(path, found, within(tell, 0.5, 1.0)))
    return replace(found, limiter_takes=max(0.0, found.lufs + found.gain_db - limited.lufs))


def sound_of(path: Path, loudness: Loudness, tell: Callable[[float], None]) -> Iterator[AudioFrame]:
    """The sound as all copies carry it."""
    return levelled(in_frames(Decoding(path, RATE, tell).blocks()), loudness)


def within(tell: Callable[[float], None], low: float, high: float) -> Callable[[float], None]:
    """Tells of a step, 0 to 1, as a share of the whole."""
    return lambda share: tell(low + (high - low) * share)


def add_sound(container: OutputContainer, recipe: Recipe) -> AudioStream:
    """A mono stream as the recipe says."""
    stream = cast(AudioStream, container.add_stream(recipe.encoder, rate=RATE, layout="mono"))
    stream.bit_rate = recipe.bit_rate
    return stream


@contextmanager
def _encoder(part: str, recipe: Recipe) -> Iterator[tuple[OutputContainer, AudioStream]]:
    with av.open(part, "w", format=recipe.muxer, options=recipe.options) as container:
        stream = add_sound(container, recipe)
        yield container, stream
        container.mux(stream.encode(None))
