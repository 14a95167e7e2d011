"""Striking spans from the sound of a copy by exchanging packets, in the child process.

All packets are handed on as they are but for those around a span, which are encoded again from their own decoded sound
with the span taken out. Codecs remember: a packet is coded with what its neighbours left behind. So the new packets
begin early enough before the span, and end late enough behind it, that no packet that is kept was coded with the span
in sight, and that both codecs have settled when the old packets take over. No encoder is given a sample of a span.
Inside of a long span one packet of silence is repeated.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from av import AudioFrame, Packet
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from uploads.media.encoding import AAC, OPUS, Recipe
from uploads.media.hushed import PER_MS, TONE_MS, hushed
from uploads.media.loudness import RATE
from uploads.media.spans import Span

_BEFORE_MS = 150  # no packet that ends so long before a span is exchanged
_AFTER_MS = 90
_SETTLED_MS = 600  # of silence, after which a packet of silence is like the one before
_LEAD = 10  # packets that are decoded, and as many that are encoded, before the first one that counts
_TRAIL = 3  # packets that are encoded after the last one that counts: an encoder looks ahead
_LONGEST = 500  # packets that are encoded in one go
_OFF_CLOCK_S = 0.002  # WebM keeps milliseconds

SoundPacket: TypeAlias = "Packet[AudioStream]"


class Unfit(Exception):
    """The packets of this copy cannot be exchanged."""


@dataclass(frozen=True, slots=True)
class Coding:
    """How our copies carry a sound. frame: samples a packet. delay: samples that a decoder gives before the first one
    that was recorded (RFC 7845 calls it pre-skip, others priming)."""

    recipe: Recipe
    sample_format: str
    frame: int
    delay: int

    def number(self, milliseconds: int) -> int:
        """The packet in whose decoded sound this moment is, not below 0."""
        return max(0, milliseconds * PER_MS + self.delay) // self.frame


_CODINGS = {"opus": Coding(OPUS, "flt", 960, 312), "aac": Coding(AAC, "fltp", 1024, 1024)}


def coding_of(stream: AudioStream) -> Coding:
    """Raises Unfit where a sound is not coded as our copies are."""
    coding = _CODINGS.get(stream.codec_context.codec.canonical_name)
    if coding is None or stream.rate != RATE or stream.channels != 1:
        raise Unfit
    return coding


class Exchange:
    """One pass over the packets of a sound: iterate packets() once."""

    def __init__(self, stream: AudioStream, source: Iterator[SoundPacket], spans: Sequence[Span]) -> None:
        """spans are merged, source is all packets of stream. Raises Unfit, and so does packets()."""
        self._coding, self._spans = coding_of(stream), spans
        self._decoder, self._extradata = stream.codec_context.name, _without_pre_skip(stream)
        self._source = source
        self._at = 0  # the number of the packet that is handed on next
        self._read = 0
        self._old: deque[bytes] = deque(maxlen=2 * _LEAD)  # those before it, as they were
        self._ahead: deque[SoundPacket] = deque()  # from it on, as far as they were read
        self._silence = b""

    def packets(self) -> Iterator[SoundPacket]:
        """The packets of source in order, each with its times, exchanged where need be."""
        for first, end in self._stretches():
            while self._at < first and (packet := self._next()):
                yield self._silent_or_same(packet)
            yield from self._exchanged(end - first)
        while packet := self._next():
            yield self._silent_or_same(packet)

    def _stretches(self) -> Iterator[tuple[int, int]]:
        """Numbers of packets, from and up to, that are encoded anew in one go. Between two of them is nothing, or only
        sound that is kept, or only silence."""
        first, end = 0, 0
        for start_ms, end_ms in _edges(self._spans):
            begin = self._coding.number(start_ms) + 1 if start_ms > 0 else 0
            if begin > end:
                yield from _pieces(first, end)
                first = begin
            end = max(end, self._coding.number(end_ms))
        yield from _pieces(first, end)

    def _next(self) -> "SoundPacket | None":
        packet = self._ahead.popleft() if self._ahead else self._from_source()
        if packet is not None:
            self._at += 1
            self._old.append(bytes(packet))
        return packet

    def _from_source(self) -> "SoundPacket | None":
        """The next packet with sound in it. All places are found by counting, so a packet off the beat is Unfit."""
        packet = next((packet for packet in self._source if packet.size), None)
        if packet is None:
            return None
        due = Fraction(self._read * self._coding.frame - self._coding.delay, RATE)
        if packet.pts is None or abs(packet.pts * packet.time_base - due) > _OFF_CLOCK_S:
            raise Unfit
        self._read += 1
        return packet

    def _silent_or_same(self, packet: SoundPacket) -> SoundPacket:
        """Away from the edges of spans: what is in one is silence."""
        middle_ms = ((self._at - 1) * self._coding.frame - self._coding.delay) / PER_MS
        before = bisect_right(self._spans, middle_ms, key=lambda span: span[0])
        struck = before > 0 and middle_ms < self._spans[before - 1][1]
        return _with(packet, self._silence if struck else bytes(packet))

    def _exchanged(self, count: int) -> Iterator[SoundPacket]:
        while len(self._ahead) < count + _TRAIL and (packet := self._from_source()):
            self._ahead.append(packet)
        count = min(count, len(self._ahead))
        if not count:
            return
        lead = min(_LEAD, self._at)
        new = self._encoded(self._decoded()[(len(self._old) - lead) * self._coding.frame :], self._at - lead)
        for content in new[lead : lead + count]:
            packet = self._next()
            assert packet is not None  # noqa: S101 — counted above
            self._silence = content
            yield _with(packet, content)

    def _decoded(self) -> NDArray[np.float32]:
        """The old sound around here, a frame for each packet that is held."""
        decoder = AudioCodecContext.create(self._decoder, "r")
        decoder.extradata, decoder.sample_rate, decoder.layout = self._extradata, RATE, "mono"
        decoder.thread_count = 1
        held = [*self._old, *map(bytes, self._ahead)]
        frames = [frame for content in held for frame in decoder.decode(Packet(content))]
        if any(frame.samples != self._coding.frame for frame in frames) or len(frames) != len(held):
            raise Unfit
        return np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])

    def _encoded(self, sound: NDArray[np.float32], number: int) -> list[bytes]:
        """Packets from number on, each in step with the old one of its number: a decoder is late by the delay."""
        late = np.concatenate([sound[self._coding.delay :], np.zeros(self._coding.delay, np.float32)])
        struck, frame = hushed(late, number * self._coding.frame, self._spans), self._coding.frame
        encoder = _encoder(self._coding)
        packets: list[bytes] = []
        for at in range(0, struck.size, frame):
            part = AudioFrame.from_ndarray(struck[None, at : at + frame], self._coding.sample_format, "mono")
            part.sample_rate, part.pts, part.time_base = RATE, at, Fraction(1, RATE)
            packets += map(bytes, encoder.encode(part))
        return [*packets, *map(bytes, encoder.encode(None))]


def _edges(spans: Sequence[Span]) -> Iterator[Span]:
    """Milliseconds, from and to, in which there is neither only sound to keep nor only silence."""
    for start, end in spans:
        yield start - _BEFORE_MS, min(start + TONE_MS + _SETTLED_MS, end + _AFTER_MS)
        yield max(start - _BEFORE_MS, end - _SETTLED_MS), end + _AFTER_MS


def _pieces(first: int, end: int) -> Iterator[tuple[int, int]]:
    for begin in range(first, end, _LONGEST):
        yield begin, min(end, begin + _LONGEST)


def _encoder(coding: Coding) -> AudioCodecContext:
    encoder = AudioCodecContext.create(coding.recipe.encoder, "w")
    encoder.sample_rate, encoder.layout, encoder.format = RATE, "mono", coding.sample_format
    encoder.bit_rate, encoder.time_base = coding.recipe.bit_rate, Fraction(1, RATE)
    encoder.options = {"flags": "+bitexact"}
    return encoder


def _without_pre_skip(stream: AudioStream) -> bytes | None:
    """What a decoder has to be told. The beginning of a stretch is not that of the recording, from which an Opus
    decoder takes off what bytes 10 and 11 say (RFC 7845, 5.1)."""
    told = stream.codec_context.extradata
    return told[:10] + bytes(2) + told[12:] if told and told.startswith(b"OpusHead") else told


def _with(packet: SoundPacket, content: bytes) -> SoundPacket:
    """Other content at the times of packet, and nothing else of it but how much to cut from its sound at either end of
    the recording."""
    new: SoundPacket = Packet(content)
    new.pts, new.dts, new.duration, new.time_base = packet.pts, packet.dts, packet.duration, packet.time_base
    new.is_keyframe = True
    if packet.has_sidedata("skip_samples"):
        new.set_sidedata(packet.get_sidedata("skip_samples"))
    return new
