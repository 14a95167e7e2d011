"""Opening a file that a stranger brought."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

from uploads.media.refusals import Reason, Unplayable

# FFmpeg reads several hundred formats. Some open other files (lists, image sequences, network streams), and many have
# had nobody look after them for years. Only what recorders, phones, cameras and archives write is let in.
_FORMATS = "aac,ac3,aiff,amr,asf,au,avi,caf,eac3,flac,flv,matroska,mov,mp3,mpeg,mpegts,ogg,w64,wav,wv"
_DECODERS = (
    "aac,aac_latm,ac3,adpcm_ima_qt,adpcm_ima_wav,adpcm_ms,alac,amrnb,amrwb,eac3,flac,gsm,gsm_ms,mp2float,mp3float,opus,"
    "pcm_alaw,pcm_f32be,pcm_f32le,pcm_f64be,pcm_f64le,pcm_mulaw,pcm_s16be,pcm_s16le,pcm_s24be,pcm_s24le,pcm_s32be,"
    "pcm_s32le,pcm_s8,pcm_u8,speex,vorbis,wavpack,wmalossless,wmapro,wmav1,wmav2,wmavoice"
)
_OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": _FORMATS,
    "codec_whitelist": _DECODERS,  # pictures are not decoded for their sound, not even to look at their size
}
# Pictures are decoded for the copy to watch only (picture.py). What phones, camcorders, DVDs, tapes copied by archives
# (DV, ProRes) and the common programs of the last twenty-five years write; not the hundred others that FFmpeg knows.
PICTURES = (
    "av1,dvvideo,flv,h263,h264,hevc,libdav1d,mjpeg,mpeg1video,mpeg2video,mpeg4,msmpeg4,prores,vc1,vp8,vp9,wmv2,wmv3"
)
PICTURE_OPTIONS = {**_OPTIONS, "codec_whitelist": f"{_DECODERS},{PICTURES}"}
_RATES = range(4_000, 768_001)  # Hz, from the poorest telephone to the richest studio
_LISTS = (b"ffconcat", b"#EXTM3U", b"[playlist]")


@contextmanager
def opened(path: Path) -> Iterator[tuple[InputContainer, AudioStream]]:
    """The open container and the sound in it that a player would choose. Raises Unplayable."""
    if path.stat().st_size == 0:
        raise Unplayable(Reason.EMPTY)
    try:
        # An absolute path, so that no name can be taken for an address ("http:...") or an option.
        container = av.open(str(path.absolute()), options=_OPTIONS, metadata_errors="replace")
    except (FFmpegError, UnicodeError) as error:
        raise Unplayable(_why_not(path)) from error
    with container:
        yield container, _sound_of(container)


def _sound_of(container: InputContainer) -> AudioStream:
    stream = container.streams.best("audio")
    if not isinstance(stream, AudioStream):
        raise Unplayable(Reason.SILENT_VIDEO if moving_picture(container) else Reason.NO_SOUND)
    if stream.codec_context is None or stream.codec_context.name not in _DECODERS.split(","):
        raise Unplayable(Reason.UNKNOWN_CODEC, stream.codec_context.name if stream.codec_context else "")
    if stream.sample_rate not in _RATES:  # 0: bytes that look like a header by chance, not one frame made sense
        raise Unplayable(Reason.NOT_MEDIA)
    return stream


def _why_not(path: Path) -> Reason:
    with path.open("rb") as file:
        head = file.read(4096)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_LISTS):
        return Reason.LIST
    # An MP4 that a phone could not finish: the beginning is there, the index (moov), written last, is not.
    return Reason.CUT_SHORT if head[4:8] == b"ftyp" else Reason.NOT_MEDIA


def moving_picture(container: InputContainer) -> VideoStream | None:
    """The video track; the cover of an album is not one."""
    return next((video for video in container.streams.video if not video.disposition & Disposition.attached_pic), None)
