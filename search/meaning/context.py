"""What a passage means where it stands.

People go on talking about a thing for minutes, in passages that do not name it, and say "Yes, for years." in between.
So the vector that an index gets is that of a passage together with those around it, which found a quarter more of what
people had coded than vectors of single passages (docs/decisions/0030).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.documents import DIMENSIONS

SPAN = 4  # so many passages to each side
_FADING = 0.7  # what a passage counts less than its neighbour that is one nearer
_LONG = 250  # words: a longer passage counts no more than this
FEWEST = 4  # words: a shorter passage needs no vector; by what it means, "Yes." is near to every question


class Said(NamedTuple):
    """A passage: its place in the story, how many words it has, and its own vector (PassageDocument.vector) or None."""

    place: int
    words: int
    vector: bytes | None


def in_context(passages: Sequence[Said]) -> list[bytes | None]:
    """For each passage of a story its vector in its context, None where it has none of its own.

    passages need not be all of the story: for one of them to be as among all, those within SPAN have to be there.
    Reckoned in float64, so that machines that add up in another order come to the same float16.
    """
    own = [said for said in passages if said.vector is not None]
    if not own:
        return [None] * len(passages)
    first, last = min(said.place for said in own), max(said.place for said in own)
    weighed: NDArray[np.float64] = np.zeros((last - first + 1, DIMENSIONS))
    for said in own:
        numbers = np.frombuffer(said.vector or b"", "<f2").astype(np.float64)
        weighed[said.place - first] = numbers * min(max(said.words, 1), _LONG) ** 0.5
    together = weighed.copy()
    for away in range(1, SPAN + 1):
        together[away:] += _FADING**away * weighed[:-away]
        together[:-away] += _FADING**away * weighed[away:]
    lengths = np.maximum(np.linalg.norm(together, axis=1, keepdims=True), 1e-9)
    rows = (together / lengths).astype("<f2")
    return [None if said.vector is None else rows[said.place - first].tobytes() for said in passages]
