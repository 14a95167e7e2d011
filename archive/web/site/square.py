"""Where the dots of readings stand in the square: each at its own place, none upon another.

Lengths are units of the drawing, which is SIDE wide: on a phone of 390 pixels one of them is one pixel.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin

from archive.services.feelings import Point

SIDE = 350
REACH = 30  # across a dot as a finger finds it; no two stand nearer to each other
FIRST, LAST = 40, 310  # where −2 and 2 stand, on both axes
WAYS = 16  # around a place that is taken


@dataclass(frozen=True, slots=True)
class Spot:
    """x and y: where the dot stands. from_x and from_y: what was read, where another dot stands at that place."""

    reading_id: int
    x: float
    y: float
    from_x: float
    from_y: float

    @property
    def aside(self) -> bool:
        return (self.x, self.y) != (self.from_x, self.from_y)


def spread(points: Sequence[Point]) -> list[Spot]:
    """Those that find room, the first of each place at that place and more of them around it. What comes earlier in
    the list comes first, and the same list is always laid out the same."""
    spots: list[Spot] = []
    taken: set[tuple[float, float]] = set()
    crowded: list[Spot] = []
    for point in points:
        spot = _exact(point)
        (crowded if (spot.x, spot.y) in taken else spots).append(spot)
        taken.add((spot.x, spot.y))
    for spot in crowded:
        if beside := _beside(spot, spots):
            spots.append(beside)
    return spots


def _exact(point: Point) -> Spot:
    x, y = _along(point.hope), SIDE - _along(point.conviction)
    return Spot(point.reading_id, x, y, x, y)


def _along(value: float) -> float:
    return FIRST + (value + 2) / 4 * (LAST - FIRST)


def _beside(spot: Spot, spots: Sequence[Spot]) -> Spot | None:
    """Next to its place, but not so far that it would seem to say something else; None where there is no room."""
    for way in range(WAYS):
        turned = 2 * pi * way / WAYS
        x, y = round(spot.x + REACH * cos(turned), 2), round(spot.y + REACH * sin(turned), 2)
        inside = FIRST <= x <= LAST and FIRST <= y <= LAST
        if inside and all(hypot(x - other.x, y - other.y) >= REACH - 0.01 for other in spots):
            return Spot(spot.reading_id, x, y, spot.x, spot.y)
    return None
