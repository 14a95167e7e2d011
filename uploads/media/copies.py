"""Copies to listen to and to watch: small files that every browser plays, made from any recording that we can read."""

import secrets
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from uploads.media.confined import confined
from uploads.media.limits import limits_for
from uploads.whole_file import make_folder, written_whole

# Seconds of processor time a second of sound, some ten times of what was measured: a slow machine is no bad file.
_SOUND_CPU_SHARE = 0.5
_PICTURE_CPU_SHARE = 20.0
_SOUND_BYTES_A_SECOND = 32_000
_PICTURE_BYTES_A_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Copy:
    """A finished copy; codec is for the codecs= parameter that a page puts behind media_type."""

    path: Path
    media_type: str
    codec: str


SOUNDS = (("sound.webm", "audio/webm", "opus"), ("sound.m4a", "audio/mp4", "mp4a.40.2"))


def listening_copies(
    path: Path,
    folder: Path,
    on_progress: Callable[[float], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> tuple[Copy, ...]:
    """Make folder/sound.webm (mono Opus, 32 kbit/s) and folder/sound.m4a (mono AAC, 64 kbit/s).

    Both are as loud as loudness.py says. Their clocks are the soundtrack's: damage becomes silence, nothing shifts.
    on_progress, stop and the errors are as for soundtrack(). Each file appears when it is complete.
    """
    copies = tuple(Copy(folder / name, media_type, codec) for name, media_type, codec in SOUNDS)
    with ExitStack() as stack:
        parts = [stack.enter_context(written_whole(copy.path)) for copy in copies]
        arguments = {"path": str(path.absolute()), "parts": [str(part.absolute()) for part in parts]}
        limits = limits_for(path, _SOUND_CPU_SHARE, _SOUND_BYTES_A_SECOND)
        confined("uploads.media.encoding:encode_sound", arguments, limits, on_progress, stop)
    return copies


def video_copy(
    path: Path,
    folder: Path,
    on_progress: Callable[[float], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Copy | None:
    """Make folder/picture.mp4 or folder/picture.webm, picture and sound; None where there is no moving picture.

    The picture is taken over as it is where browsers play it and it is of moderate size, and made anew where not
    (picture.py). The sound is that of the listening copies, on the same clock; the picture ends with it. on_progress,
    stop and the errors are as for soundtrack(); Unplayable also where no picture can be read.
    """
    make_folder(folder)
    part = folder / f".picture.{secrets.token_hex(6)}.part"
    arguments = {"path": str(path.absolute()), "part": str(part.absolute())}
    try:
        limits = limits_for(path, _PICTURE_CPU_SHARE, _PICTURE_BYTES_A_SECOND)
        made = confined("uploads.media.film:make_film", arguments, limits, on_progress, stop)
        if made is None:
            return None
        kind = "webm" if made["muxer"] == "webm" else "mp4"  # only the child knows which, when it has looked
        target = folder / f"picture.{kind}"
        with written_whole(target) as whole:
            part.replace(whole)
        return Copy(target, f"video/{kind}", str(made["codec"]))
    finally:
        part.unlink(missing_ok=True)
