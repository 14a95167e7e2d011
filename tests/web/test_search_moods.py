"""mood=: the passages that somebody has read so."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from archive.models import Passage, Reading, RoleName
from archive.services import readings
from archive.services.access import OPERATOR
from archive.services.accounts import add_account
from archive.services.mood_ranges import key, keys_in, read_range
from archive.services.readings import Felt
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story

TEXTS = ("bread one", "bread two", "bread three")
READ = (Felt(1.5, -1.0), Felt(-2.0, None), Felt(None, 2.0))


@pytest.fixture
def bread(house: House, work: Callable[[], None]) -> None:
    a_story(house, texts=TEXTS)
    with house.db.writing() as session:
        somebody = add_account(session, "reads@example.org", RoleName.CONTRIBUTOR)
        for text, felt in zip(TEXTS, READ, strict=True):
            passage = session.scalars(select(Passage).where(Passage.text == text)).one()
            readings.read_passage(session, passage, felt, by=somebody)
    work()


def hits(who: Visitor, mood: str) -> list[str]:
    answer = who.get(f"/api/v1/search?q=bread&mood={mood}")
    assert answer.status_code == 200, answer.text
    assert answer.json
    return sorted(each["text"] for each in answer.json["passages"])


@pytest.mark.usefixtures("bread")
def test_passages_are_found_by_how_somebody_read_them(stranger: Visitor) -> None:
    assert hits(stranger, "hope:1..2,conviction:-2..0") == ["bread one"]
    assert hits(stranger, "hope:-2..0") == ["bread two"]
    assert hits(stranger, "conviction:-2..2") == ["bread one", "bread three"]
    assert hits(stranger, "hope:1.6..2") == []
    assert hits(stranger, "hope:0.1..0.4") == [], "between two steps lies nothing"


@pytest.mark.usefixtures("bread")
def test_hope_and_conviction_are_meant_of_one_reading(
    house: House, work: Callable[[], None], stranger: Visitor
) -> None:
    """One person reads despair in it, another conviction: nobody reads both."""
    with house.db.writing() as session:
        passage = session.scalars(select(Passage).where(Passage.text == "bread two")).one()
        readings.read_passage(
            session, passage, Felt(2.0, 2.0), by=add_account(session, "b@example.org", RoleName.CURATOR)
        )
    work()
    assert hits(stranger, "hope:-2..-1,conviction:1..2") == []
    assert hits(stranger, "hope:1..2,conviction:1..2") == ["bread two"]


@pytest.mark.usefixtures("bread")
def test_a_reading_taken_off_is_found_no_more(house: House, work: Callable[[], None], stranger: Visitor) -> None:
    with house.db.writing() as session:
        for each in session.scalars(select(Reading)):
            readings.take_off(session, each.id, by=OPERATOR)
    assert len(hits(stranger, "")) == 3, "and the story stays in the search meanwhile"
    work()
    assert hits(stranger, "hope:-2..2") == []


@pytest.mark.usefixtures("bread")
def test_the_page_says_what_was_meant_and_how_to_give_it_up(stranger: Visitor) -> None:
    page = stranger.get("/search?q=bread&mode=words&mood=hope:1..2,conviction:-2..0").text
    assert "read as hope 1 to 2 and conviction −2 to 0" in page
    assert "1 passage" in page
    nothing = stranger.get("/search?q=bread&mode=words&mood=hope:2..2,conviction:-2..-2").text
    assert "Look wherever it is read otherwise, too" in nothing
    assert 'href="/search?mood=hope:0.5..2,conviction:-2..-0.5"' in stranger.get("/feelings").text


@pytest.mark.parametrize("given", ["hope", "hope:2..1", "hope:1..2,hope:1..2", "joy:1..2", "hope:nan..2", "hope:1..2;"])
def test_what_means_nothing_is_passed_over_by_the_page_and_refused_by_the_api(stranger: Visitor, given: str) -> None:
    assert stranger.get(f"/search?q=bread&mode=words&mood={given}").status_code == 200
    answer = stranger.get(f"/api/v1/search?mood={given}")
    assert answer.status_code == 422
    assert answer.json
    assert answer.json["detail"].startswith("mood is written like hope:1..2")


def test_every_half_step_within_has_its_key() -> None:
    assert keys_in(read_range("hope:1..2,conviction:-2..-1.5")) == tuple(
        key(hope, sure) for hope in (1, 1.5, 2) for sure in (-2, -1.5)
    )
    assert len(keys_in(read_range("hope:-99..99"))) == 9 * 10, "nothing said of the other is as good as anything"
    assert keys_in(read_range("hope:0.1..0.4")) == ()
