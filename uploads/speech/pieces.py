"""Where to cut a recording so that each part can be heard alone: in its silences, with nothing but silence left out."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uploads.speech.segments import Piece

WINDOW_MS = 32  # one probability of the voice detector a window: 512 samples at 16 kHz

LONGEST_MS = (
    90_000  # longer pieces give the model more context, shorter ones show words sooner and lose less to a crash
)
_FIRST_MS = 20_000  # somebody is waiting for the first words
_REST_MS = 10_000  # a silence this long is not handed to the model: it would fill it with invented words
_PAD_MS = 400  # kept around speech; the detector is late on soft beginnings and early on soft endings
# The probabilities at which speech begins and ends. With silero's own, 0.5 and 0.35, a fifth of what is said on a noisy
# radio was lost; noise and hum stay below these too.
_SPEECH, _SILENCE = 0.2, 0.1
_PAUSE = 3  # windows of silence that part two stretches of speech
_UNBROKEN = 15_000 // WINDOW_MS  # windows of speech without a pause after which we cut all the same


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Windows [start, end) in which somebody speaks."""

    start: int
    end: int


def cut_pieces(speech: NDArray[np.float32], duration_ms: int) -> list[Piece]:
    """Pieces that hold all the speech, in order, apart from each other, at most LONGEST_MS long; the first is short.

    speech has one probability for each WINDOW_MS of the recording. Each piece ends in the longest pause of its second
    half. Silences longer than ten seconds are in no piece; a recording of nothing but silence has none.
    """
    stretches = [part for whole in _stretches(speech) for part in _broken(whole, speech)]
    pieces: list[Piece] = []
    at = 0
    while at < len(stretches):
        last = _last_of_piece(stretches, at, LONGEST_MS if pieces else _FIRST_MS)
        before = stretches[at - 1].end * WINDOW_MS if at else 0
        after = stretches[last + 1].start * WINDOW_MS if last + 1 < len(stretches) else duration_ms
        start, end = stretches[at].start * WINDOW_MS, min(stretches[last].end * WINDOW_MS, duration_ms)
        pieces.append(Piece(max(start - _PAD_MS, (before + start) // 2), min(end + _PAD_MS, (end + after) // 2)))
        at = last + 1
    return pieces


def is_spoken(speech: NDArray[np.float32], start_ms: float, end_ms: float) -> bool:
    """Whether anybody may be speaking in [start_ms, end_ms]: where nobody is, words are the model's invention."""
    return bool(speech[int(start_ms) // WINDOW_MS : int(end_ms) // WINDOW_MS + 1].max(initial=0.0) >= _SPEECH)


def _last_of_piece(stretches: list[_Stretch], first: int, limit_ms: int) -> int:
    """The stretch with which the piece that begins at first ends."""

    def length(index: int) -> int:
        return (stretches[index].end - stretches[first].start) * WINDOW_MS + 2 * _PAD_MS

    def pause(index: int) -> int:
        return (stretches[index + 1].start - stretches[index].end) * WINDOW_MS

    last = first
    while last + 1 < len(stretches) and length(last + 1) <= limit_ms and pause(last) < _REST_MS:
        last += 1
    if last + 1 == len(stretches) or pause(last) >= _REST_MS:
        return last
    late = [index for index in range(first, last + 1) if 2 * length(index) >= limit_ms]
    return max(late or [last], key=lambda index: (pause(index), index))


def _stretches(speech: NDArray[np.float32]) -> Iterator[_Stretch]:
    start: int | None = None
    quiet = 0
    for window, probability in enumerate(speech.tolist()):
        if start is None:
            if probability >= _SPEECH:
                start, quiet = window, 0
        elif probability >= _SILENCE:
            quiet = 0
        else:
            quiet += 1
            if quiet == _PAUSE:
                yield _Stretch(start, window + 1 - quiet)
                start = None
    if start is not None:
        yield _Stretch(start, len(speech) - quiet)


def _broken(stretch: _Stretch, speech: NDArray[np.float32]) -> Iterator[_Stretch]:
    """The stretch in parts of at most _UNBROKEN windows, parted where speech is least likely, in its middle half."""
    length = stretch.end - stretch.start
    if length <= _UNBROKEN:
        yield stretch
        return
    from_, to = stretch.start + length // 4, stretch.end - length // 4
    middle = from_ + int(np.argmin(np.convolve(speech[from_:to], np.ones(5), mode="same")[2:-2])) + 2
    yield from _broken(_Stretch(stretch.start, middle), speech)
    yield from _broken(_Stretch(middle, stretch.end), speech)
