"""What a file promises about its time: where its clock starts and how long the sound should be."""

from fractions import Fraction
from pathlib import Path

from av.audio.stream import AudioStream
from av.container import InputContainer

from uploads.media.limits import longest_s
from uploads.media.opening import moving_picture

# Formats without a table of contents: FFmpeg guesses their length from the first bit rate, often wrongly by half.
BARE_STREAMS = {"aac", "ac3", "amr", "eac3", "mp3"}
_TABLE_PER_TRACK = ("mov", "avi")  # as FFmpeg names them; "mov" is MP4 and M4A too


def declared_seconds(container: InputContainer, stream: AudioStream, path: Path) -> float | None:
    """When the sound should end on the file's clock, from its own tables; None where nothing trustworthy says so.

    This is what tells a truncated file from a short one.
    """
    seconds = _from_tables(container, stream, path)
    return seconds if seconds is not None and seconds <= longest_s(path.stat().st_size) else None


def _from_tables(container: InputContainer, stream: AudioStream, path: Path) -> float | None:
    name = container.format.name
    if name in BARE_STREAMS and not (name == "mp3" and _mp3_has_table(path)):
        return None
    if moving_picture(container) and not name.startswith(_TABLE_PER_TRACK):
        return None  # only the whole has a length, and a picture often runs on after the sound
    if stream.duration and stream.time_base:
        seconds = float(stream.duration * stream.time_base) + _late(container, stream)
    elif container.duration:
        seconds = container.duration / 1e6
    else:
        return None
    return seconds + _missing_bytes(path) / (stream.bit_rate / 8) if stream.bit_rate else seconds


def _late(container: InputContainer, stream: AudioStream) -> float:
    """Seconds by which the sound begins after the picture."""
    start = origin(container, stream)
    if start is None or stream.start_time is None or stream.time_base is None:
        return 0.0
    return max(0.0, float(stream.start_time * stream.time_base - start))


def _mp3_has_table(path: Path) -> bool:
    """Whether the first MP3 frame carries the number of frames (Xing, Info, VBRI), after an ID3v2 tag if there is one.

    ID3v2 is "ID3", two bytes of version, one of flags, and the length in four bytes of seven bits (ID3v2.3, 3.1).
    """
    with path.open("rb") as file:
        head = file.read(10)
        if head[:3] == b"ID3":
            file.seek(10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True)))
        else:
            file.seek(0)
        frame = file.read(2048)
    return any(mark in frame for mark in (b"Xing", b"Info", b"VBRI"))


def _missing_bytes(path: Path) -> int:
    """Bytes that a WAV file promises in its first eight bytes and does not hold.

    FFmpeg quietly shortens a truncated one. 0 and 0xFFFFFFFF stand for "not known", as recorders write while they run.
    """
    with path.open("rb") as file:
        head = file.read(12)
    promised = int.from_bytes(head[4:8], "little")
    if head[:4] != b"RIFF" or head[8:] != b"WAVE" or promised in (0, 0xFFFFFFFF):
        return 0
    return max(0, promised + 8 - path.stat().st_size)


def origin(container: InputContainer, stream: AudioStream) -> Fraction | None:
    """Where the file's clock starts, in seconds: at the picture where that comes first, so that both stay together."""
    if container.start_time is not None:
        return Fraction(container.start_time, 1_000_000)
    if stream.start_time is not None and stream.time_base is not None:
        return stream.start_time * stream.time_base
    return None
