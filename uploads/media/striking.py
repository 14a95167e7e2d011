"""Copies without the stretches that a narrator took back: of those there is not a trace left in them."""

from collections.abc import Callable, Sequence
from pathlib import Path

from uploads.media.confined import confined
from uploads.media.limits import limits_for
from uploads.media.spans import merged
from uploads.whole_file import written_whole

_SOUND_CPU_SHARE = 0.5  # as much as making the copy: one that cannot be exchanged in part is made anew
_SOUND_BYTES_A_SECOND = 32_000


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
