"""Who may take a story along, and what is kept of that."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.days import today
from archive.models import Act, Event, Method, Rights, Scope, Story, StoryState
from archive.services.access import OPERATOR
from archive.services.agreements import Agreement, waiver
from archive.services.consent import record_consent
from archive.services.stories import story_by_slug
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story
from tests.web.cards import a_card
from tests.web.kept import CC, FINAL, at, given_away, opened, under_the_floor
from tests.web.spoken import OPEN_TO_ALL, Spoken


@pytest.fixture
def told(house: House, tmp_path: Path) -> Spoken:
    return under_the_floor(house, tmp_path)


def acts(house: House) -> list[tuple[str, str]]:
    with house.db.reading() as session:
        return [
            (each.act.value, each.actor) for each in session.scalars(select(Event).where(Event.act == Act.KEEPSAKE))
        ]


@pytest.mark.parametrize(
    ("licence", "scopes"),
    [
        (CC, {"remix": "no"}), (None, {}), ("http://rightsstatements.org/vocab/InC/1.0/", {}),
        (CC, {"sound": "closed"}), (CC, {"sound": "link"}), (CC, {"text": "link", "sound": "link"}),
    ],
)  # fmt: skip
def test_strangers_have_none_where_one_of_these_words_was_not_said(
    house: House, told: Spoken, stranger: Visitor, contributor: Visitor, licence: str | None, scopes: dict[str, str]
) -> None:
    given_away(house, told, licence, **scopes)
    for who in (stranger, contributor):
        assert who.get(at(told)).status_code in (403, 404)
        assert who.get(f"/stories/{told.slug}/keepsake").status_code in (403, 404)
        assert "/keepsake" not in who.get(f"/stories/{told.slug}").text
    assert "index.html" in opened(stranger, f"{a_card(house, told.id)}/stories/{told.slug}/keepsake.zip")


def test_what_is_open_until_a_day_is_not_given_away_and_a_waiver_gives_nothing_away(
    house: House, told: Spoken, stranger: Visitor
) -> None:
    given_away(house, told)
    with house.db.writing() as session:
        said = Agreement(
            Method.FORM, {**OPEN_TO_ALL, Scope.REMIX: "yes"}, person="Ana R.", until=today() + timedelta(days=3)
        )
        record_consent(session, session.get_one(Story, told.id), said, by=OPERATOR)
    assert stranger.get(f"/stories/{told.slug}").status_code == 200
    assert stranger.get(at(told)).status_code == 403
    waived = a_story(house, "Waived")
    with house.db.writing() as session:
        story = story_by_slug(session, waived, OPERATOR)
        record_consent(session, story, waiver("nobody is left to ask"), by=OPERATOR)
        session.add(Rights(story_id=story.id, licence=CC))
    assert stranger.get(f"/stories/{waived}/keepsake.zip").status_code == 403


def test_whoever_told_it_or_keeps_it_has_it_always_and_the_ledger_says_so(
    house: House, told: Spoken, stranger: Visitor, curator: Visitor
) -> None:
    given_away(house, told, text="closed", sound="closed", existence="hidden")
    with house.db.writing() as session:
        session.get_one(Story, told.id).state = StoryState.REVIEW
    card = a_card(house, told.id)
    assert FINAL in stranger.get(f"{card}/stories/{told.slug}/copy").text
    assert f"{card}/stories/{told.slug}/keepsake.zip" in stranger.get(f"{card}/stories/{told.slug}/copy").text
    assert "sound.m4a" in opened(stranger, f"{card}/stories/{told.slug}/keepsake.zip")
    assert "sound.m4a" in opened(curator, at(told))
    assert [who.partition(":")[0] for _, who in acts(house)] == ["narrator", "account"]
    assert "You took a copy of it to keep." in stranger.get(f"{card}/stories/{told.slug}/history").text
    assert stranger.get(at(told)).status_code == 404


def test_strangers_are_not_followed_and_a_look_at_the_length_is_no_copy(
    house: House, told: Spoken, stranger: Visitor, curator: Visitor
) -> None:
    given_away(house, told)
    for who in (stranger, curator):
        head = who.client.head(at(told))
        assert head.status_code == 200
        assert head.data == b""
    whole = stranger.get(at(told))
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]
    assert "under-the-floor-keepsake.zip" in whole.headers["Content-Disposition"]
    assert acts(house) == []
    assert "Set-Cookie" not in whole.headers
