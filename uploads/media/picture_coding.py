"""How the picture of a copy is coded, and pictures coded likewise to put between its own, in the child process."""

from fractions import Fraction
from typing import cast

from av import CodecContext, VideoFrame
from av.codec.context import Flags
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from uploads.media.h264 import Record
from uploads.media.picture import ENCODER_OPTIONS
from uploads.media.refusals import Reason, Unplayable

_PROFILES = {66: "baseline", 77: "main"}  # profile_idc; what players of others must be able to do is "high" and more
_EVERY = 60  # pictures, at most, from one at which a player can begin to the next
_RATES = range(1, 61)  # pictures a second that an encoder can plan with; times are those of the copy whatever it says
_BIT_RATE = 1_000_000  # bits a second at most, for VP8 and VP9
_BLACK, _NO_COLOUR = 16, 128

# Packets come out in the order in which pictures go in. a53cc: no captions. VP8 looks at the clock and does less
# where the machine is busy, unless its speed is below 0: twice the same work must give the same file.
_OPTIONS = {
    "h264": {**ENCODER_OPTIONS, "bf": "0", "a53cc": "0"},
    "vp8": {"deadline": "realtime", "cpu-used": "-12", "lag-in-frames": "0", "auto-alt-ref": "0", "crf": "20"},
    "vp9": {"deadline": "realtime", "cpu-used": "7", "lag-in-frames": "0", "auto-alt-ref": "0", "crf": "32"},
}
_ENCODERS = {"h264": "libx264", "vp8": "libvpx", "vp9": "libvpx-vp9"}


class PictureCoding:
    """Of one stream. Raises Unplayable where it is none of those that copies have."""

    def __init__(self, stream: VideoStream) -> None:
        self._like = stream.codec_context
        self._name = self._like.name
        self._time_base = stream.time_base or Fraction(1, 1000)
        rate = stream.average_rate
        self._rate = rate if rate and int(rate) in _RATES else Fraction(30)
        self._options = dict(_OPTIONS.get(self._name, {}))
        self._record: Record | None = None
        self.extradata = self._like.extradata
        if self._name not in _ENCODERS:
            raise Unplayable(Reason.UNKNOWN_PICTURE, self._name)
        if self._name == "h264":
            self._record = self._with_room_for_ours()
            self.extradata = bytes(self._record)

    def _with_room_for_ours(self) -> Record:
        try:
            record = Record.of(self.extradata or b"")
            _, profile, _, level = record.head
            number = record.free_number
        except ValueError as error:
            raise Unplayable(Reason.UNKNOWN_PICTURE, self._name) from error
        self._options["profile"] = _PROFILES.get(profile, "high")
        self._options["x264-params"] = f"sps-id={number}:level={level}"
        encoder = self.encoder()
        encoder.flags |= Flags.global_header
        encoder.open()
        return record.joined(encoder.extradata or b"")

    def starts_afresh(self, packet: bytes) -> bool:
        """Whether nothing from here on refers to what came before. VP8: RFC 6386, 9.1. VP9 (bitstream specification,
        6.2): two bits of marker, two of profile, show_existing_frame, frame_type."""
        if self._record:
            return self._record.starts_afresh(packet)
        return bool(packet) and not packet[0] & (1 if self._name == "vp8" else 0b1100)

    def picture_of(self, packet: bytes) -> bytes:
        """What is to be seen of a packet, without words that may be in it."""
        return self._record.without_words(packet) if self._record else packet

    def packed(self, content: bytes) -> bytes:
        """What an encoder gave, as the copy carries it."""
        return self._record.packed(content) if self._record else content

    def encoder(self) -> VideoCodecContext:
        """A new one, with the colours and the shape of the copy."""
        like, made = self._like, cast(VideoCodecContext, CodecContext.create(_ENCODERS[self._name], "w"))
        made.width, made.height, made.pix_fmt = like.width, like.height, like.pix_fmt
        made.time_base, made.framerate, made.gop_size = self._time_base, self._rate, _EVERY
        made.sample_aspect_ratio = like.sample_aspect_ratio or Fraction(0, 1)  # 0: nobody knows
        made.color_range, made.colorspace = like.color_range, like.colorspace
        made.color_primaries, made.color_trc = like.color_primaries, like.color_trc
        made.options = self._options
        if self._name != "h264":
            made.bit_rate = _BIT_RATE
        return made

    def decoder(self) -> VideoCodecContext:
        """A new one that knows nothing of earlier pictures."""
        made = cast(VideoCodecContext, CodecContext.create(self._like.name, "r"))
        made.extradata, made.width, made.height = self._like.extradata, self._like.width, self._like.height
        made.thread_count = 1
        return made

    def blank(self) -> VideoFrame:
        """Nothing to be seen."""
        frame = VideoFrame(self._like.width, self._like.height, self._like.pix_fmt or "yuv420p")
        for plane, value in zip(frame.planes, (_BLACK, _NO_COLOUR, _NO_COLOUR), strict=True):
            plane.update(bytes([value]) * plane.buffer_size)
        return frame
