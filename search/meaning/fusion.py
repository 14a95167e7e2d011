"""Two orders made one: reciprocal rank fusion.

G. V. Cormack, C. L. A. Clarke, S. Büttcher: Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning
Methods, SIGIR 2009. Scores of words and cosines of vectors have no common measure; places in an order have.
"""

from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

Id = TypeVar("Id", bound=Hashable)

FUSED = 200  # of each order so many are put in one
_K = 60  # from the paper: how little the first place counts more than the second


def fused(orders: Iterable[Sequence[Id]]) -> list[tuple[Id, float]]:
    """What the first FUSED of each order hold, best first, with scores; of equals, the one named first."""
    scores: dict[Id, float] = {}
    for order in orders:
        for place, each in enumerate(order[:FUSED], start=1):
            scores[each] = scores.get(each, 0.0) + score(place)
    return sorted(scores.items(), key=lambda scored: -scored[1])


def score(place: int) -> float:
    """Of something that stands at this place (from 1) in one order only. Beyond FUSED it is less than any fused one."""
    return 1 / (_K + place)
