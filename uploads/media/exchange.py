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
from typing import TypeAlias, cast

import numpy as np
from av import Packet
from av.audio.stream import AudioStream

from uploads.media.hushed import GUARD_MS, PER_MS, TONE_MS, hushed
from uploads.media.loudness import RATE
from uploads.media.recoding import Recoder, Unfit
from uploads.media.seams import LEAD, REACH, Take
from uploads.media.spans import Span, within

_BEFORE_MS = 150  # no packet that ends so long before a span is exchanged
_AFTER_MS = 150  # nor one that begins so long after it
_SETTLED_MS = 600  # of silence, after which a packet of silence is like the one before
_PLACES = 4  # a packet apart, at either end, of which one is chosen for the seam
_FURTHER = 25  # packets by which a seam may come later where none of these is good: Opus changes its ways there
_LONGEST = 500  # packets that are encoded in one go
_OFF_CLOCK_S = 0.002  # WebM keeps milliseconds

SoundPacket: TypeAlias = "Packet[AudioStream]"
Stretch = tuple[int, int, bool, bool]  # packets from and up to; whether there is sound to keep before and behind


class Exchange:
    """One pass over the packets of a sound: iterate packets() once."""

    def __init__(self, stream: AudioStream, source: Iterator[SoundPacket], spans: Sequence[Span]) -> None:
        """spans are merged, source is all packets of stream. Raises Unfit, and so does packets()."""
        self._codec, self._spans = Recoder(stream), spans
        self._source, self._tick_s = source, float(stream.time_base or 0)
        self._at = 0  # the number of the packet that is handed on next
        self._read = 0
        self._old: deque[bytes] = deque(maxlen=2 * LEAD)  # those before it, as they were
        self._ahead: deque[SoundPacket] = deque()  # from it on, as far as they were read
        self._silence = b""

    def packets(self) -> Iterator[SoundPacket]:
        """The packets of source in order, each with its times, exchanged where need be."""
        for first, end, before, behind in self._stretches():
            while self._at < first and (packet := self._next()):
                yield self._silent_or_same(packet)
            before = before and self._at == first  # and not in the middle of what took longer to settle
            for content in self._exchanged(end, before=before, behind=behind):
                packet = self._next()
                assert packet is not None  # noqa: S101 — there are no more contents than packets
                self._silence = content
                yield _with(packet, content)
        while packet := self._next():
            yield self._silent_or_same(packet)

    def _stretches(self) -> Iterator[Stretch]:
        """What is encoded anew, in order. Between two is nothing, or only sound to keep, or only silence."""
        first, end = 0, 0
        for start_ms, end_ms in _edges(self._spans):
            begin = self._number(start_ms) + 1 if start_ms > 0 else 0
            if begin > end:
                yield from self._pieces(first, end)
                first = begin
            end = max(end, self._number(end_ms))
        yield from self._pieces(first, end)

    def _pieces(self, first: int, end: int) -> Iterator[Stretch]:
        for begin in range(first, end, _LONGEST):
            stop = min(end, begin + _LONGEST)
            yield begin, stop, begin == first and not self._in_span(first), stop == end and not self._in_span(end)

    def _number(self, milliseconds: int) -> int:
        """The packet whose decoded sound holds this moment, not below 0."""
        return max(0, milliseconds * PER_MS + self._codec.delay) // self._codec.frame

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
        due = (self._read * self._codec.frame - self._codec.delay) / RATE
        if packet.pts is None or abs(packet.pts * self._tick_s - due) > _OFF_CLOCK_S:
            raise Unfit
        self._read += 1
        return packet

    def _silent_or_same(self, packet: SoundPacket) -> SoundPacket:
        number = self._at - 1
        return _with(packet, self._silence if self._in_span(number) else self._kept(bytes(packet), number))

    def _kept(self, content: bytes, number: int) -> bytes:
        """The same content; a last look that nothing of a span goes on. Raises Unfit: all of the sound is made anew."""
        start_ms = (number * self._codec.frame - self._codec.delay) / PER_MS
        if within(self._spans, start_ms - GUARD_MS, start_ms + self._codec.frame / PER_MS + GUARD_MS):
            raise Unfit
        return content

    def _in_span(self, number: int) -> bool:
        """Whether a span is where this packet's sound begins, which away from edges is where all of it is."""
        at_ms = (number * self._codec.frame - self._codec.delay) / PER_MS
        before = bisect_right(self._spans, at_ms, key=lambda span: span[0])
        return before > 0 and at_ms < self._spans[before - 1][1]

    def _exchanged(self, end: int, *, before: bool, behind: bool) -> list[bytes]:
        """What to put in the place of the next packets, up to end or near it. before and behind tell whether there is
        sound to keep on that side, which the new sound has to meet."""
        for further in (0, _FURTHER):
            take, first, count = self._take(end + further - self._at)
            begin, last, good = first, first + count, True
            if before and first == LEAD and count > _PLACES:
                begin = take.best_begin(range(first, first + _PLACES))
            if behind and len(take.new) >= last + REACH:
                earliest = max(begin, last - further - _PLACES)
                last, good = take.best_end(range(earliest + 1, last + 1)[:: 1 if further else -1])
            if good:
                break
        kept = (self._kept(content, self._at + number) for number, content in enumerate(take.old[first:begin]))
        return [*kept, *take.new[begin:last]]

    def _take(self, count: int) -> tuple[Take, int, int]:
        """The next packets encoded anew, what leads to them and what comes after; where they begin in it, and how many
        there are."""
        while len(self._ahead) < count + REACH and (packet := self._from_source()):
            self._ahead.append(packet)
        old = [*self._old, *map(bytes, self._ahead)]
        first = min(LEAD, self._at)
        cut = len(self._old) - first
        sound = self._codec.decoded(old)[cut * self._codec.frame :]
        # A decoder is late by the delay: what the encoder is given is taken from so much later.
        early = np.concatenate([sound[self._codec.delay :], np.zeros(self._codec.delay, np.float32)])
        new = self._codec.encoded(hushed(early, (self._at - first) * self._codec.frame, self._spans))
        take = Take(self._codec, old[cut:], new[: len(old) - cut], sound)
        return take, first, min(count, len(self._ahead))


def _edges(spans: Sequence[Span]) -> Iterator[Span]:
    """Milliseconds, from and to, in which there is neither only sound to keep nor only silence."""
    for start, end in spans:
        yield start - _BEFORE_MS, min(start + TONE_MS + _SETTLED_MS, end + _AFTER_MS)
        yield max(start - _BEFORE_MS, end - _SETTLED_MS), end + _AFTER_MS


def _with(packet: SoundPacket, content: bytes) -> SoundPacket:
    """Other content at the times of packet, and nothing else of it but how much to cut from its sound at either end of
    the recording."""
    new = cast(SoundPacket, Packet(content))
    new.pts, new.dts, new.duration, new.time_base = packet.pts, packet.dts, packet.duration, packet.time_base
    new.is_keyframe = True
    if packet.has_sidedata("skip_samples"):
        new.set_sidedata(packet.get_sidedata("skip_samples"))
    return new
