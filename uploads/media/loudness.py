"""How loud a copy is made, so that nobody has to reach for the volume between two voices.

Loudness and true peak are measured as ITU-R BS.1770 and EBU R 128 say (FFmpeg's ebur128). The aim is -18 LUFS, which
AES TD1008 (2021) recommends for speech in streams and podcasts: louder aims, such as the -16 of music, would push the
peaks of an unedited voice into the limiter far more often. One gain for all of a recording keeps what is whispered
whispered; a limiter stands behind it only where a peak would pass the ceiling.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from av import AudioFrame
from av.error import BlockingIOError, EOFError
from av.filter import Graph
from av.filter.context import FilterContext

RATE = 48_000  # Hz; Opus knows no other, and 16 kHz would cut the voice's upper half away
_FRAME_SAMPLES = RATE // 2
_AIM_LUFS = -18.0
_MOST_GAIN_DB = 20.0  # a tape of hiss is not blown up to a storm
_SILENCE_LUFS = -69.0  # BS.1770 leaves out what is below -70, and says -70 where that is all
_MOST_MADE_UP_DB = 2.0  # for what the limiter takes: more would be chasing its own tail
_CEILING_DB = -1.5 - 2.0  # true peak of a copy, less what coding at these rates adds to peaks


@dataclass(frozen=True, slots=True)
class Loudness:
    """What was measured: integrated loudness in LUFS, true peak in dBTP, length in seconds; and what the limiter takes
    away again, in LU."""

    lufs: float
    true_peak_db: float
    seconds: float
    limiter_takes: float = 0.0

    @property
    def gain_db(self) -> float:
        """What to add to come to the aim."""
        if self.lufs < _SILENCE_LUFS:
            return 0.0
        return min(_AIM_LUFS - self.lufs + min(self.limiter_takes, _MOST_MADE_UP_DB), _MOST_GAIN_DB)

    @property
    def needs_limiter(self) -> bool:
        return self.true_peak_db + self.gain_db > _CEILING_DB


def measured(frames: Iterator[AudioFrame]) -> Loudness:
    """The loudness of mono frames at RATE."""
    graph: Graph | None = None
    lufs, peak, samples = -math.inf, 0.0, 0
    for frame in frames:
        graph = graph or _graph(frame.format.name, [("ebur128", "metadata=1:peak=true")])
        samples += frame.samples
        for said in _through(graph, frame):
            lufs = _number(said, "lavfi.r128.I", lufs)  # so far, from the beginning
            peak = max(peak, _number(said, "lavfi.r128.true_peak", peak))  # as amplitude, not in decibels
    return Loudness(lufs, 20 * math.log10(max(peak, 1e-6)), samples / RATE)


def levelled(frames: Iterator[AudioFrame], loudness: Loudness) -> Iterator[AudioFrame]:
    """The same frames as loud as they should be, floating point, each moment where it was."""
    steps = [("volume", f"{loudness.gain_db:.2f}dB:precision=float")]
    if loudness.needs_limiter:
        # latency=1 takes back the delay of looking ahead; level=0 keeps it from adding gain of its own.
        steps.append(("alimiter", f"limit={_CEILING_DB}dB:attack=5:release=80:level=0:latency=1"))
    graph = _graph("s16", [*steps, ("aformat", "sample_fmts=flt")])
    for frame in frames:
        yield from _through(graph, frame)
    yield from _through(graph, None)


def in_frames(blocks: Iterator[bytes]) -> Iterator[AudioFrame]:
    """Half-second frames with times; decoders hand over anything from one sample to seconds of silence."""
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
    frame.sample_rate, frame.pts, frame.time_base = RATE, at, Fraction(1, RATE)
    return frame


def _graph(sample_format: str, steps: list[tuple[str, str]]) -> Graph:
    graph = Graph()
    source: FilterContext = graph.add_abuffer(
        format=sample_format, layout="mono", sample_rate=RATE, time_base=Fraction(1, RATE)
    )
    graph.link_nodes(source, *(graph.add(name, how) for name, how in steps), graph.add("abuffersink"))
    graph.configure()
    return graph


def _through(graph: Graph, frame: AudioFrame | None) -> Iterator[Any]:
    graph.push(frame)
    while True:
        try:
            yield graph.pull()
        except (BlockingIOError, EOFError):
            return


def _number(frame: Any, name: str, otherwise: float) -> float:
    try:
        number = float(frame.metadata[name])
    except (KeyError, ValueError):
        return otherwise
    return number if math.isfinite(number) else otherwise
