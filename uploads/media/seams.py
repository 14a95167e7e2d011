"""Where new packets meet old ones: looked at by decoding over the seam, as a listener's decoder will."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from uploads.media.loudness import RATE
from uploads.media.recoding import Recoder, Samples

LEAD = 10  # packets after which a decoder that began in the middle hears what it should
REACH = 8  # packets over which a seam may be heard
_WINDOW = RATE // 100
_FAINT = 10 ** (-48 / 20)  # what is below is not heard beside speech
_SAME_DB = 1.5  # nor is such a step


@dataclass(frozen=True, slots=True)
class Take:
    """A stretch before and after. sound is the old packets decoded; all three begin at the same packet."""

    codec: Recoder
    old: Sequence[bytes]
    new: Sequence[bytes]
    sound: Samples

    def best_begin(self, places: Sequence[int]) -> int:
        """The packet among these, which are in a row, from which on new ones should follow the old ones."""
        until = places[-1] + 1  # not further: what comes then may be struck

        def step(at: int) -> float:
            return self._step_db([*self.old[:at], *self.new[at:until]], at)

        return self._best(places, step)[0]

    def best_end(self, places: Sequence[int]) -> tuple[int, bool]:
        """The packet among these from which on old ones should follow again, and whether it is a good one."""

        def step(at: int) -> float:
            return self._step_db([*self.new[:at], *self.old[at : at + REACH]], at)

        return self._best(places, step)

    def _best(self, places: Sequence[int], step: Callable[[int], float]) -> tuple[int, bool]:
        """The first that is good, or else the best."""
        found: dict[int, float] = {}
        for at in places:
            found[at] = step(at)
            if found[at] <= _SAME_DB:
                return at, True
        return min(found, key=found.__getitem__), False

    def _step_db(self, packets: Sequence[bytes], at: int) -> float:
        """How far the level around a seam is from what it was, at its worst."""
        begin, first = max(0, at - LEAD), max(0, at - 1)
        worst = 0.0
        for decoder in self.codec.decoders:
            heard = self.codec.decoded(packets[begin:], decoder)[(first - begin) * self.codec.frame :]
            before = self.sound[first * self.codec.frame :][: heard.size]
            worst = max(worst, float(np.abs(20 * np.log10(_levels(heard) / _levels(before))).max(initial=0.0)))
        return worst


def _levels(samples: Samples) -> Samples:
    whole = samples[: samples.size // _WINDOW * _WINDOW].reshape(-1, _WINDOW)
    levels: Samples = np.maximum(np.sqrt(np.mean(np.square(whole), axis=1)), np.float32(_FAINT))
    return levels
