"""Where to cut a recording so that each part can be heard alone: in its silences, with nothing but silence left out."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

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


def cut_pieces(speech: Iterable[NDArray[np.float32]], duration_ms: Callable[[], int]) -> Iterator[Piece]:
    """Pieces that hold all the speech, in order, apart from each other, at most LONGEST_MS long; the first is short.

    speech has one probability for each WINDOW_MS of the recording, in parts of any length, which are asked for as they
    are needed: the first piece is there when some twenty seconds of speech have been looked at, and the pieces are the
    same however speech is parted. How long the recording is, in ms, is asked when speech has ended. Each piece ends in
    the longest pause of its second half. Silences longer than ten seconds are in no piece; a recording of nothing but
    silence has none.
    """
    coming = (part for whole, within in _stretches(speech) for part in _broken(whole, within))
    ahead: list[_Stretch] = []
    before, limit = 0, _FIRST_MS
    while _look_ahead(ahead, coming, limit):
        last = _last_of_piece(ahead, limit)
        start, end = ahead[0].start * WINDOW_MS, ahead[last].end * WINDOW_MS
        if last + 1 < len(ahead):
            after = ahead[last + 1].start * WINDOW_MS
        else:  # only the last window of all can reach beyond the end
            after = duration_ms()
            end = min(end, after)
        yield Piece(max(start - _PAD_MS, (before + start) // 2), min(end + _PAD_MS, (end + after) // 2))
        before, limit = ahead[last].end * WINDOW_MS, LONGEST_MS
        del ahead[: last + 1]


def is_spoken(speech: NDArray[np.float32], start_ms: float, end_ms: float) -> bool:
    """Whether anybody may be speaking in [start_ms, end_ms]: where nobody is, words are the model's invention."""
    return bool(speech[int(start_ms) // WINDOW_MS : int(end_ms) // WINDOW_MS + 1].max(initial=0.0) >= _SPEECH)


def _look_ahead(ahead: list[_Stretch], coming: Iterator[_Stretch], limit_ms: int) -> bool:
    """Take stretches until one is too far off for the next piece. False where there is none at all any more."""
    index = 1
    while index >= len(ahead) or _goes_on(ahead, index, limit_ms):
        if index < len(ahead):
            index += 1
        elif (following := next(coming, None)) is not None:
            ahead.append(following)
        else:
            return bool(ahead)
    return True


def _goes_on(stretches: list[_Stretch], index: int, limit_ms: int) -> bool:
    """Whether a piece that begins with the first stretch and holds all before index can hold that one too."""
    return _length(stretches, index) <= limit_ms and _pause(stretches, index - 1) < _REST_MS


def _length(stretches: list[_Stretch], index: int) -> int:
    """Milliseconds of a piece from the first stretch to the one at index."""
    return (stretches[index].end - stretches[0].start) * WINDOW_MS + 2 * _PAD_MS


def _pause(stretches: list[_Stretch], index: int) -> int:
    """Milliseconds of silence behind a stretch that is not the last."""
    return (stretches[index + 1].start - stretches[index].end) * WINDOW_MS


def _last_of_piece(stretches: list[_Stretch], limit_ms: int) -> int:
    """The stretch with which the piece that begins with the first one ends."""
    last = 0
    while last + 1 < len(stretches) and _goes_on(stretches, last + 1, limit_ms):
        last += 1
    if last + 1 == len(stretches) or _pause(stretches, last) >= _REST_MS:
        return last
    late = [index for index in range(last + 1) if 2 * _length(stretches, index) >= limit_ms]
    return max(late or [last], key=lambda index: (_pause(stretches, index), index))


def _stretches(speech: Iterable[NDArray[np.float32]]) -> Iterator[tuple[_Stretch, NDArray[np.float32]]]:
    """Each stretch, when it has ended, and the probabilities of its windows."""
    within: list[float] = []
    quiet = window = 0
    for probability in chain.from_iterable(part.tolist() for part in speech):
        window += 1
        if not within and probability < _SPEECH:
            continue
        within.append(probability)
        quiet = 0 if probability >= _SILENCE else quiet + 1
        if quiet == _PAUSE:
            yield _ended(within, window, quiet)
            within, quiet = [], 0
    if within:
        yield _ended(within, window, quiet)


def _ended(within: list[float], window: int, quiet: int) -> tuple[_Stretch, NDArray[np.float32]]:
    """The stretch whose windows, with quiet ones at their end, end before window."""
    spoken = np.asarray(within[: len(within) - quiet], np.float32)
    return _Stretch(window - len(within), window - quiet), spoken


def _broken(stretch: _Stretch, speech: NDArray[np.float32]) -> Iterator[_Stretch]:
    """The stretch in parts of at most _UNBROKEN windows, parted where speech is least likely, in its middle half.

    speech has the probabilities of the stretch alone.
    """
    length = stretch.end - stretch.start
    if length <= _UNBROKEN:
        yield stretch
        return
    from_, to = length // 4, length - length // 4
    middle = from_ + int(np.argmin(np.convolve(speech[from_:to], np.ones(5), mode="same")[2:-2])) + 2
    yield from _broken(_Stretch(stretch.start, stretch.start + middle), speech[:middle])
    yield from _broken(_Stretch(stretch.start + middle, stretch.end), speech[middle:])
