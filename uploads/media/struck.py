"""Writing copies without struck spans, in the child process."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import av
import numpy as np
from av import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer

from uploads.media.decoding import Decoding
from uploads.media.encoding import AAC, OPUS, Recipe, add_sound
from uploads.media.exchange import Exchange, SoundPacket
from uploads.media.hushed import hushed
from uploads.media.loudness import RATE, in_frames
from uploads.media.opening import opened
from uploads.media.recoding import Unfit
from uploads.media.refusals import Reason, Unplayable
from uploads.media.spans import Span

_RECIPES = {"matroska": OPUS, "mov": AAC}  # by what FFmpeg calls the containers of our copies


def strike_sound(tell: Callable[[float], None], path: str, part: str, spans: list[Span]) -> None:
    """Write the copy to part: nothing of the old file but its packets of sound goes along."""
    with opened(Path(path)) as (container, stream):
        recipe = _RECIPES.get(container.format.name.split(",")[0])
        if recipe is None:
            raise Unplayable(Reason.UNKNOWN_CODEC, stream.codec_context.name)
        try:
            with opened_part(part, recipe) as out:
                copied = out.add_stream_from_template(stream)
                for packet in Exchange(stream, packets_of(container, stream, tell), spans).packets():
                    packet.stream = copied
                    out.mux(packet)
            return
        except Unfit:
            tell(0.0)
    with opened_part(part, recipe) as out:
        encoded = add_sound(out, recipe)
        for frame in struck_frames(Path(path), spans, tell):
            out.mux(encoded.encode(frame))
        out.mux(encoded.encode(None))


def opened_part(part: str, recipe: Recipe) -> OutputContainer:
    """bitexact: no times and no numbers by chance, so that the same work twice gives the same file."""
    return av.open(part, "w", format=recipe.muxer, options={**recipe.options, "fflags": "+bitexact"})


def packets_of(container: InputContainer, stream: AudioStream, tell: Callable[[float], None]) -> Iterator[SoundPacket]:
    """All packets of a sound, telling how far they are."""
    for packet in container.demux(stream):
        yield packet
        tell((packet.pos or 0) / container.size)


def struck_frames(path: Path, spans: Sequence[Span], tell: Callable[[float], None]) -> Iterator[AudioFrame]:
    """All of a copy's sound decoded, with merged spans struck."""
    at = 0
    for frame in in_frames(Decoding(path, RATE, tell).blocks()):
        samples = frame.to_ndarray().reshape(-1).astype(np.float32) / np.float32(32_768)
        struck = AudioFrame.from_ndarray(hushed(samples, at, spans)[None], "flt", "mono")
        struck.sample_rate, struck.pts, struck.time_base = RATE, at, frame.time_base
        yield struck
        at += frame.samples
