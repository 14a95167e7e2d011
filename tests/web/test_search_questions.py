"""Search in the answers to a question."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from archive.models import Question, Story
from archive.services import questions, strikes
from archive.services.access import OPERATOR
from archive.wiring import House
from tests.conftest import Visitor
from tests.web.answered import OTHER, SLUG, conversation

SAID = (
    ("Ebb N.", "Bread before anything was asked."),
    ("M.", "What were you sure of, apart from bread?"),
    ("Ebb N.", "I was sure of the bread."),
    ("Ebb N.", "Bread again, on bad days."),
)
TEXT = "What were you once sure of, and are not any more?"


@pytest.fixture
def ebb(house: House, work: Callable[[], None]) -> str:
    slug = conversation(house, "Ebb", SAID, {10: SLUG, 30: OTHER})
    work()
    return slug


def hits(who: Visitor, address: str) -> list[str]:
    answer = who.get(f"/api/v1/search?q=bread&{address}")
    assert answer.status_code == 200, answer.text
    assert answer.json
    return sorted(each["text"] for each in answer.json["passages"])


def asked(who: Visitor) -> list[tuple[str, str, int]]:
    answer = who.get("/api/v1/search?q=bread").json
    assert answer
    return [(each["value"], each["label"], each["count"]) for each in answer["facets"]["question"]]


def changed(house: House, work: Callable[[], None], slug: str, do: Callable[..., object]) -> None:
    with house.db.writing() as session:
        do(session, session.scalars(select(Story).where(Story.slug == slug)).one())
    work()


@pytest.mark.usefixtures("ebb")
def test_only_what_answers_the_question_is_found(stranger: Visitor) -> None:
    assert len(hits(stranger, "")) == 4
    assert hits(stranger, f"question={SLUG}") == ["I was sure of the bread."], "neither what was asked nor the rest"
    assert hits(stranger, f"question={SLUG}&question={OTHER}") == [
        "Bread again, on bad days.", "I was sure of the bread.",
    ]  # fmt: skip
    assert hits(stranger, "question=never-asked") == []


@pytest.mark.usefixtures("ebb")
def test_the_page_offers_the_questions_by_their_words(stranger: Visitor) -> None:
    assert (SLUG, TEXT, 1) in asked(stranger)
    page = stranger.get("/search?q=bread&mode=words").text
    assert "Answers to" in page
    assert re.search(rf'href="/search\?q=bread&amp;mode=words&amp;question={SLUG}"', page)
    assert f'href="/search?question={SLUG}"' in stranger.get(f"/questions/{SLUG}").text


def test_what_is_struck_answers_nothing(house: House, work: Callable[[], None], stranger: Visitor, ebb: str) -> None:
    changed(
        house,
        work,
        ebb,
        lambda s, story: strikes.strike(s, story, strikes.spans_at(story, 20_000, 29_000)[0], by=OPERATOR),
    )
    assert hits(stranger, f"question={SLUG}") == []
    assert SLUG not in [slug for slug, _, _ in asked(stranger)]


def test_a_mark_taken_away_and_a_question_removed_leave_the_search(
    house: House, work: Callable[[], None], stranger: Visitor, ebb: str
) -> None:
    changed(house, work, ebb, lambda s, _: questions.remove_set(s, questions.set_by_slug(s, "doubt"), by=OPERATOR))
    with house.db.reading() as session:
        left = set(session.scalars(select(Question.slug)))
    assert {SLUG, OTHER} - left, "one of them was in that set"
    assert {slug for slug, _, _ in asked(stranger)} == {SLUG, OTHER} & left
