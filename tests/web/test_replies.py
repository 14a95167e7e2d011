"""One peer answers another: from "record yours" to two stories that lead to each other where both are open."""

import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from archive.models import Asking, Question, Reply, RoleName, Story, StoryState
from archive.services import askings, questions, replies, strikes
from archive.services.access import OPERATOR
from archive.services.agreements import waiver
from archive.services.consent import record_consent
from archive.services.stories import About, remove_story
from archive.wiring import House
from tests.archive.sounds import tone
from tests.conftest import Visitor
from tests.web.answered import SLUG, conversation, put
from tests.web.arriving import announce, send

SAID = (("M.", "What were you sure of?"), ("Ebb N.", "Of the tide."), ("Ebb N.", "It comes back."))
ASKED = "What were you once sure of, and are not any more?"
FORM: dict[str, object] = {"title": "Flood", "narrator": "Flood N.", "consent": "none", "awaits": "1"}
CARRIED = {"answers": "ebb", "answers_at": "5"}


@pytest.fixture
def ebb(house: House) -> str:
    return conversation(house, "Ebb", SAID, {5: SLUG})


def read(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index("<main") :])).replace(" ,", ",")


def row(house: House) -> Reply | None:
    with house.db.reading() as session:
        return session.scalars(select(Reply)).one_or_none()


def opened(house: House, slug: str) -> None:
    with house.db.writing() as session:
        story = session.scalars(select(Story).where(Story.slug == slug)).one()
        record_consent(session, story, waiver("a test"), by=OPERATOR)
        story.state = StoryState.PUBLISHED


def answer_it(who: Visitor, **more: object) -> str:
    answer = who.post("/studio/new", FORM | CARRIED | more, at="/studio/new")
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].split("/")[2]


def test_beside_each_question_of_a_story_one_may_record_ones_own(stranger: Visitor, ebb: str) -> None:
    page = stranger.get(f"/stories/{ebb}").text
    assert f'href="/stories/{ebb}/answer?t=5.0"' in page
    assert f'href="/questions/{SLUG}"' in page


def test_a_stranger_reads_how_it_is_done(stranger: Visitor, contributor: Visitor, ebb: str) -> None:
    for who in (stranger, contributor):
        answer = who.get(f"/stories/{ebb}/answer?t=5")
        assert answer.status_code == 200
        for each in (ASKED, "Ebb N.", f"/stories/{ebb}/reached", "/about"):
            assert each in answer.text
        assert "/studio/" not in answer.text
    assert "/signin?next=/stories/ebb/answer%3Ft%3D5" in stranger.get(f"/stories/{ebb}/answer?t=5").text
    assert "/signin?next=" not in contributor.get(f"/stories/{ebb}/answer?t=5").text


@pytest.mark.parametrize("page", ["new", "record"])
def test_who_may_record_is_led_to_the_form_with_what_is_answered(interviewer: Visitor, ebb: str, page: str) -> None:
    ways = interviewer.get(f"/stories/{ebb}/answer?t=5").text
    assert f'href="/studio/{page}?answers={ebb}&amp;answers_at=5"' in ways
    form = interviewer.get(f"/studio/{page}?answers={ebb}&answers_at=5").text
    assert ASKED in form
    assert re.search(rf'name="answers"\s+value="{ebb}"\s+checked', form)
    assert 'name="answers_at" value="5"' in form


@pytest.mark.parametrize("at", ["4.999", "999999999", "-5", "nan", "inf", "soon", "", "1e400"])
def test_a_moment_at_which_nothing_was_asked_is_none(
    house: House, interviewer: Visitor, stranger: Visitor, ebb: str, at: str
) -> None:
    answer = stranger.get(f"/stories/{ebb}/answer", query_string={"t": at})
    assert (answer.status_code, ASKED in answer.text) == (200, False)
    form = interviewer.get("/studio/new", query_string={"answers": ebb, "answers_at": at})
    assert (form.status_code, ASKED in form.text, "It answers" in form.text) == (200, False, True)
    answer_it(interviewer, answers_at=at)
    made = row(house)
    assert made is not None
    assert (made.to_recording_id, made.at_ms, made.question_id) == (None, None, None)


