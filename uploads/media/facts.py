"""What is in a file, from its headers."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

from uploads.media.confined import confined
from uploads.media.limits import Limits

_LIMITS = Limits(cpu_s=30, file_bytes=0, quiet_s=60)  # headers take a hundredth of a second, an index of hours a tenth


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file says of itself (PREMIS: objectCharacteristics). duration_ms is None where it does not say or nobody
    could believe it, and a guess for bare streams (MP3, AAC); Soundtrack.duration_ms is what was found.

    size is in bytes, sample_rate in Hz, bit_rate in bits a second for all that is in it, bit_depth in bits a sample
    where the sound is stored without loss, width and height in pixels as stored, frame_rate in pictures a second.
    recorded_at is ISO 8601 as the recorder's clock had it; recorder is the device or program that says it made the
    file. What a file does not say is None; fields that were added later have a default, for rows of before.
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
    bit_depth: int | None = None
    width: int | None = None
    height: int | None = None
    frame_rate: float | None = None
    recorded_at: str | None = None
    recorder: str | None = None

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Facts as they were kept (dataclasses.asdict), also by an earlier or a later version."""
        return cls(**{each.name: kept[each.name] for each in fields(cls) if each.name in kept})


def probe(path: Path) -> Facts:
    """What is in the file, from its headers; Unplayable where it is nothing that can be listened to.

    Read in a process of its own, like everything that lets FFmpeg touch the file: it costs a fifth of a second.
    """
    return Facts.of(confined("uploads.media.headers:read_headers", {"path": str(path.absolute())}, _LIMITS))
