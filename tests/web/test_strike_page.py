"""Where something is taken out: by words, by passages, by times; by the narrator and by those who keep the story."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.models import RoleName, Story, Strike
from archive.services.sealing import MARK
from archive.services.stories import About
from archive.services.transcripts import passages_of
from archive.wiring import House
from archive.worker import Worker
from tests.conftest import Visitor
from tests.factories import a_story
from tests.web.cards import a_card
from tests.web.spoken import Spoken, spoken_story

SAID = ("What was in the letter?", "I had the letter of resignation written.", "And then my brother called.")


@pytest.fixture
def told(house: House, tmp_path: Path) -> Spoken:
    about = About("A letter", ["Ana Reyes"], interviewers=["M."])
    return spoken_story(house, tmp_path, about, SAID, theme="doubt")


@pytest.fixture(params=["narrator", "keeper"])
def page(
    request: pytest.FixtureRequest, house: House, told: Spoken, visitor: Callable[[], Visitor]
) -> tuple[Visitor, str]:
    """Somebody who may, and the address of the page for them."""
    if request.param == "narrator":
        return visitor(), f"{a_card(house, told.id)}/stories/{told.slug}/strike"
    return visitor().signs_in(RoleName.CURATOR), f"/studio/{told.slug}/strike"


Page = tuple[Visitor, str]


def texts(house: House, told: Spoken) -> list[str]:
    with house.db.reading() as session:
        return [each.text for each in passages_of(session, session.get_one(Story, told.id))]


def spans(house: House) -> list[tuple[int, int]]:
    with house.db.reading() as session:
        return [(each.start_ms, each.end_ms) for each in session.scalars(select(Strike).order_by(Strike.id))]


def send(page: Page, **form: str) -> tuple[int, str]:
    who, where = page
    answer = who.post(where, form, at=where)
    return answer.status_code, answer.text


def test_the_first_and_the_last_word_of_a_passage_take_out_what_lies_between(
    house: House, told: Spoken, page: Page
) -> None:
    who, where = page
    listed = who.get(f"{where}?p={told.passages[1]}").text
    assert len(re.findall(r'name="first"', listed)) == len(SAID[1].split())
    assert send(page, passage=str(told.passages[1]), first="3", last="5")[0] == 303
    assert texts(house, told)[1] == f"I had the {MARK} written."
    assert "3 words, by you" in re.sub(r"\s+", " ", who.get(where).text)


def test_words_chosen_the_other_way_round_are_the_same_words(house: House, told: Spoken, page: Page) -> None:
    assert send(page, passage=str(told.passages[1]), first="5", last="3")[0] == 303
    assert texts(house, told)[1] == f"I had the {MARK} written."


def test_a_passage_goes_as_a_whole(house: House, told: Spoken, page: Page) -> None:
    assert send(page, passage=str(told.passages[1]), whole="yes")[0] == 303
    assert texts(house, told)[1] == MARK
    assert spans(house) == [(2000, 3900)]


def test_times_take_out_what_is_said_between_them(house: House, told: Spoken, page: Page) -> None:
    assert send(page, **{"from": "0:02.0", "to": "0:03,95"})[0] == 303
    assert texts(house, told)[1] == MARK


def test_what_is_taken_out_is_gone_for_everybody_at_once_and_comes_back(
    house: House, told: Spoken, page: Page, stranger: Visitor
) -> None:
    who, where = page
    send(page, passage=str(told.passages[1]), whole="yes")
    public = stranger.get(f"/stories/{told.slug}").text
    assert "resignation" not in public
    assert stranger.get(f"/media/{told.copies[0]}").status_code == 404
    shown = who.get(where).text
    assert "resignation" not in shown
    assert "The sound is being prepared" in shown
    Worker(house).run(drain=True)
    lift = re.search(r'action="([^"]+/lift)"', shown)[1]  # type: ignore[index]
    assert who.post(lift, at=where).status_code == 303
    assert texts(house, told)[1] == SAID[1]
    assert who.post(lift, at=where).status_code == 409
    assert "Bring it back" not in who.get(where).text


@pytest.mark.parametrize(("form", "sentence"), [
    ({"from": "0:03", "to": "0:03"}, "The end has to come after the beginning."),
    ({"from": "0:04", "to": "0:03"}, "The end has to come after the beginning."),
    ({"from": "0:40", "to": "0:50"}, "That lies outside the recording."),
    ({"from": "soon", "to": "0:03"}, "Please write the time like 12:41."),
    ({"from": "0:03", "to": ""}, "Please say from where and until where"),
    ({}, "Please say from where and until where"),
    ({"passage": "2"}, "Please choose the first word and the last word"),
    ({"passage": "2", "first": "1"}, "Please choose the first word and the last word"),
    ({"passage": "2", "first": "1", "last": "99"}, "Please choose the first word and the last word"),
    ({"from": "0:01", "to": "0:02", "reason": "x" * 2001}, "A reason is 2000 characters long at most."),
])  # fmt: skip
def test_what_cannot_be_taken_out_is_said_in_a_sentence_and_kept_in_the_form(
    house: House, told: Spoken, page: Page, form: dict[str, str], sentence: str
) -> None:
    code, text = send(page, **form)
    assert (code, sentence in text) == (422, True)
    assert spans(house) == []
    for field in ("from", "to"):
        if form.get(field):
            assert f'value="{form[field]}"' in text


def test_of_two_that_overlap_the_second_says_so_and_within_one_nothing_is_left(
    house: House, told: Spoken, page: Page
) -> None:
    who, where = page
    send(page, **{"from": "0:01", "to": "0:03"})
    inside = send(page, **{"from": "0:02", "to": "0:02.5"})
    assert (inside[0], "This is taken out already." in inside[1]) == (422, True)
    assert send(page, **{"from": "0:02.5", "to": "0:04.5"})[0] == 303
    assert "A part of it was out already." in who.get(where).text
    assert len(spans(house)) == 2


def test_a_passage_of_another_story_is_not_reached(house: House, told: Spoken, page: Page) -> None:
    other = a_story(house, "Another", about=About("Another", ["Ben"]))
    with house.db.reading() as session:
        theirs = passages_of(session, session.scalars(select(Story).where(Story.slug == other)).one())[0].id
    assert send(page, passage=str(theirs), whole="yes")[0] == 404
    assert page[0].get(f"{page[1]}?p={theirs}").status_code == 404


def test_a_reason_is_for_curators_alone(
    house: House, told: Spoken, visitor: Callable[[], Visitor], curator: Visitor
) -> None:
    narrator, where = visitor(), f"{a_card(house, told.id)}/stories/{told.slug}/strike"
    form = {"from": "0:01", "to": "0:02", "reason": "My brother asked me to."}
    assert narrator.post(where, form, at=where).status_code == 303
    assert "My brother asked me to." not in narrator.get(where).text
    studio = curator.get(f"/studio/{told.slug}/strike").text
    assert "My brother asked me to." in studio
    assert "by a narrator" in studio


def test_only_those_who_keep_a_story_come_to_its_page_in_the_studio(
    told: Spoken, interviewer: Visitor, contributor: Visitor, stranger: Visitor
) -> None:
    where = f"/studio/{told.slug}/strike"
    assert [each.get(where).status_code for each in (interviewer, contributor)] == [403, 403]
    assert stranger.get(where).status_code == 302


def test_text_without_sound_loses_words_by_passage(house: House, visitor: Callable[[], Visitor]) -> None:
    slug = a_story(house)
    with house.db.reading() as session:
        story = session.scalars(select(Story).where(Story.slug == slug)).one()
        passages, number = passages_of(session, story), story.id
    narrator, where = visitor(), f"{a_card(house, number)}/stories/{slug}/strike"
    page = narrator.get(f"{where}?p={passages[1].id}").text
    assert 'name="first"' not in page
    assert narrator.post(where, {"passage": str(passages[1].id), "whole": "yes"}, at=where).status_code == 303
    assert "kitchen" not in narrator.get(where.replace("/strike", "/read")).text
    nowhere = narrator.post(where, {"from": "9:00", "to": "9:01"}, at=where)
    assert (nowhere.status_code, "Nothing is said there." in nowhere.text) == (422, True)


def test_in_the_review_the_page_leads_back_to_its_step(house: House, told: Spoken, stranger: Visitor) -> None:
    here = f"{a_card(house, told.id)}/stories/{told.slug}"
    assert "back to step 2" in stranger.get(f"{here}/strike").text
    stranger.post(f"{here}/strike", {"from": "0:01", "to": "0:02"}, at=f"{here}/strike")
    assert "One part is out so far." in stranger.get(f"{here}/review/2").text
