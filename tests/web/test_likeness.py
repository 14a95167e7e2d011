"""Other voices on a passage: of other stories, of open ones alone, and reached without scripts."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from archive.models import JobKind, Passage, Story
from archive.services.errors import NotFound
from archive.services.likeness import voices_like
from archive.wiring import House
from archive.worker import Worker
from tests.conftest import Visitor
from tests.factories import a_story

BREAD = "Every morning my mother kneaded the dough and put the loaves into the oven."
BAKER = "Grandfather was a baker, and the whole street smelled of fresh rolls at dawn."
SECRET = "I baked bread at night in the kitchen and sold it without telling anybody."
WAR = "When the soldiers came we hid in the cellar and heard the bombs fall on the town."


def passage(house: House, text: str) -> int:
    with house.db.reading() as session:
        return session.scalars(select(Passage.id).where(Passage.text == text)).one()


def others(house: House, text: str) -> list[str]:
    with house.db.reading() as session:
        held = session.get_one(Passage, passage(house, text))
        return [match.passage.text for match in voices_like(session, house.index, held, by=None)]


@pytest.fixture
def told(knowing_house: House, work: Callable[[], None]) -> House:
    a_story(knowing_house, "Bread", texts=(BREAD,))
    a_story(knowing_house, "Rolls", texts=(BAKER,))
    a_story(knowing_house, "Nobody knew", texts=(SECRET,))
    a_story(knowing_house, "War", texts=(WAR,))
    work()
    return knowing_house


def test_others_who_speak_of_the_same_come_and_nobody_else(told: House) -> None:
    assert set(others(told, BREAD)) == {BAKER, SECRET}


def test_each_voice_is_heard_once_and_no_interviewer(told: House, work: Callable[[], None]) -> None:
    a_story(told, "Dough", texts=("The bakery sold rolls at dawn.", "We carried fresh bread home from the bakery."))
    asks = "Did your mother bake bread every morning, and put the loaves into the oven?"
    slug = a_story(told, "Asked", texts=(asks, "No."))
    with told.db.writing() as session:
        session.get_one(Passage, passage(told, asks)).speaker = "M."
        assert [each.name for each in session.scalars(select(Story).where(Story.slug == slug)).one().interviewers] == [
            "M."
        ]
    work()
    heard = others(told, BREAD)
    assert len(heard) == 3
    assert sum("bakery" in text for text in heard) == 1
    assert asks not in heard


def test_a_story_that_closes_is_gone_at_once(told: House) -> None:
    with told.db.writing() as session:
        session.scalars(select(Story).where(Story.title == "Nobody knew")).one().text_open = False
    assert others(told, BREAD) == [BAKER]
    with pytest.raises(NotFound), told.db.reading() as session:
        voices_like(session, told.index, session.get_one(Passage, passage(told, SECRET)), by=None)
    Worker(told, [JobKind.INDEX]).run(drain=True)
    assert others(told, BREAD) == [BAKER]


def test_the_page_leads_from_voice_to_voice(told: House, stranger: Visitor) -> None:
    page = stranger.get(f"/passages/{passage(told, BREAD)}/similar").text
    assert "A machine found these in other stories" in page
    assert BAKER.split(",")[0] in page
    assert f'href="/passages/{passage(told, BAKER)}/similar"' in page
    found = stranger.get("/search?q=kneaded").text
    assert re.search(rf'href="/passages/{passage(told, BREAD)}/similar"[^>]*>Other voices on this<', found)


def test_where_nothing_is_alike_the_page_says_so(told: House, stranger: Visitor) -> None:
    assert "Nobody in the other stories" in stranger.get(f"/passages/{passage(told, WAR)}/similar").text


def test_who_works_on_a_story_finds_the_way_on_its_page(told: House, contributor: Visitor) -> None:
    assert f"/passages/{passage(told, BREAD)}/similar" in contributor.get("/stories/bread").text


def test_what_is_closed_or_nowhere_is_not_found_in_the_same_words(told: House, stranger: Visitor) -> None:
    with told.db.writing() as session:
        session.scalars(select(Story).where(Story.title == "War")).one().text_open = False
    answers = [stranger.get(f"/passages/{number}/similar") for number in (passage(told, WAR), 999_999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    sentences = [re.sub(r"\d+", "", answer.text) for answer in answers]
    assert sentences[0] == sentences[1]


def test_without_the_model_nothing_leads_there_and_the_page_still_answers(
    house: House, work: Callable[[], None], stranger: Visitor
) -> None:
    a_story(house, "Bread", texts=(BREAD,))
    work()
    assert "similar" not in stranger.get("/search?q=kneaded").text
    assert stranger.get(f"/passages/{passage(house, BREAD)}/similar").status_code == 200
