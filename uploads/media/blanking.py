"""Striking spans from the picture of a copy, in the child process.

A picture is coded by what differs from others, from one that starts afresh to the next: such a group is what can be
exchanged. Groups that no span touches are handed on as they are. Those that lie in a span as a whole become a blank
picture without being decoded. The others are decoded and encoded again with the span's pictures left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from itertools import chain, groupby, pairwise
from operator import itemgetter
from typing import Any, TypeAlias, cast

from av import Packet, VideoFrame
from av.error import FFmpegError
from av.video.frame import PictureType
from av.video.stream import VideoStream

from uploads.media.picture_coding import PictureCoding
from uploads.media.refusals import Reason, Unplayable
from uploads.media.spans import Span, merged, within

_GUARD_MS = 100  # a picture soon after a cut may still be mixed with the one before it
_BLANK_EVERY_S = 1

PicturePacket: TypeAlias = "Packet[VideoStream]"
Timed = tuple[int, VideoFrame]  # when it is shown, in the stream's ticks


@dataclass(frozen=True, slots=True)
class Group:
    """Packets from one that starts afresh up to the next. begin and end say when its pictures are shown, early and late
    when they are decoded; in ticks."""

    begin: int
    end: int
    early: int
    late: int

    def decoded_at(self, shown_at: int) -> int:
        """A time between those of the groups around, never after shown_at, the later the later."""
        return self.early + (shown_at - self.begin) * (self.late - self.early) // max(1, self.end - self.begin)


class Blanking:
    """One pass over the packets of a picture: iterate packets() once."""

    def __init__(self, stream: VideoStream, groups: Sequence[Group], spans: Sequence[Span]) -> None:
        """groups are all there are, as groups_of() found them; spans are merged, in milliseconds."""
        self.coding = PictureCoding(stream)
        self._time_base = stream.time_base or Fraction(1, 1000)
        self._groups = groups
        ticks = 1 / (1000 * self._time_base)  # a millisecond
        self._struck = merged(
            (int((start - _GUARD_MS) * ticks), int((end + _GUARD_MS) * ticks) + 1) for start, end in spans
        )
        self._nothing: list[bytes] = []

    def packets(self, source: Iterable[PicturePacket]) -> Iterator[PicturePacket]:
        """All pictures, in the order of decoding. source is all packets of the stream."""
        for number, packets in groupby(_numbered(source, self.coding), key=itemgetter(0)):
            group, contents = self._groups[number], (packet for _, packet in packets)
            struck = within(self._struck, group.begin, group.end - 1)
            if not struck:
                yield from map(self._as_it_was, contents)
            elif struck[0][0] <= group.begin and group.end <= struck[0][1]:
                yield from self._as_nothing(group)
            else:
                yield from self._in_part(group, contents, struck)

    def _as_it_was(self, packet: PicturePacket) -> PicturePacket:
        """The picture alone, without what else a packet may carry."""
        same = cast(PicturePacket, Packet(self.coding.picture_of(bytes(packet))))
        same.pts, same.dts, same.duration, same.time_base = packet.pts, packet.dts, packet.duration, packet.time_base
        same.is_keyframe = packet.is_keyframe
        return same

    def _as_nothing(self, group: Group) -> Iterator[PicturePacket]:
        """Two pictures: H.264 wants that of two which start afresh in a row each has another number (7.4.3)."""
        times = sorted({group.begin, (group.begin + group.end) // 2})
        if not self._nothing:
            frames = ((at, self.coding.blank()) for at in (0, round(1 / self._time_base)))
            self._nothing = [content for _, content, _ in self._encoded(frames)]
        pictures = ((at, content, at == group.begin) for at, content in zip(times, self._nothing, strict=False))
        return self._timed(group, pictures)

    def _in_part(
        self, group: Group, packets: Iterable[PicturePacket], struck: Sequence[Span]
    ) -> Iterator[PicturePacket]:
        kept = (each for each in self._decoded(packets) if not within(struck, each[0], each[0]))
        nothing = ((at, self.coding.blank()) for at in self._blank_times(group, struck))
        return self._timed(group, self._encoded(self._rising(group, merge(nothing, kept, key=itemgetter(0)))))

    def _blank_times(self, group: Group, struck: Sequence[Span]) -> Iterator[int]:
        """From the beginning of what is struck on, whatever the times of the pictures there are: one of before it must
        not stay."""
        for start, end in struck:
            yield from range(max(start, group.begin), min(end, group.end), round(_BLANK_EVERY_S / self._time_base))

    def _rising(self, group: Group, frames: Iterable[Timed]) -> Iterator[Timed]:
        """One picture at a time, the first one where the group begins."""
        last = group.begin - 1
        for at, frame in frames:
            if last < group.begin < at:
                yield group.begin, self.coding.blank()
            if last < at < group.end:
                yield at, frame
                last = at

    def _decoded(self, packets: Iterable[PicturePacket]) -> Iterator[Timed]:
        """Pictures as they are shown; what is damaged is passed over."""
        decoder = self.coding.decoder()
        for packet in chain(packets, [None]):
            try:
                frames = decoder.decode(packet)
            except FFmpegError:
                continue
            yield from ((frame.pts, frame) for frame in frames if frame.pts is not None)

    def _encoded(self, frames: Iterable[Timed]) -> Iterator[tuple[int, bytes, bool]]:
        """When it is shown, content, whether a player can begin there."""
        encoder = self.coding.encoder()
        for at, frame in frames:
            frame.pts, frame.time_base, frame.pict_type = at, self._time_base, PictureType.NONE
            yield from map(self._told, encoder.encode(frame))
        yield from map(self._told, encoder.encode(None))

    def _told(self, packet: "Packet[Any]") -> tuple[int, bytes, bool]:
        return packet.pts or 0, self.coding.packed(bytes(packet)), packet.is_keyframe

    def _timed(self, group: Group, pictures: Iterable[tuple[int, bytes, bool]]) -> Iterator[PicturePacket]:
        for (at, content, whole), (until, *_) in pairwise(chain(pictures, [(group.end, b"", False)])):
            packet = cast(PicturePacket, Packet(content))
            packet.pts, packet.dts, packet.duration = at, group.decoded_at(at), until - at
            packet.time_base, packet.is_keyframe = self._time_base, whole
            yield packet


def groups_of(packets: Iterable[PicturePacket], coding: PictureCoding) -> list[Group]:
    """All groups of a picture. Raises Unplayable where there are none or a packet has no time."""
    starts: list[tuple[int, int]] = []
    end = 0
    for number, packet in _numbered(packets, coding):
        if packet.pts is None or packet.dts is None:
            raise Unplayable(Reason.UNREADABLE)
        if number == len(starts):
            starts.append((packet.pts, packet.dts))
        end = max(end, packet.pts + max(1, packet.duration or 0))
    if not starts:
        raise Unplayable(Reason.UNREADABLE)
    begin, early = starts[-1]
    starts.append((end, early + end - begin))
    return [Group(begin, end, early, late) for (begin, early), (end, late) in pairwise(starts)]


def _numbered(packets: Iterable[PicturePacket], coding: PictureCoding) -> Iterator[tuple[int, PicturePacket]]:
    """Packets with the number of their group."""
    number = -1
    for packet in packets:
        if packet.size:
            number += number < 0 or (packet.is_keyframe and coding.starts_afresh(bytes(packet)))
            yield number, packet
