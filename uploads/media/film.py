"""Putting picture and sound together for browsers, in the child process."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
from av import AudioFrame, Packet, VideoFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from uploads.media.declared import origin
from uploads.media.encoding import AAC, OPUS, Recipe, add_sound, loudness_of, sound_of, within
from uploads.media.limits import narrow_cpu
from uploads.media.loudness import Loudness
from uploads.media.opening import moving_picture, opened
from uploads.media.picture import (
    CLOCK,
    ENCODER_OPTIONS,
    RATE,
    Unfit,
    kept_as_it_is,
    made_anew,
    opened_picture,
    taken_over,
)
from uploads.media.refusals import Reason, Unplayable

MP4 = replace(AAC, muxer="mp4")
_CPU_SHARE = 20.0  # as in copies.py
_MEASURING = 0.05
_AFTER_THE_SOUND_S = 1.0

Pictures = Iterator["Packet[VideoStream]"]


class _Film:
    """The file that is being written: pictures go in as they come, and as much sound before each as belongs there."""

    def __init__(self, container: OutputContainer, recipe: Recipe, sound: Iterator[AudioFrame]) -> None:
        self._container, self._frames = container, sound
        self._stream: AudioStream = add_sound(container, recipe)
        self._sound_s = 0.0

    def write(self, pictures: Pictures) -> None:
        """Everything, to the end of both."""
        for packet in pictures:
            self._sound_until(float((packet.dts or 0) * packet.time_base))
            self._container.mux(packet)
        self._sound_until(math.inf)
        self._container.mux(self._stream.encode(None))

    def _sound_until(self, seconds: float) -> None:
        while self._sound_s <= seconds and (frame := next(self._frames, None)) is not None:
            self._container.mux(self._stream.encode(frame))
            self._sound_s += frame.samples / frame.sample_rate


@dataclass(frozen=True, slots=True)
class _Work:
    """What is known before the picture is looked at."""

    path: Path
    part: str
    start: Fraction  # where the file's clock starts, in seconds: where the soundtrack's does
    loudness: Loudness
    tell: Callable[[float], None]

    @property
    def end_s(self) -> float:
        return self.loudness.seconds + _AFTER_THE_SOUND_S

    def sound(self) -> Iterator[AudioFrame]:
        return sound_of(self.path, self.loudness, self.tell)

    def opened_part(self, recipe: Recipe) -> OutputContainer:
        return av.open(self.part, "w", format=recipe.muxer, options=recipe.options)


def make_film(tell: Callable[[float], None], path: str, part: str) -> dict[str, str] | None:
    """Write the copy to part. Returns its muxer and its codecs (RFC 6381), or None where nothing moves."""
    file = Path(path)
    with opened(file) as (container, stream):
        if moving_picture(container) is None:
            return None
        start = origin(container, stream) or Fraction(0)
    loudness = loudness_of(file, within(tell, 0.0, _MEASURING))
    narrow_cpu(_CPU_SHARE * loudness.seconds)
    work = _Work(file, part, start, loudness, within(tell, _MEASURING, 1.0))
    try:
        recipe = _with_picture_kept(work)
    except Unfit:
        recipe = None
    recipe = recipe or _with_picture_anew(work)
    return {"muxer": recipe.muxer, "codec": _codecs(part, recipe)}


def _with_picture_kept(work: _Work) -> Recipe | None:
    """None where it has to be made anew, Unfit where that shows on the way."""
    with opened_picture(work.path) as (source, picture):
        if not kept_as_it_is(source, picture):
            return None
        recipe = MP4 if picture.codec_context.name == "h264" else OPUS
        with work.opened_part(recipe) as container:
            copied = container.add_stream_from_template(picture)
            film = _Film(container, recipe, work.sound())
            try:
                film.write(_of(copied, taken_over(source, picture, work.start, work.end_s)))
            except FFmpegError as error:
                raise Unfit from error
    return recipe


def _of(stream: VideoStream, packets: Pictures) -> Pictures:
    for packet in packets:
        packet.stream = stream
        yield packet


def _with_picture_anew(work: _Work) -> Recipe:
    with opened_picture(work.path) as (source, picture), work.opened_part(MP4) as container:
        frames = made_anew(source, picture, work.start, work.end_s, lambda: work.tell(0.0))
        first = next(frames, None)
        if first is None:
            raise Unplayable(Reason.UNKNOWN_PICTURE, picture.codec_context.name)
        stream = container.add_stream("libx264", rate=RATE, options=ENCODER_OPTIONS)
        stream.width, stream.height, stream.pix_fmt = first.width, first.height, "yuv420p"
        stream.codec_context.time_base = CLOCK
        _Film(container, MP4, work.sound()).write(_encoded(stream, chain([first], frames)))
    return MP4


def _encoded(stream: VideoStream, frames: Iterator[VideoFrame]) -> Pictures:
    for frame in frames:
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _codecs(part: str, recipe: Recipe) -> str:
    """For the codecs= parameter. An MP4 of H.264 says profile, constraints and level in bytes 1 to 3 of its avcC."""
    with av.open(part) as container:
        context = container.streams.video[0].codec_context
        if recipe is not MP4:
            return f"{context.codec.canonical_name}, opus"
        return f"avc1.{(context.extradata or bytes(4))[1:4].hex()}, mp4a.40.2"
