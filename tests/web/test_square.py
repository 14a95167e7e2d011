"""Where the dots of the square stand."""

from archive.services.feelings import Point
from archive.web.site.square import FIRST, LAST, REACH, spread


def test_no_two_dots_stand_nearer_than_a_finger_needs_and_the_first_of_a_place_stands_there() -> None:
    points = [Point(n, (n % 9) / 2 - 2, (n // 9 % 9) / 2 - 2) for n in range(60)]
    points += [Point(100 + n, 2.0, 2.0) for n in range(30)] + [Point(200 + n, 0.5, -0.5) for n in range(30)]
    spots = spread(points)
    for n, one in enumerate(spots):
        assert FIRST <= one.x <= LAST
        assert FIRST <= one.y <= LAST
        for other in spots[:n]:
            assert (one.x - other.x) ** 2 + (one.y - other.y) ** 2 >= (REACH - 0.1) ** 2
    assert {spot.reading_id for spot in spots if not spot.aside} >= {*range(60), 100}
    assert any(spot.aside for spot in spots)
    corner = next(spot for spot in spots if spot.reading_id == 100)
    assert (corner.x, corner.y) == (LAST, FIRST)  # hope to the right, conviction to the top
