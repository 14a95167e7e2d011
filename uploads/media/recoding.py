"""From the packets of our own copies to samples and back, packet by packet, in the child process."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias, cast

import numpy as np
from av import AudioFrame, CodecContext, Packet
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from uploads.media.encoding import AAC, OPUS, Recipe
from uploads.media.loudness import RATE

Samples: TypeAlias = NDArray[np.float32]


class Unfit(Exception):
    """The packets of this copy cannot be exchanged."""


@dataclass(frozen=True, slots=True)
class _Coding:
    """How our copies carry a sound. frame: samples a packet. delay: samples that a decoder gives before the first one
    that was recorded (RFC 7845 calls it pre-skip, others priming)."""

    recipe: Recipe
    decoders: tuple[str, ...]  # those of browsers and our own: where packets meet, no two of them do the same
    sample_format: str
    frame: int
    delay: int


_CODINGS = {
    "opus": _Coding(OPUS, ("libopus", "opus"), "flt", 960, 312),
    "aac": _Coding(AAC, ("aac",), "fltp", 1024, 1024),
}


class Recoder:
    """The codec of one copy."""

    def __init__(self, stream: AudioStream) -> None:
        """Raises Unfit where a sound is not coded as our copies are."""
        coding = _CODINGS.get(stream.codec_context.codec.canonical_name)
        if coding is None or stream.rate != RATE or stream.channels != 1:
            raise Unfit
        self._coding, self.frame, self.delay, self.decoders = coding, coding.frame, coding.delay, coding.decoders
        told = stream.codec_context.extradata
        if told and told.startswith(b"OpusHead"):
            # Bytes 10 and 11 say how much a decoder takes off at the beginning (RFC 7845, 5.1); we begin in the middle.
            told = told[:10] + bytes(2) + told[12:]
        self._extradata = told

    def decoded(self, contents: Iterable[bytes], name: str = "") -> Samples:
        """A frame for each packet; the first ones are not what they should be, as their neighbours are not known.
        name is one of decoders."""
        decoder = cast(AudioCodecContext, CodecContext.create(name or self.decoders[0], "r"))
        decoder.extradata, decoder.sample_rate, decoder.layout = self._extradata, RATE, "mono"
        decoder.thread_count = 1
        parts = []
        for content in contents:
            frames = decoder.decode(Packet(content))
            if [frame.samples for frame in frames] != [self.frame]:
                raise Unfit
            parts.append(_floating(frames[0]))
        return np.concatenate(parts)

    def encoded(self, samples: Samples) -> list[bytes]:
        """A packet for each frame and some for what the encoder held; the first ones are those of a beginning."""
        coding = self._coding
        encoder = cast(AudioCodecContext, CodecContext.create(coding.recipe.encoder, "w"))
        encoder.sample_rate, encoder.layout, encoder.format = RATE, "mono", coding.sample_format
        encoder.bit_rate, encoder.time_base = coding.recipe.bit_rate, Fraction(1, RATE)
        encoder.options = {"flags": "+bitexact"}
        packets: list[bytes] = []
        for at in range(0, samples.size, self.frame):
            part = AudioFrame.from_ndarray(samples[None, at : at + self.frame], coding.sample_format, "mono")
            part.sample_rate, part.pts, part.time_base = RATE, at, Fraction(1, RATE)
            packets += map(bytes, encoder.encode(part))
        return [*packets, *map(bytes, encoder.encode(None))]


def _floating(frame: AudioFrame) -> Samples:
    samples = frame.to_ndarray().reshape(-1)
    return samples.astype(np.float32) / np.float32(32_768 if samples.dtype == np.int16 else 1)
