"""Writing copies to watch without struck spans, in the child process."""

from collections.abc import Callable, Iterator
from heapq import merge
from pathlib import Path
from typing import Any

from av import Packet
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.video.stream import VideoStream

from uploads.media.blanking import Blanking, PicturePacket, groups_of
from uploads.media.encoding import OPUS, add_sound, within
from uploads.media.exchange import Exchange
from uploads.media.film import MP4
from uploads.media.opening import opened
from uploads.media.picture import opened_picture
from uploads.media.picture_coding import PictureCoding
from uploads.media.recoding import Unfit
from uploads.media.refusals import Reason, Unplayable
from uploads.media.spans import Span
from uploads.media.struck import opened_part, packets_of, struck_frames

_LOOKING = 0.1  # its share of the work
_RECIPES = {"matroska": OPUS, "mov": MP4}  # by what FFmpeg calls the containers of our copies

Tell = Callable[[float], None]
Packets = Iterator["Packet[Any]"]


def strike_film(tell: Tell, path: str, part: str, spans: list[Span]) -> None:
    """Write the copy to part: nothing of the old file goes along but packets of its picture and its sound."""
    file, writing = Path(path), within(tell, _LOOKING, 1.0)
    with opened(file) as (container, sound), opened_picture(file) as (source, picture):
        recipe = _RECIPES.get(container.format.name.split(",")[0])
        if recipe is None:
            raise Unplayable(Reason.UNKNOWN_PICTURE, picture.codec_context.name)
        groups = groups_of(_pictures(source, picture, within(tell, 0.0, _LOOKING)), PictureCoding(picture))
        source.seek(0)
        blanking = Blanking(picture, groups, spans)
        try:
            with opened_part(part, recipe) as out:
                pictures = _struck_pictures(out, picture, blanking, source)
                exchange = Exchange(sound, packets_of(container, sound, writing), spans)
                _write(out, pictures, _of(out.add_stream_from_template(sound), exchange.packets()))
        except Unfit:
            source.seek(0)
            with opened_part(part, recipe) as out:
                pictures = _struck_pictures(out, picture, blanking, source)
                _write(out, pictures, _made_anew(add_sound(out, recipe), file, spans, writing))


def _struck_pictures(out: OutputContainer, picture: VideoStream, blanking: Blanking, source: InputContainer) -> Packets:
    copied = out.add_stream_from_template(picture)
    copied.codec_context.extradata = blanking.coding.extradata
    return _of(copied, blanking.packets(_pictures(source, picture, lambda share: None)))


def _pictures(container: InputContainer, picture: VideoStream, tell: Tell) -> Iterator[PicturePacket]:
    for packet in container.demux(picture):
        yield packet
        tell((packet.pos or 0) / container.size)


def _of(stream: "VideoStream | AudioStream", packets: Packets) -> Packets:
    for packet in packets:
        packet.stream = stream
        yield packet


def _made_anew(stream: AudioStream, path: Path, spans: list[Span], tell: Tell) -> Packets:
    for frame in struck_frames(path, spans, tell):
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _write(out: OutputContainer, pictures: Packets, sounds: Packets) -> None:
    """Both in the order of time, as a player wants to fetch them."""
    for packet in merge(pictures, sounds, key=lambda packet: float((packet.dts or 0) * packet.time_base)):
        out.mux(packet)