def test_the_two_lead_to_each_other_once_both_are_open(
    house: House, interviewer: Visitor, stranger: Visitor, ebb: str
) -> None:
    flood = answer_it(interviewer)
    made = row(house)
    assert made is not None
    assert made.at_ms == 5000
    assert "Flood" not in stranger.get(f"/stories/{ebb}").text
    assert "Flood" not in interviewer.get(f"/questions/{SLUG}").text
    opened(house, flood)
    there, here = stranger.get(f"/stories/{flood}").text, stranger.get(f"/stories/{ebb}").text
    assert "This answers Ebb N. : Ebb, at 0:05" in read(there)
    assert ASKED in there
    assert f'href="/stories/{ebb}?t=5"' in there
    assert "Answered by Flood N. : Flood, from what was asked at 0:05" in read(here)
    assert f'href="/stories/{flood}"' in here
    put(house, ebb, StoryState.REVIEW)
    assert "This answers" not in stranger.get(f"/stories/{flood}").text
    put(house, ebb, StoryState.PUBLISHED)
    put(house, flood, StoryState.SEALED)
    assert "Answered by" not in stranger.get(f"/stories/{ebb}").text


def test_who_answered_stands_in_the_order_of_the_conversations(house: House, stranger: Visitor, ebb: str) -> None:
    for title, year in (("Old", 2001), ("New", 2024)):
        about = About(title, [f"{title} N."], recorded_on=date(year, 1, 1))
        slug = conversation(house, title, ((None, "Yes."),), {}, about=about)
        with house.db.writing() as session:
            story, to = (session.scalars(select(Story).where(Story.slug == each)).one() for each in (slug, ebb))
            replies.link(session, story, replies.answered(session, to, None), by=OPERATOR)
    page = read(stranger.get(f"/stories/{ebb}").text)
    assert page.index("Answered by New N. : New") < page.index("Answered by Old N. : Old")


def test_of_a_struck_moment_neither_page_tells_what_was_asked(
    house: House, interviewer: Visitor, stranger: Visitor, ebb: str
) -> None:
    flood = answer_it(interviewer)
    opened(house, flood)
    with house.db.writing() as session:
        story = session.scalars(select(Story).where(Story.slug == ebb)).one()
        strikes.strike(session, story, strikes.spans_at(story, 0, 9000)[0], by=OPERATOR)
    there = stranger.get(f"/stories/{flood}").text
    assert "This answers" in there
    assert ASKED not in there
    assert "?t=5" not in there
    assert "0:05" not in stranger.get(f"/stories/{ebb}").text
    assert ASKED not in stranger.get(f"/stories/{ebb}/answer?t=5").text


def test_what_was_asked_stands_at_the_beginning_until_somebody_marks_when(
    house: House, interviewer: Visitor, tmp_path: Path, ebb: str
) -> None:
    flood = answer_it(interviewer)
    for seconds in (3, 2):
        body = tone(tmp_path / f"{seconds}.wav", seconds).read_bytes()
        assert send(interviewer, announce(interviewer, len(body), story=flood), 0, body).status_code == 204
    with house.db.reading() as session:
        marks = session.scalars(select(Asking).join(Story, Story.id == Asking.story_id).where(Story.slug == flood))
        assert [(each.at_ms, each.text) for each in marks] == [(0, ASKED)]
        number = session.scalars(select(Question.id).where(Question.slug == SLUG)).one()
    form: dict[str, object] = {"at": "0:02", "question": str(number)}
    assert interviewer.post(f"/studio/{flood}/askings", form, at=f"/studio/{flood}").status_code == 303
    with house.db.reading() as session:
        marks = session.scalars(select(Asking).join(Story, Story.id == Asking.story_id).where(Story.slug == flood))
        assert [each.at_ms for each in marks] == [2000]


def test_a_mark_that_comes_with_the_recording_takes_the_place_of_the_one_at_its_beginning(
    house: House, interviewer: Visitor, tmp_path: Path, ebb: str
) -> None:
    flood = answer_it(interviewer)
    body = tone(tmp_path / "3.wav", 3).read_bytes()
    where = announce(interviewer, len(body), story=flood)
    with house.db.reading() as session:
        number = session.scalars(select(Question.id).where(Question.slug == SLUG)).one()
    told = interviewer.client.post(f"{where}/askings", json=[[1500, number, ASKED]], headers={"Tus-Resumable": "1.0.0"})
    assert told.status_code < 300, told.text
    assert send(interviewer, where, 0, body).status_code == 204
    with house.db.reading() as session:
        marks = session.scalars(select(Asking).join(Story, Story.id == Asking.story_id).where(Story.slug == flood))
        assert [each.at_ms for each in marks] == [1500]


