"""What the search page says about how it searched, where something here knows what words mean."""

from collections.abc import Callable

import pytest

from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story

BREAD = "Every morning my mother kneaded the dough and put the loaves into the oven."
PASTRY = "Our mum was baking bread for all of us before the sun rose, and it smelled of yeast."
ALIKE = "something alike"


@pytest.fixture(autouse=True)
def _told(knowing_house: House, work: Callable[[], None]) -> None:
    a_story(knowing_house, "Bread", texts=(BREAD,))
    a_story(knowing_house, "Rolls", texts=(PASTRY,))
    work()


def test_where_no_passage_holds_all_words_some_hold_a_part(stranger: Visitor) -> None:
    assert "What stands here says a part of it, or means" in stranger.get("/search?q=dough smelled cathedral").text


@pytest.mark.parametrize("mode", ["both", "meaning", "words"])
def test_what_found_nothing_promises_no_likeness(mode: str, stranger: Visitor) -> None:
    page = stranger.get(f"/search?q=qwxzv&place=Nowhere&mode={mode}").text
    assert "Nobody here says" in page
    assert ALIKE not in page


def test_how_to_search_is_asked_with_a_question(stranger: Visitor) -> None:
    assert "Meaning alone" not in stranger.get("/search").text
    assert "Meaning alone" in stranger.get("/search?q=dough").text
