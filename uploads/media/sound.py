"""The sound of a recording as the speech model hears it, kept on disk so that memory does not grow with its length."""

import json
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from uploads.media.confined import LOOK_S, Stopped, stepwise
from uploads.media.limits import limits_for
from uploads.whole_file import written_whole

SAMPLE_RATE = 16_000  # Hz, what Whisper and silero expect
Samples = NDArray[np.float32]

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

    def samples(self, start_ms: int = 0, end_ms: int | None = None) -> Samples:
        """Samples from -1 to 1 of [start_ms, end_ms), cut at the ends of the recording; four bytes each in memory."""
        return _read(self.path, start_ms, end_ms)

    def reach(self, ms: int) -> int:
        """ms, or the end of the recording where that comes before."""
        return min(ms, self.duration_ms)

    def expected_ms(self) -> int:
        """How long the recording is, as far as that can be told by now; 0 while it cannot."""
        return self.duration_ms

    def whole(self, on_progress: Callable[[float], None] | None = None) -> Self:
        """All of it; on_progress gets the share done, 0 to 1, where it has to be waited for."""
        return self


class Sound(Protocol):
    """What can be listened to: a Soundtrack, or one that is still Growing. The same calls give the same of both."""

    def samples(self, start_ms: int = 0, end_ms: int | None = None) -> Samples: ...

    def reach(self, ms: int) -> int: ...

    def expected_ms(self) -> int: ...

    def whole(self, on_progress: Callable[[float], None] | None = None) -> Soundtrack: ...


class Growing:
    """A soundtrack that is being written: what is there can be read, and for what is not there yet one waits.

    Waiting asks stop several times a second, and raises Stopped when it says True. Whatever ends the decoding early
    (Unplayable, StorageFull …) is raised by the next call, whether what it asks for was there already or not. All calls
    must come from one thread until whole() has returned. Made by growing().
    """

    def __init__(self, path: Path, out: Path, stop: Callable[[], bool] | None) -> None:
        self._stop = stop
        self._expected_ms = 0
        self._whole: Soundtrack | None = None
        self._steps = self._decoded(path, out)
        next(self._steps)

    def close(self) -> None:
        """End the decoding; nothing of it stays, unless it had come to its end."""
        self._steps.close()

    def samples(self, start_ms: int = 0, end_ms: int | None = None) -> Samples:
        if end_ms is None:
            self.whole()
        else:
            self.reach(end_ms)
        return _read(self._whole.path if self._whole else self._part, start_ms, end_ms)

    def reach(self, ms: int) -> int:
        self._step(0.0)
        while self._whole is None:
            if self._there_ms() >= ms:  # so the whole is at least that long
                return ms
            self._step(LOOK_S)
        return self._whole.reach(ms)

    def expected_ms(self) -> int:
        return self._whole.duration_ms if self._whole else self._expected_ms

    def whole(self, on_progress: Callable[[float], None] | None = None) -> Soundtrack:
        while self._whole is None:
            for share in self._step(LOOK_S):
                if on_progress:
                    on_progress(share)
        return self._whole

    def _step(self, wait_s: float) -> Sequence[float]:
        """Hear how far the decoding is; the shares that it told."""
        if self._whole:
            return ()
        if self._stop and self._stop():
            raise Stopped
        try:
            shares = self._steps.send(wait_s)
        except StopIteration as end:
            if end.value is None:
                raise RuntimeError("This soundtrack was closed, or has failed before.") from end
            self._whole = end.value
            return ()
        if shares and shares[-1] > 0:
            self._expected_ms = round(self._there_ms() / shares[-1])
        return shares

    def _there_ms(self) -> int:
        return self._part.stat().st_size // 2 // _PER_MS

    def _decoded(self, path: Path, out: Path) -> Generator[Sequence[float], float | None, Soundtrack]:
        limits = limits_for(path, _CPU_SHARE, 2 * SAMPLE_RATE)
        with written_whole(out) as self._part:
            self._part.touch()
            arguments = {"path": str(path.absolute()), "part": str(self._part.absolute()), "rate": SAMPLE_RATE}
            told = yield from stepwise("uploads.media.decoding:write_samples", arguments, limits)
            track = Soundtrack(out, int(told["duration_ms"]), int(told["lost_ms"]), int(told["damaged_packets"]))
            # Before the sound gets its name, so that it is never there without.
            with written_whole(_beside(out)) as beside:
                beside.write_text(json.dumps({name: value for name, value in asdict(track).items() if name != "path"}))
        return track


def growing(path: Path, out: Path, stop: Callable[[], bool] | None = None) -> "closing[Growing]":
    """For `with`: the sound of path while it is decoded to out. Time runs as in the original, also across gaps and
    damage. out appears when it is complete, never before; what was not complete at the end of the block is gone.
    """
    return closing(Growing(path, out, stop))


def soundtrack(
    path: Path,
    out: Path,
    on_progress: Callable[[float], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Soundtrack:
    """The sound of path, decoded once, to out, as by growing().

    on_progress gets the share done, 0 to 1, at most 200 times; stop is asked several times a second, and Stopped raised
    when it says True. Also raises Unplayable and StorageFull.
    """
    with growing(path, out, stop) as track:
        return track.whole(on_progress)


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


def _read(path: Path, start_ms: int, end_ms: int | None) -> Samples:
    """Of a file that may be growing, and may end in half a sample: no more than was asked for is looked at."""
    start = max(0, start_ms) * _PER_MS
    count = -1 if end_ms is None else max(0, end_ms * _PER_MS - start)
    read = np.fromfile(path, "<i2", count, offset=2 * start)
    return read.astype(np.float32) / np.float32(32_768)


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".json")
