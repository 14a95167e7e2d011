"""What everyone reads of questions: who was asked what, everybody's answers, and nothing of what is closed."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from archive.db import now
from archive.models import Question, Shown, Story, StoryState
from archive.services import cautions, faces, questions, strikes
from archive.services.access import OPERATOR
from archive.services.stories import About
from archive.wiring import House
from tests.conftest import Visitor
from tests.web.answered import OTHER, SLUG, conversation, put

ASKS, TELLS = "M.", "Ebb N."
SAID = (
    (TELLS, "Before anything was asked."),
    (ASKS, "What were you sure of?"),
    (ASKS, "Take your time."),
    (TELLS, "I was sure of the tide."),
    (ASKS, "The tide?"),
    (TELLS, "It comes back."),
    (TELLS, "A third thing, and no more on this page."),
    (TELLS, "Too far down."),
    (TELLS, "On bad days I walk."),
)
PAGE = f"/questions/{SLUG}"


@pytest.fixture
def ebb(house: House) -> str:
    return conversation(house, "Ebb", SAID, {10: SLUG, 80: OTHER})


def read(page: str) -> str:
    """As it is read: without tags, blanks as one."""
    main = page[page.index("<main") :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace(" ,", ",").replace(" .", ".")


def change(house: House, slug: str, do: Callable[..., object]) -> None:
    with house.db.writing() as session:
        do(session, session.scalars(select(Story).where(Story.slug == slug)).one())


@pytest.mark.usefixtures("ebb")
def test_all_sets_are_listed_with_how_many_people_have_answered(house: House, stranger: Visitor) -> None:
    conversation(house, "Flood", (("Flood N.", "Of nothing."),), {0: SLUG})
    page = stranger.get("/questions").text
    words = read(page)
    assert "What were you once sure of, and are not any more? 2 people have answered it" in words
    assert "What do you do on days when hope is low? 1 person has answered it" in words
    assert re.search(r"Which part of it does nobody see\? [A-Z]", words), "and nothing is said of what nobody answered"
    assert "Nobody has answered" not in words
    assert page.count('href="/questions/') == 24
    assert 'href="/questions" aria-current="page"' in page


@pytest.mark.usefixtures("ebb")
def test_an_answer_begins_after_the_interviewer_and_ends_with_the_next_question(stranger: Visitor) -> None:
    page = stranger.get(PAGE).text
    words = read(page)
    assert "I was sure of the tide. The tide? It comes back." in words
    for each in ("Before anything", "What were you sure of?", "Take your time", "A third thing", "On bad days"):
        assert each not in words
    assert 'class="asks"' in page
    assert re.search(r'data-play="30000"\s+data-until="79000"', page)
    assert re.search(r'href="/stories/ebb\?t=30#p\d+">The answer goes on', page)
    assert 'href="/stories/ebb/answer?t=10"' in page
    assert "Ebb N., in Ebb" in words
    assert "On bad days I walk." in stranger.get(f"/questions/{OTHER}").text


def test_no_answer_is_longer_than_five_minutes(house: House, stranger: Visitor) -> None:
    conversation(house, "Long", tuple(("Long N.", f"Minute {n // 6}.") for n in range(60)), {0: SLUG})
    page = stranger.get(PAGE).text
    assert re.search(r'data-play="0"\s+data-until="299000"', page)


def test_the_latest_conversation_comes_first_and_twice_in_one_story_is_two_answers(
    house: House, stranger: Visitor
) -> None:
    for title, year in (("Old", 1999), ("New", 2024), ("Undated", None), ("Middle", 2010)):
        about = About(title, [f"{title} N."], ["M."], date(year, 1, 2) if year else None)
        asked = {0: SLUG, 10: SLUG} if title == "New" else {0: SLUG}
        said = tuple((f"{title} N.", f"{title} says {n}.") for n in range(2))
        conversation(house, title, said, asked, about=about)
    page = stranger.get(PAGE).text
    words = read(page)
    places = [words.index(each) for each in ("New says 0", "New says 1", "Middle", "Old", "Undated")]
    assert places == sorted(places)
    assert "4 people have answered it, in 5 answers" in words
    assert 'data-play-all="5"' in page


def test_many_answers_come_in_pages_that_the_stream_goes_on_with(house: House, stranger: Visitor) -> None:
    for n in range(12):
        conversation(house, f"Told {n}", ((None, f"Answer {n}."),), {0: SLUG})
    first, second = stranger.get(PAGE).text, stranger.get(f"{PAGE}?page=2").text
    assert (first.count("data-play="), second.count("data-play=")) == (10, 2)
    assert ('data-found="0"' in first, 'data-found="10"' in second) == (True, True)
    assert 'rel="next"' in first
    assert stranger.get(f"{PAGE}?page=99").status_code == 200


def test_a_question_that_nobody_answered_says_so(house: House, stranger: Visitor) -> None:
    answer = stranger.get(PAGE)
    assert (answer.status_code, "Nobody has answered it yet" in answer.text) == (200, True)
    conversation(house, "Silence", ((ASKS, "Only a question."),), {0: SLUG})
    conversation(house, "Short", ((TELLS, "It is over."),), {900: SLUG})  # a moment past the end
    assert "Nobody has answered it yet" in stranger.get(PAGE).text
    assert "have answered it" not in read(stranger.get("/questions").text)


def test_an_unknown_question_is_a_sentence(stranger: Visitor) -> None:
    for slug in ("no-such-question", "%3Cscript%3E", "x" * 500):
        answer = stranger.get(f"/questions/{slug}")
        assert (answer.status_code, "There is no such question here any more." in answer.text) == (404, True)


def test_a_retired_question_keeps_its_page_and_its_answers(house: House, stranger: Visitor, ebb: str) -> None:
    def retire(session: object, slug: str) -> None:
        held = questions.question_by_slug(session, slug)  # type: ignore[arg-type]
        questions.retire(session, held, True, by=OPERATOR)  # type: ignore[arg-type]

    with house.db.writing() as session:
        retire(session, SLUG)
        retire(session, "which-part-does-nobody-see")
    page = stranger.get(PAGE).text
    assert "It is not asked any more." in page
    assert "I was sure of the tide." in page
    words = read(stranger.get("/questions").text)
    assert "1 person has answered it, it is not asked any more" in words
    assert "Which part of it does nobody see?" not in words
    assert stranger.get("/questions/which-part-does-nobody-see").status_code == 200
    put(house, ebb, StoryState.REVIEW)
    assert "What were you once sure of" not in read(stranger.get("/questions").text)


CLOSES: dict[str, Callable[..., object]] = {
    "not published": lambda session, story: setattr(story, "state", StoryState.REVIEW),
    "suspended": lambda session, story: setattr(story, "suspended_at", now()),
    "words closed": lambda session, story: setattr(story, "text_open", False),
    "over": lambda session, story: setattr(story, "open_until", date(2000, 1, 1)),
    "question struck": lambda s, story: strikes.strike(
        s, story, strikes.spans_at(story, 9_500, 10_500)[0], by=OPERATOR
    ),
    "all struck": lambda s, story: strikes.strike(s, story, strikes.spans_at(story, 10_001, 89_000)[0], by=OPERATOR),
}


@pytest.mark.parametrize("why", list(CLOSES))
def test_what_is_closed_leaves_no_trace(house: House, stranger: Visitor, curator: Visitor, ebb: str, why: str) -> None:
    """For nobody: a page that reaches outward shows even those who keep the story what a stranger may read."""
    change(house, ebb, CLOSES[why])
    for who in (stranger, curator):
        page, listed = who.get(PAGE).text, read(who.get("/questions").text)
        assert "tide" not in page
        assert "Nobody has answered it yet" in page
        assert re.search(r"sure of, and are not any more\? [A-Z]", listed), "nobody is said to have answered it"


def test_sound_that_is_closed_is_read_and_not_played(
    house: House, stranger: Visitor, curator: Visitor, ebb: str
) -> None:
    change(house, ebb, lambda session, story: setattr(story, "sound_open", False))
    for who in (stranger, curator):
        page = who.get(PAGE).text
        assert "I was sure of the tide." in page
        assert "data-play=" not in page
        assert ", without sound" in page


def test_struck_passages_are_left_out_and_struck_words_stand_as_a_mark(
    house: House, stranger: Visitor, ebb: str
) -> None:
    change(house, ebb, lambda s, t: strikes.strike(s, t, strikes.spans_at(t, 50_000, 59_000)[0], by=OPERATOR))
    words = read(stranger.get(PAGE).text)
    assert "It comes back" not in words
    assert "The tide? A third thing" in words


def test_a_warning_is_told_before_the_answer_that_it_is_about(house: House, stranger: Visitor, ebb: str) -> None:
    change(house, ebb, lambda s, story: cautions.warn(s, story, 40_000, 60_000, "a <b>flood</b>.", by=OPERATOR))
    page = stranger.get(PAGE).text
    assert "Before you go on: a &lt;b&gt;flood&lt;/b&gt;." in page
    assert page.index("Before you go on") < page.index("I was sure of the tide")
    assert "data-cautions=" in page
    assert "Before you go on" not in stranger.get(f"/questions/{OTHER}").text


def test_who_is_not_named_is_not_named_here(house: House, stranger: Visitor, ebb: str) -> None:
    change(house, ebb, lambda s, story: faces.show_as(s, story, story.tellers[0], Shown.NONE, by=OPERATOR))
    page = stranger.get(PAGE).text
    assert "Ebb N." not in page
    assert "A narrator" in page


def test_what_people_write_is_shown_and_never_run(house: House, stranger: Visitor) -> None:
    hostile = '<script>alert(1)</script> \u202eרבע "x"'
    with house.db.writing() as session:
        held = questions.question_by_slug(session, SLUG)
        questions.reword(session, held, "<script>alert(2)</script> \u202eמה?", by=OPERATOR)
    about = About(hostile, [hostile], [hostile + "2"])
    conversation(house, "", ((hostile, hostile),), {0: SLUG}, about=about)
    for path in (PAGE, "/questions"):
        page = stranger.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(2)" in page
    page = stranger.get(PAGE).text
    assert re.search(r'<p dir="auto"\s*>&lt;script&gt;alert\(1\)', page)
    assert re.search(r"<bdi>&lt;script&gt;alert\(1\)", page)
    assert '<h1 class="long" dir="auto">' in page


def test_asked_in_other_words_it_is_still_the_question(house: House, curator: Visitor, stranger: Visitor) -> None:
    slug = conversation(house, "Ebb", SAID, {})
    with house.db.reading() as session:
        number = session.scalars(select(Question.id).where(Question.slug == SLUG)).one()
    form: dict[str, object] = {"at": "0:10", "question": str(number), "asked_as": "So what was certain?"}
    assert curator.post(f"/studio/{slug}/askings", form, at=f"/studio/{slug}").status_code == 303
    assert "I was sure of the tide." in stranger.get(PAGE).text
    page = stranger.get(f"/stories/{slug}").text
    assert "So what was certain?" in page
    assert f'href="{PAGE}"' in page


def test_a_question_that_is_gone_leads_nowhere_from_where_it_was_asked(
    house: House, stranger: Visitor, ebb: str
) -> None:
    with house.db.writing() as session:
        questions.remove_set(session, questions.set_by_slug(session, "doubt"), by=OPERATOR)
    page = stranger.get(f"/stories/{ebb}").text
    assert "What were you once sure of, and are not any more?" in page
    assert PAGE not in page
    assert stranger.get(PAGE).status_code == 404


def test_an_archive_without_questions_says_so(house: House, stranger: Visitor) -> None:
    with house.db.writing() as session:
        for slug in ("the-work", "doubt", "hope", "people"):
            questions.remove_set(session, questions.set_by_slug(session, slug), by=OPERATOR)
    assert "There are no questions here yet." in stranger.get("/questions").text
