"""Reading the headers of a file, in the child process."""

import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from uploads.media.facts import Facts
from uploads.media.limits import longest_s
from uploads.media.opening import moving_picture, opened

_MEDIA_TYPES = {
    "aiff": "audio/aiff", "amr": "audio/amr", "asf": "audio/x-ms-wma", "au": "audio/basic", "avi": "video/x-msvideo",
    "caf": "audio/x-caf", "flac": "audio/flac", "flv": "video/x-flv", "mov": "audio/mp4", "mp3": "audio/mpeg",
    "mpeg": "video/mpeg", "mpegts": "video/mp2t", "ogg": "audio/ogg", "w64": "audio/x-w64", "wav": "audio/wav",
    "wv": "audio/x-wavpack",
}  # fmt: skip
_MOMENTS = ("creation_time", "com.apple.quicktime.creationdate", "date", "icrd", "origination_date")
_RECORDERS = ("com.apple.quicktime.model", "model", "originator", "encoded_by", "encoder", "software")
_FIRST_RECORDER = datetime(1990, 1, 1, tzinfo=UTC)  # before, nothing wrote files; clocks that were never set say 1904
_MOMENT = re.compile(r"(\d{4})[-/:.](\d\d)[-/:.](\d\d)(?:[T ](\d\d:\d\d:\d\d)\S*)?")
_LONGEST_TAG = 200


def read_headers(tell: Callable[[float], None], path: str) -> dict[str, Any]:
    """Facts as a dictionary."""
    file = Path(path)
    with opened(file) as (container, stream):
        tell(0.5)
        video, size = moving_picture(container), file.stat().st_size
        tags = _tags(container, stream, video)
        facts = Facts(
            container=container.format.name,
            media_type=_media_type(container, video is not None),
            size=size,
            duration_ms=_believable_ms(container, size),
            audio_codec=stream.codec_context.codec.canonical_name,
            sample_rate=stream.sample_rate,
            channels=stream.channels,
            bit_rate=container.bit_rate or None,
            video_codec=video.name if video else None,
            bit_depth=_bit_depth(stream),
            width=(video.codec_context.width if video and video.codec_context else 0) or None,
            height=(video.codec_context.height if video and video.codec_context else 0) or None,
            frame_rate=round(float(video.average_rate), 3) if video and video.average_rate else None,
            recorded_at=_recorded_at(tags),
            recorder=next((tags[name] for name in _RECORDERS if tags.get(name)), None),
        )
    return asdict(facts)


def _believable_ms(container: InputContainer, size: int) -> int | None:
    seconds = (container.duration or 0) / 1e6
    return round(seconds * 1000) if 0 < seconds <= longest_s(size) else None


def _bit_depth(stream: AudioStream) -> int | None:
    """FLAC keeps it in five bits of its STREAMINFO (RFC 9639, 8.2), ALAC in a byte of its configuration; what FFmpeg
    decodes to is often wider. PCM has it in its name."""
    name, extra = stream.codec_context.codec.canonical_name, stream.codec_context.extradata or b""
    if name == "flac" and len(extra) >= 14:
        return ((extra[12] & 1) << 4 | extra[13] >> 4) + 1
    if name == "alac" and len(extra) >= 18:
        return extra[17]
    pcm = re.fullmatch(r"pcm_[suf](\d+)(?:le|be)?", name)
    return int(pcm[1]) if pcm else None


def _tags(container: InputContainer, stream: AudioStream, video: VideoStream | None) -> dict[str, str]:
    """What the file says of itself in words, printable and short; the whole goes before its parts."""
    found: dict[str, str] = {}
    for tags in (container.metadata, video.metadata if video else {}, stream.metadata):
        for name, value in tags.items():
            text = "".join(mark for mark in value if mark.isprintable()).strip()[:_LONGEST_TAG]
            found.setdefault(name.lower(), text)
    return found


def _recorded_at(tags: dict[str, str]) -> str | None:
    """The first moment among the tags that a recorder can have meant."""
    for name in _MOMENTS:
        match = _MOMENT.match(tags.get(name, ""))
        if match is None:
            continue
        try:
            moment = datetime.fromisoformat("-".join(match.groups()[:3]) + (f"T{match[4]}" if match[4] else ""))
        except ValueError:
            continue
        aware = moment.replace(tzinfo=UTC)
        if _FIRST_RECORDER <= aware <= datetime.now(UTC) + timedelta(days=1):
            return moment.isoformat() if match[4] else moment.date().isoformat()
    return None


def _media_type(container: InputContainer, moving: bool) -> str:
    name = container.format.name.split(",")[0]
    if name == "matroska":
        webm = all(stream.name in {"opus", "vorbis", "vp8", "vp9", "av1"} for stream in container.streams)
        return f"{'video' if moving else 'audio'}/{'webm' if webm else 'x-matroska'}"
    found = _MEDIA_TYPES.get(name, f"audio/{name}")
    return found.replace("audio/mp4", "video/mp4") if moving else found
