"""A receipt says what became of a withdrawn story, at the moment somebody looks."""

from collections.abc import Callable

import pytest
import time_machine
from sqlalchemy import select, update

from archive.models import (
    Act,
    Recording,
    StoryState,
)
from archive.services.access import OPERATOR
from archive.services.ledger import LINES
from archive.services.stories import remove_story, story_by_slug
from archive.web.site.receipts import _counted
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story, story_row
from tests.web.cards import a_card
from tests.web.spoken import Spoken
from tests.web.withdrawing import ERASED, IN_A_MONTH, SLUG, TITLE, plain, taken_back


def test_the_receipt_says_what_became_of_each_thing_now(
    house: House, stranger: Visitor, spoken: Spoken, work: Callable[[], None]
) -> None:
    with house.db.reading() as session:
        sha256 = session.scalars(select(Recording.sha256)).one()
    code = taken_back(house, SLUG)
    at_once = plain(stranger.get(f"/receipts/{code}").text)
    assert "Listening copy, recording 1, opus: not served any more; its file goes within minutes" in at_once
    assert "2 entries in the search: left out of every search; they go within minutes" in at_once
    assert "Its line gets its place within a minute" in at_once
    work()
    page = stranger.get(f"/receipts/{code.upper()[:4]}-{code[4:12]} {code[12:]}")
    said = plain(page.text)
    for sentence in (
        "a story was withdrawn from this archive by those who keep this archive",
        f"Code of this receipt: {code[:4]} {code[4:8]}",
        "Master, recording 1: kept behind every door",
        f"{sha256[:32]} {sha256[32:]}",
        "Listening copy, recording 1, opus: deleted",
        "2 passages of text: kept behind every door",
        "4 lines of consent: kept behind every door",
        "2 entries in the search: out of the search",
        "The line fits the one before it and the one after it",
        "Copies that other people took before that day",
    ):
        assert sentence in said, sentence
    assert "noindex" in page.text
    assert not any(name in page.text for name in (TITLE, SLUG, "Zenobia", "Ignaz", "kaleidoscope"))
    assert {stranger.get(f"/receipts/{wrong}").status_code for wrong in ("0" * 24, code[:-1], "x")} == {404}
    with house.db.writing() as session:
        session.execute(update(LINES).where(LINES.c.act == Act.WITHDRAW).values(actor="clock"))
    assert "does not fit the others" in plain(stranger.get(f"/receipts/{code}").text)


def test_a_receipt_goes_on_when_its_story_was_removed_and_the_number_given_out_again(
    house: House, stranger: Visitor, work: Callable[[], None]
) -> None:
    slug = a_story(house)
    code = taken_back(house, slug, ERASED)
    with house.db.writing() as session:
        remove_story(session, story_by_slug(session, slug, OPERATOR), by=OPERATOR)
    other = a_story(house, "Another")
    taken_back(house, other)
    with time_machine.travel(IN_A_MONTH):
        work()
    assert story_row(house, other).state == StoryState.WITHDRAWN
    assert "3 passages of text: deleted" in plain(stranger.get(f"/receipts/{code}").text)


def test_a_narrator_takes_a_story_back_with_their_card_and_the_receipt_says_so(
    house: House, stranger: Visitor, spoken: Spoken
) -> None:
    card = a_card(house, spoken.id)
    where = f"{card}/stories/{spoken.slug}/withdraw"
    done = stranger.post(where, {"kind": "erased", "reason": "Mine."}, at=f"{where}?kind=erased")
    assert done.status_code == 303
    assert "by the narrator." in plain(stranger.get(done.location).text)
    assert done.location in stranger.get(f"{card}/stories/{spoken.slug}").text
    assert stranger.get(f"/stories/{spoken.slug}").status_code == 410


@pytest.mark.parametrize(
    ("count", "many", "said"),
    [
        (1, "strikes", "1 strike"),
        (2, "strikes", "2 strikes"),
        (1, "entries in the search", "1 entry in the search"),
        (1, "reviews by narrators", "1 review by narrators"),
    ],
)
def test_one_thing_is_counted_as_one(count: int, many: str, said: str) -> None:
    assert _counted(count, many) == said
