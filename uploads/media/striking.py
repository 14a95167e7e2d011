"""Copies without the stretches that a narrator took back: of those there is not a trace left in them."""

from collections.abc import Callable, Sequence
from pathlib import Path

from uploads.media.confined import confined
from uploads.media.limits import limits_for
from uploads.media.spans import merged
from uploads.whole_file import written_whole

_SOUND_CPU_SHARE = 0.5  # as much as making the copy: one that cannot be exchanged in part is made anew
_SOUND_BYTES_A_SECOND = 32_000
_PICTURE_CPU_SHARE = 20.0
_PICTURE_BYTES_A_SECOND = 1_000_000


def struck_copy(
    path: Path,
    spans: Sequence[tuple[int, int]],
    target: Path,
    on_progress: Callable[[float], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> None:
    """Write to target the listening copy path with spans struck (start and end in ms on its clock, in any order).

    In the place of a span are a short soft tone and silence. Everything 150 ms and more away from the spans is as it
    was, byte for byte. The same copy and the same spans give the same file. ValueError where a span ends before it
    starts; on_progress, stop and the other errors are as for soundtrack(). target appears when it is complete.
    """
    limits = limits_for(path, _SOUND_CPU_SHARE, _SOUND_BYTES_A_SECOND)
    struck = merged(spans)
    with written_whole(target) as part:
        arguments = {"path": str(path.absolute()), "part": str(part.absolute()), "spans": struck}
        confined("uploads.media.struck:strike_sound", arguments, limits, on_progress, stop)


def struck_film(
    path: Path,
    spans: Sequence[tuple[int, int]],
    target: Path,
    on_progress: Callable[[float], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> None:
    """Write to target the copy to watch path with spans struck: a blank picture, and what struck_copy() puts in the
    place of the sound.

    The picture is blank a tenth of a second longer on both sides. It is coded anew from the last picture before a span
    that needs no other one to the first such behind it; everything else is as it was, byte for byte. All else is as
    for struck_copy().
    """
    limits = limits_for(path, _PICTURE_CPU_SHARE, _PICTURE_BYTES_A_SECOND)
    struck = merged(spans)
    with written_whole(target) as part:
        arguments = {"path": str(path.absolute()), "part": str(part.absolute()), "spans": struck}
        confined("uploads.media.struck_film:strike_film", arguments, limits, on_progress, stop)
