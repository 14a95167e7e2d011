"""The moving picture of a recording, in the child process: which ones are taken over as they are, and how the others
are made anew."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
from av import Packet, VideoFrame
from av.container import InputContainer
from av.error import BlockingIOError, EOFError, FFmpegError
from av.filter import Graph
from av.video.frame import PictureType
from av.video.stream import VideoStream

from uploads.media.opening import PICTURE_OPTIONS, PICTURES, moving_picture
from uploads.media.refusals import Reason, Unplayable

_LINES = 720
_COLUMNS = 1720  # as many as the widest cinema has on so many lines
RATE = 30  # pictures a second at most
_GOP_S = 2.0  # a jump has to decode from the last whole picture on
_KEPT_GOP_S = 10.0  # of a picture that is taken over: what phones and cameras write is well below
_KEPT_BIT_RATE = 4_000_000  # bits a second: above, making it anew spares listeners on the road more than it costs us
_MOST_PIXELS = 8192 * 4320
_THREADS = 2
CLOCK = Fraction(1, 90_000)
_ROUNDING_S = 0.004  # of formats that keep milliseconds: 33 ms are 30 pictures a second, too
_STUMBLES = 1000
# What a display matrix asks for, by its angle against the clock (libavutil/display.h).
_UPRIGHT = {-90: [("transpose", "clock")], 90: [("transpose", "cclock")]} | dict.fromkeys(
    (180, -180), [("hflip", ""), ("vflip", "")]
)

ENCODER_OPTIONS = {
    "preset": "veryfast", "crf": "24", "maxrate": "1200k", "bufsize": "2400k", "forced-idr": "1",
    "threads": str(_THREADS),
}  # fmt: skip


@contextmanager
def opened_picture(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The container with its picture; for a file in which opened() has found sound and a picture already."""
    with av.open(str(path), options=PICTURE_OPTIONS, metadata_errors="replace") as container:
        picture = moving_picture(container)
        name = picture.codec_context.name if picture and picture.codec_context else "unknown"
        if picture is None or name not in PICTURES.split(","):
            raise Unplayable(Reason.UNKNOWN_PICTURE, name)
        yield container, picture


def kept_as_it_is(container: InputContainer, picture: VideoStream) -> bool:
    """Whether every current browser plays it, a phone line carries it and our muxers can take its packets over."""
    context, family = picture.codec_context, container.format.name.split(",")[0]
    if context.pix_fmt not in ("yuv420p", "yuvj420p") or max(context.height, 0) > _LINES:
        return False
    seconds = float(container.duration or 0) / 1e6
    if not seconds or container.size * 8 / seconds > _KEPT_BIT_RATE:
        return False
    if context.name == "h264":
        return family in ("mov", "matroska")  # both keep a time for every picture; others leave it to the reader
    # Not AV1: Apple's devices without a decoder for it in hardware do not play it.
    return context.name in ("vp8", "vp9") and family == "matroska"


class Unfit(Exception):
    """The packets of this picture cannot be taken over after all."""


def taken_over(
    container: InputContainer, picture: VideoStream, start: Fraction, end_s: float
) -> "Iterator[Packet[VideoStream]]":
    """The picture's packets with times from start, up to end_s. Raises Unfit where a player would stumble."""
    whole_at: float | None = None
    for packet in container.demux(picture):
        if packet.dts is None and packet.size == 0:
            continue
        if packet.dts is None or packet.pts is None or packet.is_corrupt:
            raise Unfit
        shift = round(start / packet.time_base)
        packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
        at = float(packet.pts * packet.time_base)
        if at > end_s:
            return
        if packet.is_keyframe:
            whole_at = at
        if whole_at is None or at - whole_at > _KEPT_GOP_S:
            raise Unfit
        yield packet


def made_anew(
    container: InputContainer, picture: VideoStream, start: Fraction, end_s: float, beat: Callable[[], None]
) -> Iterator[VideoFrame]:
    """Upright, progressive pictures of at most 720 lines, each at its time from start, at most RATE a second.

    beat is called for every one that is decoded.

    Times are kept rather than filled up to a steady rate: a damaged stretch holds the last picture, and a file cannot
    ask for a million copies of one.
    """
    shaping, last_s, whole_s = _Shaping(picture.sample_aspect_ratio), -1.0, -_GOP_S
    for frame in _decoded(container, picture):
        beat()
        if frame.pts is None or frame.time_base is None:
            continue
        at = float(frame.pts * frame.time_base - start)
        if at > end_s:
            return
        if at < 0 or at - last_s < 1 / RATE - _ROUNDING_S:
            continue
        last_s = at
        frame.pts, frame.time_base = round(at / CLOCK), CLOCK
        for shaped in shaping.feed(frame):
            whole = shaped.time - whole_s > _GOP_S - 1 / RATE
            whole_s = shaped.time if whole else whole_s
            shaped.pict_type = PictureType.I if whole else PictureType.NONE
            yield shaped


def _decoded(container: InputContainer, picture: VideoStream) -> Iterator[VideoFrame]:
    """Pictures; what cannot be decoded is passed over."""
    context = picture.codec_context
    context.options = {"max_pixels": str(_MOST_PIXELS)}
    context.thread_count, context.thread_type = _THREADS, "AUTO"
    stumbles = 0
    while stumbles < _STUMBLES:
        try:
            for packet in container.demux(picture):
                try:
                    frames = packet.decode()
                except FFmpegError:
                    continue
                stumbles = 0
                yield from frames
        except FFmpegError:
            stumbles += 1
        else:
            return


class _Shaping:
    """Pictures of any kind to small ones for the encoder, also when their form changes in the middle of a file."""

    def __init__(self, pixel_shape: Fraction | None) -> None:
        self._pixel_shape = pixel_shape or Fraction(1)  # width to height: DV and DVD have pixels that are not square
        self._form: tuple[object, ...] | None = None
        self._graph = Graph()
        self._size: tuple[int, int] | None = None  # of the first picture: an encoder knows one size only

    def feed(self, frame: VideoFrame) -> Iterator[VideoFrame]:
        form = (frame.width, frame.height, frame.format.name, frame.rotation, frame.interlaced_frame)
        if form != self._form:
            self._form, self._graph = form, self._graph_for(frame)
        self._graph.vpush(frame)
        while True:
            try:
                yield self._graph.vpull()
            except (BlockingIOError, EOFError):
                return

    def _graph_for(self, frame: VideoFrame) -> Graph:
        turned = _UPRIGHT.get(frame.rotation, [])
        width, height = float(frame.width * self._pixel_shape), float(frame.height)
        if frame.rotation in (90, -90):
            width, height = height, width
        self._size = self._size or _fitting(width, height)
        steps = [("yadif", "deint=interlaced")] if frame.interlaced_frame else []
        steps += [*turned, ("scale", "{}:{}".format(*self._size)), ("setsar", "1"), ("format", "yuv420p")]
        graph = Graph()
        graph.threads = _THREADS
        source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=CLOCK)
        graph.link_nodes(source, *(graph.add(name, how) for name, how in steps), graph.add("buffersink"))
        graph.configure()
        return graph


def _fitting(width: float, height: float) -> tuple[int, int]:
    """Even numbers of pixels, as 4:2:0 needs, never more than there were."""
    scale = min(1.0, _LINES / height, _COLUMNS / width)
    return max(2, int(width * scale / 2) * 2), max(2, int(height * scale / 2) * 2)
