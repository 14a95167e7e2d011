"""A story waits for its day, closed everywhere, and opens by itself at midnight where the archive is."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from archive import days
from archive.models import Scope, StoryState, WithdrawalKind
from archive.services.access import OPERATOR
from archive.services.agreements import Agreement, Method
from archive.services.consent import record_consent
from archive.services.embargoes import embargo, end
from archive.services.errors import Conflict, Invalid
from archive.services.stories import publish, story_by_slug
from archive.services.withdrawal import withdraw
from archive.wiring import House
from archive.worker import Worker
from tests.conftest import Visitor
from tests.factories import a_story, story_row

SLUG = "the-year-i-stopped-pretending"
DAY = date(2031, 5, 4)
BEFORE = datetime(2031, 5, 1, 12, tzinfo=UTC)
OPEN = {Scope.EXISTENCE: "open", Scope.TEXT: "open", Scope.SOUND: "open"}


@pytest.fixture
def may() -> Iterator[time_machine.Traveller]:
    """It is the first of May, at noon in Greenwich."""
    with time_machine.travel(BEFORE, tick=True) as traveller:
        yield traveller


@pytest.fixture
def zone() -> Iterator[Callable[[str], None]]:
    yield days.live_in
    days.live_in(None)


def keep_closed(house: House, slug: str, until: date | None = DAY, event: str | None = None) -> None:
    with house.db.writing() as session:
        embargo(session, story_by_slug(session, slug, OPERATOR), until, event, "They asked for it.", by=OPERATOR)


def at(house: House, traveller: time_machine.Traveller, *moment: int) -> StoryState:
    """How the story stands once a worker has looked at that moment (year, month, day, hour, minute in UTC)."""
    traveller.move_to(datetime(*moment, tzinfo=UTC))  # type: ignore[arg-type]
    Worker(house).run(drain=True)
    return story_row(house, SLUG).state


@pytest.mark.parametrize(
    ("where", "last", "first"),
    [
        ("Pacific/Auckland", (2031, 5, 3, 11, 59), (2031, 5, 3, 12, 0)),
        ("America/Los_Angeles", (2031, 5, 4, 6, 59), (2031, 5, 4, 7, 0)),
        ("UTC", (2031, 5, 3, 23, 59), (2031, 5, 4, 0, 0)),
    ],
)
def test_it_opens_at_midnight_where_the_archive_is(
    house: House, stranger: Visitor, may: time_machine.Traveller, zone: Callable[[str], None],
    where: str, last: tuple[int, ...], first: tuple[int, ...],
) -> None:  # fmt: skip
    a_story(house)
    zone(where)
    assert at(house, may, 2031, 5, 1, 12) == StoryState.PUBLISHED
    keep_closed(house, SLUG)
    page = stranger.get(f"/stories/{SLUG}")
    assert "It is closed until 4 May 2031. They asked for it." in page.text
    assert "letter of resignation" not in page.text
    assert stranger.get(f"/stories/{SLUG}/transcript.txt").status_code == 403
    assert stranger.get("/api/v1/search?q=harbour").get_json()["total_passages"] == 0  # before any job has run
    assert at(house, may, *last) == StoryState.SEALED
    assert list(house.index.inventory("public")) == []
    assert at(house, may, *first) == StoryState.PUBLISHED
    assert "letter of resignation" in stranger.get(f"/stories/{SLUG}").text
    assert stranger.get("/api/v1/search?q=harbour").get_json()["total_passages"] == 1


def test_its_owner_is_told_until_they_take_note(house: House, may: time_machine.Traveller, curator: Visitor) -> None:
    a_story(house)
    keep_closed(house, SLUG)
    assert "opened by itself" not in curator.get("/studio").text
    at(house, may, 2031, 5, 5, 0)
    assert "It opened by itself on" in curator.get("/studio").text
    assert curator.post(f"/studio/{SLUG}/opened", at="/studio").status_code == 303
    assert "opened by itself" not in curator.get("/studio").text


def test_what_may_not_be_public_on_its_day_waits_for_somebody(
    house: House, may: time_machine.Traveller, curator: Visitor, stranger: Visitor
) -> None:
    a_story(house, public=False)
    with house.db.writing() as session:
        given = Agreement(Method.FORM, OPEN, person="Ana R.")
        record_consent(session, story_by_slug(session, SLUG, OPERATOR), given, by=OPERATOR)
    keep_closed(house, SLUG)
    assert at(house, may, 2031, 5, 5, 0) == StoryState.REVIEW
    assert stranger.get(f"/stories/{SLUG}").status_code == 404
    assert "Ana R. has not gone through it yet." in curator.get("/studio").text


def test_one_that_waits_for_an_event_is_opened_by_hand(
    house: House, stranger: Visitor, may: time_machine.Traveller
) -> None:
    a_story(house)
    keep_closed(house, SLUG, None, "the end of the trial")
    assert at(house, may, 2041, 1, 1, 0) == StoryState.SEALED
    assert "closed until the end of the trial." in stranger.get(f"/stories/{SLUG}").text
    with house.db.writing() as session:
        end(session, story_by_slug(session, SLUG, OPERATOR), by=OPERATOR)
    assert story_row(house, SLUG).state == StoryState.PUBLISHED
    with pytest.raises(Conflict, match="waits for nothing"), house.db.writing() as session:
        end(session, story_by_slug(session, SLUG, OPERATOR), by=OPERATOR)


def test_a_day_that_has_come_and_no_day_at_all_are_refused(house: House, may: time_machine.Traveller) -> None:
    a_story(house)
    for until in (date(2031, 5, 1), date(2020, 1, 1), None):
        with pytest.raises(Invalid):
            keep_closed(house, SLUG, until, "  ")
    keep_closed(house, SLUG)
    keep_closed(house, SLUG, DAY + timedelta(days=30))  # which takes the place of the first
    assert at(house, may, 2031, 5, 10, 0) == StoryState.SEALED
    with pytest.raises(Conflict, match="closed"), house.db.writing() as session:
        publish(session, story_by_slug(session, SLUG, OPERATOR), by=OPERATOR)


def test_a_withdrawn_story_does_not_open_and_comes_back_behind_its_embargo(
    house: House, may: time_machine.Traveller
) -> None:
    a_story(house)
    keep_closed(house, SLUG)
    with house.db.writing() as session:
        withdraw(session, story_by_slug(session, SLUG, OPERATOR), WithdrawalKind.SEALED, by=OPERATOR)
    with house.db.writing() as session:
        given = Agreement(Method.FORM, OPEN, person="Ana R.")
        record_consent(session, story_by_slug(session, SLUG, OPERATOR), given, by=OPERATOR)
    assert story_row(house, SLUG).state == StoryState.SEALED
    with house.db.writing() as session:
        withdraw(session, story_by_slug(session, SLUG, OPERATOR), WithdrawalKind.SEALED, by=OPERATOR)
    assert at(house, may, 2031, 5, 10, 0) == StoryState.WITHDRAWN


def test_in_the_studio_it_is_set_and_ended(
    house: House, may: time_machine.Traveller, curator: Visitor, interviewer: Visitor
) -> None:
    a_story(house)
    here = f"/studio/{SLUG}"
    wrong = curator.post(f"{here}/embargo", {"until": "2020-01-01"}, at=here)
    assert (wrong.status_code, "That day has come already" in wrong.text) == (422, True)
    assert interviewer.post(f"{here}/embargo", {"until": "2031-05-04"}, at="/studio/new").status_code == 403
    assert curator.post(f"{here}/embargo", {"until": "2031-05-04"}, at=here).status_code == 303
    assert "It is closed until 4 May 2031." in curator.get(here).text
    assert curator.post(f"{here}/embargo/end", at=here).status_code == 303
    assert story_row(house, SLUG).state == StoryState.PUBLISHED
