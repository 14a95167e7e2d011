"""Where a question asks for a label that means the same as others."""

import pytest

from search.alike import Alike, Run
from search.query import parse

STRIKE = ("strike", "work stoppage", "walkout")
ALIKE = Alike([STRIKE, ("work", "labour"), ("coal mine", "pit"), ("walkout", "exit"), ("Müller", "miller")])


@pytest.mark.parametrize(
    ("typed", "also"),
    [
        ("strikes 1968", ("work stoppage", "walkout")),
        ("the walkout", ("strike", "work stoppage", "exit")),
        ("work stoppages", ("labour", "strike", "walkout")),
        ("a coal mine and a pit", ("coal mine", "pit")),
        ("muller", ("miller",)),
        ("coal", ()),
        ('"strike" -pit', ()),
        ("", ()),
    ],
)
def test_the_other_labels_are_told_once_each(typed: str, also: tuple[str, ...]) -> None:
    assert sorted(ALIKE.also(parse(typed))) == sorted(also)


def test_longer_runs_come_after_single_words_and_none_over_another() -> None:
    alike = Alike([("a b c", "x"), ("c d", "y"), ("b", "z")])
    assert alike.runs(["a", "b", "c", "d"]) == [Run(1, 2, ("z",)), Run(0, 3, ("x",))]
    assert alike.runs(["b", "c", "d"]) == [Run(0, 1, ("z",)), Run(1, 3, ("y",))]


def test_groups_that_say_nothing_are_left_out() -> None:
    alike = Alike([("a",), ("a", "A"), ("a", ""), ("a", "!"), ("a", "b c d e f"), (), ("Mine", "mines", "pit", "PIT")])
    assert alike.groups == (("Mine", "pit"),)
