"""One page of what waits for a person: what is late comes first, and each line leads to where it is done."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from archive.db import now
from archive.models import Embargo, Method, Review, RoleName, Scope, Story, StoryState, Withdrawal, WithdrawalKind
from archive.services import reviews, takedowns
from archive.services.access import OPERATOR
from archive.services.accounts import account_of
from archive.services.agreements import Agreement
from archive.services.consent import record_consent
from archive.services.stories import About
from archive.services.takedowns import Wish
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story

TODAY = date(2026, 5, 4)
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> time_machine.Traveller:  # type: ignore[misc]
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def owner(visitor: Callable[[], Visitor]) -> Visitor:
    return visitor().signs_in(RoleName.INTERVIEWER, "owner@example.org")


def owned(house: House, title: str, *, public: bool = True) -> str:
    with house.db.reading() as session:
        who = account_of(session, "owner@example.org")
    slug = a_story(house, public=public, about=About(title, ["Ana R."]))
    change(house, slug, lambda story: setattr(story, "owner_id", who.id))
    return slug


def change(house: House, slug: str, act: Callable[[Story], object]) -> None:
    with house.db.writing() as session:
        act(session.scalars(select(Story).where(Story.slug == slug)).one())


def added(house: House, slug: str, make: Callable[[Story], object]) -> None:
    with house.db.writing() as session:
        session.add(make(session.scalars(select(Story).where(Story.slug == slug)).one()))


def agreed(house: House, slug: str, **more: date) -> None:
    with house.db.writing() as session:
        story = session.scalars(select(Story).where(Story.slug == slug)).one()
        scopes = {Scope.TEXT: "open", Scope.EXISTENCE: "open"}
        given = Agreement(Method.FORM, scopes, person="Ana R.", **more)  # type: ignore[arg-type]
        record_consent(session, story, given, by=OPERATOR)


def test_where_nothing_waits_the_page_says_so(curator: Visitor) -> None:
    assert "Nobody waits for an answer" in curator.get("/curator").text


def test_requests_come_first_and_among_them_what_is_late(
    house: House, clock: time_machine.Traveller, visitor: Callable[[], Visitor]
) -> None:
    for days_ago, address in ((15, "late"), (1, "later"), (14, "today")):
        clock.move_to(NOON - timedelta(days=days_ago))
        with house.db.writing() as session:
            takedowns.ask(session, Wish(f"the {address} page", "It is about me."), by=None)
    clock.move_to(NOON)
    curator = visitor().signs_in(RoleName.CURATOR)
    page = curator.get("/curator").text
    places = [page.index(f"the {each} page") for each in ("late", "today", "later")]
    assert places == sorted(places)
    for said in ("The answer is 1 day late.", "The answer is due today.", "13 days left to answer."):
        assert said in page
    assert 'href="/curator/takedowns/1"' in page
    assert "3 things wait for an answer" in curator.get("/studio").text


def test_a_story_left_out_of_sight_after_the_answer_is_not_forgotten(house: House, curator: Visitor) -> None:
    slug = a_story(house)
    with house.db.writing() as session:
        held = takedowns.ask(session, Wish(slug, "It is about me."), by=None)
        takedowns.suspend(session, session.get_one(Story, held.story_id), by=OPERATOR)
        number = held.id
    assert "Out of sight since" not in curator.get("/curator").text
    at = f"/curator/takedowns/{number}"
    curator.post(f"{at}/decide", {"outcome": "kept", "reasons": "It is somebody else."}, at=at)
    assert "Out of sight since 4 May 2026" in curator.get("/curator").text


def test_a_narrator_who_has_signed_waits_until_somebody_takes_note(house: House, owner: Visitor) -> None:
    slug = owned(house, "Signed and not open", public=False)
    with house.db.writing() as session:
        story = session.scalars(select(Story).where(Story.slug == slug)).one()
        number = reviews.sign(session, story, story.tellers[0], Method.KEYCARD, by=OPERATOR).id
    page = owner.get("/studio").text
    assert "Ana R. went through it and signed on 4 May 2026" in page
    assert f'href="/studio/{slug}#public"' in page
    assert owner.post(f"/studio/waiting/reviews/{number}", at="/studio").status_code == 303
    assert "went through it and signed" not in owner.get("/studio").text


def test_an_opened_story_waits_no_more_once_it_was_signed_and_is_public(house: House, owner: Visitor) -> None:
    slug = owned(house, "Signed and open")
    change(house, slug, lambda story: setattr(story, "state", StoryState.REVIEW))
    with house.db.writing() as session:
        story = session.scalars(select(Story).where(Story.slug == slug)).one()
        reviews.sign(session, story, story.tellers[0], Method.KEYCARD, by=OPERATOR)
        story.state = StoryState.PUBLISHED
    assert "signed on" not in owner.get("/studio").text


def test_an_embargo_that_ended_by_itself_is_told(house: House, owner: Visitor) -> None:
    slug = owned(house, "Closed for a time")
    added(house, slug, lambda story: Embargo(story_id=story.id, until=TODAY, ended_at=now()))
    assert "It stayed closed until 4 May 2026, and is open now." in owner.get("/studio").text
    assert owner.post("/studio/waiting/embargoes/1", at="/studio").status_code == 303
    assert "It stayed closed" not in owner.get("/studio").text


def test_what_ends_within_thirty_days_is_told_once_and_not_what_ends_later(house: House, owner: Visitor) -> None:
    near, far = owned(house, "Ends soon"), owned(house, "Ends in a year")
    agreed(house, near, until=TODAY + timedelta(days=30))
    agreed(house, far, until=TODAY + timedelta(days=31))
    page = owner.get("/studio").text
    assert page.count("What Ana R. agreed to holds until") == 1
    assert "holds until 3 June 2026" in page
    agreed(house, near, until=TODAY + timedelta(days=400))
    assert "agreed to holds until" not in owner.get("/studio").text


def test_whom_to_ask_again_stays_until_they_were_asked(house: House, owner: Visitor) -> None:
    slug = owned(house, "Agreed for a year")
    agreed(house, slug, review_on=TODAY - timedelta(days=3))
    assert "Since 1 May 2026 it is time to ask Ana R. again" in owner.get("/studio").text
    agreed(house, slug)
    assert "time to ask" not in owner.get("/studio").text


def test_what_is_going_to_be_erased_is_told_with_its_day(house: House, owner: Visitor) -> None:
    slug = owned(house, "Taken back")
    added(
        house,
        slug,
        lambda story: Withdrawal(story_id=story.id, kind=WithdrawalKind.ERASED, erase_on=TODAY + timedelta(days=7)),
    )
    change(house, slug, lambda story: setattr(story, "state", StoryState.WITHDRAWN))
    page = owner.get("/studio").text
    assert "It was taken back, and is erased for good on 11 May 2026." in page
    assert f'href="/studio/{slug}' not in page.split("Waiting for you")[1].split("</section>")[0]


def test_an_interviewer_sees_their_own_and_no_request(
    house: House, owner: Visitor, interviewer: Visitor, curator: Visitor
) -> None:
    slug = owned(house, "Somebody's own")
    added(house, slug, lambda story: Embargo(story_id=story.id, until=TODAY, ended_at=now()))
    with house.db.writing() as session:
        takedowns.ask(session, Wish("some page", "It is about me."), by=None)
    assert "It stayed closed" not in interviewer.get("/studio").text
    assert "some page" not in owner.get("/studio").text
    both = curator.get("/curator").text
    assert "It stayed closed" in both
    assert "some page" in both
    assert interviewer.post("/studio/waiting/embargoes/1", at="/studio").status_code == 403
    with house.db.reading() as session:
        assert session.get_one(Embargo, 1).seen_at is None


def test_what_is_not_there_can_be_taken_note_of_by_nobody(curator: Visitor) -> None:
    assert curator.post("/studio/waiting/reviews/7", at="/studio").status_code == 404
    assert curator.post("/studio/waiting/embargoes/7", at="/studio").status_code == 404


def test_a_waiver_says_that_it_is_one(house: House, curator: Visitor) -> None:
    slug = a_story(house)
    with house.db.writing() as session:
        story = session.scalars(select(Story).where(Story.slug == slug)).one()
        waived = Agreement(Method.WAIVER, {Scope.TEXT: "open"}, reason="A test.", until=TODAY)
        record_consent(session, story, waived, by=OPERATOR)
        assert session.scalars(select(Review)).all() == []
    assert "The reason of a curator holds until 4 May 2026." in curator.get("/curator").text