def test_with_the_file_in_the_same_form_it_is_linked_and_marked(
    house: House, interviewer: Visitor, tmp_path: Path, ebb: str
) -> None:
    file = (io.BytesIO(tone(tmp_path / "a.wav", 2).read_bytes()), "a.wav")
    flood = answer_it(interviewer, awaits="0", file=file)
    page = interviewer.get(f"/studio/{flood}").text
    assert "This story answers Ebb N." in read(page)
    assert row(house) is not None
    assert ASKED in page


def test_unticked_nothing_is_linked_and_a_link_can_be_taken_off(
    house: House, interviewer: Visitor, visitor: Callable[[], Visitor], stranger: Visitor, ebb: str
) -> None:
    interviewer.post("/studio/new", FORM | {"answers_at": "5"}, at="/studio/new")
    assert row(house) is None
    answer_it(interviewer, title="Flood again")
    made = row(house)
    assert made is not None
    other = visitor().signs_in(RoleName.INTERVIEWER, "other@example.org")
    at = f"/studio/replies/{made.id}/remove"
    assert other.post(at, at="/studio/new").status_code == 404
    assert interviewer.post("/studio/replies/999999/remove", at="/studio/new").status_code == 404
    answer = interviewer.post(at, at="/studio/new")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/studio/flood-again#askings")
    assert row(house) is None


def test_a_story_that_closed_meanwhile_is_not_linked_and_nothing_is_lost(
    house: House, interviewer: Visitor, ebb: str
) -> None:
    put(house, ebb, StoryState.REVIEW)
    assert "It answers" not in interviewer.get(f"/studio/new?answers={ebb}&answers_at=5").text
    flood = answer_it(interviewer)
    assert "not open any more" in interviewer.get(f"/studio/{flood}").text
    assert row(house) is None
    answer_it(interviewer, answers="no-such-story")
    assert interviewer.get("/stories/no-such-story/answer").status_code == 404


def test_what_is_answered_stays_in_a_form_that_comes_back(interviewer: Visitor, ebb: str) -> None:
    answer = interviewer.post("/studio/new", FORM | CARRIED | {"title": ""}, at="/studio/new")
    assert answer.status_code == 422
    assert re.search(rf'name="answers"\s+value="{ebb}"\s+checked', answer.text)
    assert ASKED in answer.text


def test_a_link_goes_with_either_story_and_outlives_the_question(
    house: House, interviewer: Visitor, stranger: Visitor, ebb: str
) -> None:
    flood = answer_it(interviewer)
    opened(house, flood)
    with house.db.writing() as session:
        questions.remove_set(session, questions.set_by_slug(session, "doubt"), by=OPERATOR)
    assert "This answers" in stranger.get(f"/stories/{flood}").text
    with house.db.writing() as session:
        for each in askings.askings_of(session, session.scalars(select(Story).where(Story.slug == ebb)).one()):
            session.delete(each)
    assert "at 0:05" in read(stranger.get(f"/stories/{flood}").text)
    with house.db.writing() as session:
        remove_story(session, session.scalars(select(Story).where(Story.slug == ebb)).one(), by=OPERATOR)
        assert session.scalar(select(func.count(Reply.id))) == 0
    assert "This answers" not in stranger.get(f"/stories/{flood}").text


def test_names_and_titles_stay_what_they_are(house: House, stranger: Visitor, ebb: str) -> None:
    hostile = "<script>alert(1)</script> \u202eמה"
    slug = conversation(house, "", ((None, "Yes."),), {}, about=About(hostile, [hostile]))
    with house.db.writing() as session:
        story, to = (session.scalars(select(Story).where(Story.slug == each)).one() for each in (slug, ebb))
        replies.link(session, story, replies.answered(session, to, 5000), by=OPERATOR)
    page = stranger.get(f"/stories/{ebb}").text
    assert "<script>alert" not in page
    assert page.count("<bdi>&lt;script&gt;alert(1)") >= 2
    assert "<bdi>&lt;script&gt;" in stranger.get(f"/stories/{slug}/answer").text
