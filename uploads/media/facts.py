"""What is in a file, from its headers."""

from dataclasses import dataclass
from pathlib import Path

from av.container import InputContainer

from uploads.media.opening import moving_picture, opened

_MEDIA_TYPES = {
    "aiff": "audio/aiff", "amr": "audio/amr", "asf": "audio/x-ms-wma", "au": "audio/basic", "avi": "video/x-msvideo",
    "caf": "audio/x-caf", "flac": "audio/flac", "flv": "video/x-flv", "mov": "audio/mp4", "mp3": "audio/mpeg",
    "mpeg": "video/mpeg", "mpegts": "video/mp2t", "ogg": "audio/ogg", "w64": "audio/x-w64", "wav": "audio/wav",
    "wv": "audio/x-wavpack",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file says of itself. duration_ms is None where it does not say, and a guess for bare streams (MP3, AAC);
    Soundtrack.duration_ms is what was found. size is in bytes, sample_rate in Hz, bit_rate in bits a second.
    """

    container: str
    media_type: str
    size: int
    duration_ms: int | None
    audio_codec: str
    sample_rate: int
    channels: int
    bit_rate: int | None
    video_codec: str | None


def probe(path: Path) -> Facts:
    """What is in the file, from its headers; Unplayable where it is nothing that can be listened to."""
    with opened(path) as (container, stream):
        video = moving_picture(container)
        return Facts(
            container=container.format.name,
            media_type=_media_type(container, video is not None),
            size=path.stat().st_size,
            duration_ms=round(container.duration / 1000) if container.duration else None,
            audio_codec=stream.codec_context.codec.canonical_name,
            sample_rate=stream.sample_rate,
            channels=stream.channels,
            bit_rate=container.bit_rate or None,
            video_codec=video.name if video else None,
        )


def _media_type(container: InputContainer, moving: bool) -> str:
    name = container.format.name.split(",")[0]
    if name == "matroska":
        webm = all(stream.name in {"opus", "vorbis", "vp8", "vp9", "av1"} for stream in container.streams)
        return f"{'video' if moving else 'audio'}/{'webm' if webm else 'x-matroska'}"
    found = _MEDIA_TYPES.get(name, f"audio/{name}")
    return found.replace("audio/mp4", "video/mp4") if moving else found
