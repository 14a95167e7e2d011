"""The sound of a recording as the speech model hears it, kept on disk so that memory does not grow with its length."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from uploads.media.confined import confined
from uploads.media.limits import limits_for
from uploads.whole_file import written_whole

SAMPLE_RATE = 16_000  # Hz, what Whisper and silero expect
_PER_MS = SAMPLE_RATE // 1000
_WORTH_TELLING_MS = 100
_CPU_SHARE = 0.05  # seconds a second of sound; here it takes a twentieth of that


@dataclass(frozen=True, slots=True)
class Soundtrack:
    """A finished file of raw signed 16-bit little-endian mono samples at 16 kHz, two bytes each (32 KB a second).

    lost_ms is sound that the original should hold and that could not be read: in the middle there is silence in its
    place, at the end the soundtrack is that much shorter.
    """

    path: Path
    duration_ms: int
    lost_ms: int
    damaged_packets: int

    @classmethod
    def open(cls, path: Path) -> Self:
        """A soundtrack made earlier; FileNotFoundError where it was not finished."""
        path.stat()
        return cls(path, **json.loads(_beside(path).read_text()))

    @staticmethod
    def discard(path: Path) -> None:
        """Take a soundtrack off the disk, finished or not there at all."""
        path.unlink(missing_ok=True)
        _beside(path).unlink(missing_ok=True)

    def samples(self, start_ms: int = 0, end_ms: int | None = None) -> NDArray[np.float32]:
        """Samples from -1 to 1 of [start_ms, end_ms), cut at the ends of the recording; four bytes each in memory."""
        stop = None if end_ms is None else max(0, end_ms) * _PER_MS
        whole = np.memmap(self.path, dtype="<i2", mode="r")
        return whole[max(0, start_ms) * _PER_MS : stop].astype(np.float32) / np.float32(32_768)


def soundtrack(
    path: Path,
    out: Path,
    on_progress: Callable[[float], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Soundtrack:
    """Decode the sound of path once, to out. Time runs as in the original, also across gaps and damage.

    on_progress gets the share done, 0 to 1, at most 200 times; stop is asked several times a second, and Stopped raised
    when it says True. Also raises Unplayable and StorageFull. out appears when it is complete, never before.
    """
    limits = limits_for(path, _CPU_SHARE, 2 * SAMPLE_RATE)
    with written_whole(out) as part:
        part.touch()
        arguments = {"path": str(path.absolute()), "part": str(part.absolute()), "rate": SAMPLE_RATE}
        told = confined("uploads.media.decoding:write_samples", arguments, limits, on_progress, stop)
        track = Soundtrack(out, int(told["duration_ms"]), int(told["lost_ms"]), int(told["damaged_packets"]))
        with written_whole(_beside(out)) as beside:  # before the sound gets its name, so that it is never there without
            beside.write_text(json.dumps({name: value for name, value in asdict(track).items() if name != "path"}))
    return track


def loss_sentence(sound: Soundtrack) -> str | None:
    """What to tell the person of sound that could not be read; None when there is nothing to tell."""
    if sound.lost_ms < _WORTH_TELLING_MS:
        return None
    seconds = round(sound.lost_ms / 1000)
    if seconds < 2:
        amount = "About a second"
    elif seconds < 120:
        amount = f"About {seconds} seconds"
    else:
        amount = f"About {round(seconds / 60)} minutes"
    return (
        f"{amount} of this recording could not be read, because the file is damaged or cut short. "
        "Everything else is here, and your original is untouched."
    )


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".json")
