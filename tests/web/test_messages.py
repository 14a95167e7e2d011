"""A listener's few words reach the narrator, and nobody else."""

from collections.abc import Callable
from datetime import UTC, datetime

import time_machine
from sqlalchemy import select

from archive.models import Message, Method, Scope, Story
from archive.services.access import OPERATOR
from archive.services.agreements import Agreement
from archive.services.consent import record_consent
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story

WORDS = "I heard this on a night when I was about to give up.\n\nI called my brother."


def writes(by: Visitor, slug: str, text: str = WORDS) -> int:
    at = f"/stories/{slug}/reached"
    return by.post(at, {"text": text}, at=at).status_code


def held(house: House) -> list[Message]:
    with house.db.reading() as session:
        return list(session.scalars(select(Message).order_by(Message.id)))


def test_a_story_leads_to_the_form_and_sets_no_cookie_itself(house: House, stranger: Visitor) -> None:
    slug = a_story(house)
    page = stranger.get(f"/stories/{slug}")
    assert f'href="/stories/{slug}/reached"' in page.text
    assert "Set-Cookie" not in page.headers
    form = stranger.get(f"/stories/{slug}/reached").text
    assert "A few words to <bdi>Ana R.</bdi>" in form


def test_words_arrive_with_the_curator_and_on_no_public_page(
    house: House, stranger: Visitor, visitor: Callable[[], Visitor], curator: Visitor, interviewer: Visitor
) -> None:
    slug = a_story(house)
    assert writes(stranger, slug) == 303
    assert "Thank you" in stranger.get(f"/stories/{slug}").text
    (message,) = held(house)
    assert message.text == WORDS
    page = curator.get("/curator").text
    assert "I called my brother." in page
    assert "A listener wrote to Ana R." in page
    for by in (stranger, visitor(), interviewer):
        for path in (f"/stories/{slug}", f"/stories/{slug}/reached", f"/api/v1/stories/{slug}", "/", "/studio"):
            assert "I called my brother." not in by.get(path).text


def test_a_second_message_from_the_same_visitor_is_thanked_for_and_not_kept(
    house: House, stranger: Visitor, visitor: Callable[[], Visitor]
) -> None:
    slug, other = a_story(house), a_story(house, "Another story")
    assert writes(stranger, slug) == 303
    page = stranger.get(f"/stories/{slug}/reached").text
    assert "You wrote about this story already" in page
    at = f"/stories/{other}/reached"
    again = stranger.post(f"/stories/{slug}/reached", {"text": "And this."}, at=at)
    assert again.status_code == 409
    assert "One message from each listener is enough" in again.text
    assert writes(stranger, other) == 303
    assert writes(visitor(), slug) == 303  # somebody else at the same address
    assert len(held(house)) == 3
    assert "127.0.0.1" not in {each.sender_hash for each in held(house)}


def test_what_is_empty_or_too_long_is_said_and_nothing_is_lost(house: House, stranger: Visitor) -> None:
    slug = a_story(house)
    assert writes(stranger, slug, " \n ") == 422
    at = f"/stories/{slug}/reached"
    answer = stranger.post(at, {"text": "ü" * 1501}, at=at)
    assert answer.status_code == 422
    assert "ü" * 1501 in answer.text
    assert held(house) == []
    assert writes(stranger, slug, "ü" * 1500) == 303


def test_the_eleventh_message_within_an_hour_is_asked_to_wait(house: House, visitor: Callable[[], Visitor]) -> None:
    slug = a_story(house)
    with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False):
        assert [writes(visitor(), slug) for _ in range(11)] == [303] * 10 + [429]
    assert len(held(house)) == 10


def test_nobody_writes_about_a_story_that_they_may_not_read(house: House, stranger: Visitor, curator: Visitor) -> None:
    hidden, listed = a_story(house, "Hidden", public=False), a_story(house, "Listed")
    with house.db.writing() as session:
        story = session.scalars(select(Story).where(Story.slug == listed)).one()
        scopes = {Scope.EXISTENCE: "listed", Scope.TEXT: "closed"}
        record_consent(session, story, Agreement(Method.FORM, scopes, person="Ana R."), by=OPERATOR)
    for slug, code in ((hidden, 404), ("never-was", 404), (listed, 403)):
        at = f"/stories/{slug}/reached"
        assert stranger.get(at).status_code == code
        assert stranger.post(at, {"text": WORDS}).status_code == code
    assert curator.get(f"/stories/{hidden}/reached").status_code == 404
    assert held(house) == []


def test_a_curator_passes_it_on_or_lays_it_aside_once(
    house: House, visitor: Callable[[], Visitor], curator: Visitor, interviewer: Visitor
) -> None:
    slug = a_story(house)
    for _ in range(2):
        writes(visitor(), slug)
    first, second = held(house)
    assert interviewer.post(f"/curator/messages/{first.id}/pass-on", at="/studio").status_code == 403
    assert curator.post(f"/curator/messages/{first.id}/pass-on", at="/curator").status_code == 303
    assert curator.post(f"/curator/messages/{second.id}/lay-aside", at="/curator").status_code == 303
    first, second = held(house)
    assert (first.passed_on_at is None, first.laid_aside_at is None) == (False, True)
    assert (second.passed_on_at is None, second.laid_aside_at is None) == (True, False)
    curator.get("/curator")
    for act in ("pass-on", "lay-aside"):
        assert curator.post(f"/curator/messages/{second.id}/{act}", at="/curator").status_code == 303
    assert "Somebody saw to this message already." in curator.get("/curator").text
    assert held(house)[1].passed_on_at is None
    assert curator.post("/curator/messages/99/pass-on", at="/curator").status_code == 404
