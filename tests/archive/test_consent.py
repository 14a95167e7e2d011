"""The ledger of consent: the strictest narrator wins, silence means no, and every line takes effect at once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from archive.models import Consent, JobKind, Method, Recording, Scope, Story, StoryState
from archive.services.access import OPERATOR
from archive.services.agreements import EVERYTHING_BUT_REUSE, Agreement, agreement, waiver
from archive.services.consent import record_consent, refresh_expired, terms
from archive.services.consent_words import consent_sentences
from archive.services.errors import Conflict, Invalid, NotFound
from archive.services.stories import About, describe, known_by_slug, publish, start_hearing, story_by_slug
from archive.wiring import House
from tests.factories import a_story

TODAY = datetime.now(UTC).date()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
ANA, BEA = "Ana R.", "Bea S."
BOTH = About("Told by two", [ANA, BEA])


def agrees(house: House, slug: str, person: str | None, scopes: dict[Scope, str], until: date | None = None) -> None:
    method = Method.FORM if person else Method.WAIVER
    given = Agreement(method, scopes, person=person, reason=None if person else "nobody could be asked", until=until)
    with house.db.writing() as session:
        record_consent(session, story_by_slug(session, slug, OPERATOR), given, by=OPERATOR)


def standing(house: House, slug: str) -> tuple[StoryState, bool, bool, date | None]:
    with house.db.reading() as session:
        story = story_by_slug(session, slug, OPERATOR)
        return story.state, story.text_open, story.sound_open, story.open_until


def opened(house: House, slug: str) -> None:
    with house.db.writing() as session:
        publish(session, story_by_slug(session, slug, OPERATOR), by=OPERATOR)


def test_a_narrator_who_has_said_nothing_has_said_no(house: House) -> None:
    slug = a_story(house, about=BOTH, public=False)
    agrees(house, slug, ANA, EVERYTHING_BUT_REUSE)
    assert standing(house, slug)[1:3] == (False, False)
    with pytest.raises(Conflict, match="consent"):
        opened(house, slug)


def test_the_strictest_of_several_narrators_decides(house: House) -> None:
    slug = a_story(house, about=BOTH, public=False)
    agrees(house, slug, ANA, EVERYTHING_BUT_REUSE)
    agrees(house, slug, BEA, {**EVERYTHING_BUT_REUSE, Scope.SOUND: "closed"})
    opened(house, slug)
    assert standing(house, slug)[:3] == (StoryState.PUBLISHED, True, False)
    agrees(house, slug, BEA, {Scope.TEXT: "link"})
    assert standing(house, slug)[:3] == (StoryState.PUBLISHED, False, False)
    agrees(house, slug, BEA, {Scope.TEXT: "closed", Scope.EXISTENCE: "hidden"})
    assert standing(house, slug)[:3] == (StoryState.REVIEW, False, False)


def test_a_story_that_may_be_read_but_is_to_be_hidden_is_hidden(house: House) -> None:
    slug = a_story(house, about=BOTH)
    agrees(house, slug, ANA, {Scope.EXISTENCE: "hidden"})
    assert standing(house, slug)[1:3] == (False, False)
    with house.db.reading() as session, pytest.raises(NotFound):
        known_by_slug(session, slug, None)


def test_a_waiver_speaks_for_all_until_one_of_them_speaks(house: House) -> None:
    slug = a_story(house, about=BOTH)
    assert standing(house, slug)[:3] == (StoryState.PUBLISHED, True, True)
    agrees(house, slug, BEA, {Scope.SOUND: "closed"})
    assert standing(house, slug)[:3] == (StoryState.PUBLISHED, True, False)


def test_a_narrator_named_later_closes_the_story_until_they_agree(house: House) -> None:
    slug = a_story(house, about=About("By one", [ANA]), public=False)
    agrees(house, slug, ANA, EVERYTHING_BUT_REUSE)
    opened(house, slug)
    with house.db.writing() as session:
        describe(session, story_by_slug(session, slug, OPERATOR), About("By one", [ANA, BEA]), by=OPERATOR)
    assert standing(house, slug)[:3] == (StoryState.REVIEW, False, False)
    agrees(house, slug, BEA, EVERYTHING_BUT_REUSE)
    opened(house, slug)
    assert standing(house, slug)[:3] == (StoryState.PUBLISHED, True, True)


def test_lines_are_added_and_never_changed(house: House) -> None:
    slug = a_story(house)
    agrees(house, slug, ANA, {Scope.TEXT: "closed"})
    agrees(house, slug, ANA, {Scope.TEXT: "open"})
    with house.db.reading() as session:
        lines = list(session.scalars(select(Consent).where(Consent.scope == Scope.TEXT).order_by(Consent.id)))
    assert [line.value for line in lines] == ["open", "closed", "open"]
    with pytest.raises(RuntimeError, match="cannot be changed"), house.db.writing() as session:
        session.scalars(select(Consent)).first().value = "open!"  # type: ignore[union-attr]


def test_what_is_agreed_until_a_day_holds_on_that_day_and_not_on_the_next(house: House) -> None:
    slug = a_story(house, public=False)
    agrees(house, slug, ANA, EVERYTHING_BUT_REUSE, until=TODAY)
    assert standing(house, slug)[1:] == (True, True, TODAY)
    agrees(house, slug, ANA, EVERYTHING_BUT_REUSE, until=YESTERDAY)
    assert standing(house, slug)[1:] == (False, False, None)


def test_a_story_whose_consent_is_over_goes_back_to_review(house: House) -> None:
    slug = a_story(house, public=False)
    agrees(house, slug, ANA, EVERYTHING_BUT_REUSE, until=TOMORROW)
    opened(house, slug)
    with house.db.writing() as session:
        assert refresh_expired(session) == 0
        midnight_passes(session, slug)
        assert refresh_expired(session) == 1
        assert refresh_expired(session) == 0
    assert standing(house, slug)[:3] == (StoryState.REVIEW, False, False)


def midnight_passes(session: Session, slug: str) -> None:
    """The ledger refuses changes, so the clock is moved underneath it."""
    session.execute(text("update consent set until = :day where until is not null"), {"day": YESTERDAY})
    story_by_slug(session, slug, OPERATOR).open_until = YESTERDAY
    session.flush()


def test_an_agreement_about_something_else_that_ends_does_not_close_the_story(house: House) -> None:
    slug = a_story(house, public=False)
    agrees(house, slug, ANA, EVERYTHING_BUT_REUSE)
    agrees(house, slug, ANA, {Scope.MACHINE: "yes", Scope.MINING: "yes"}, until=YESTERDAY)
    opened(house, slug)
    assert standing(house, slug) == (StoryState.PUBLISHED, True, True, None)


def test_sound_that_may_be_heard_for_a_time_leaves_the_words_open_afterwards(house: House) -> None:
    slug = a_story(house, public=False)
    agrees(house, slug, ANA, EVERYTHING_BUT_REUSE)
    agrees(house, slug, ANA, {Scope.SOUND: "open"}, until=TOMORROW)
    opened(house, slug)
    with house.db.writing() as session:
        midnight_passes(session, slug)
        refresh_expired(session)
    assert standing(house, slug) == (StoryState.PUBLISHED, True, False, None)


def test_without_a_word_about_machines_no_machine_is_asked_and_with_one_it_begins(house: House) -> None:
    slug = a_story(house, texts=(), public=False)
    with house.db.writing() as session:
        story = story_by_slug(session, slug, OPERATOR)
        story.state = StoryState.DRAFT
        story.recordings.append(
            Recording(
                original_name="a.wav", sha256="0" * 64, storage_key="masters/00/0", size=1, media_type="audio/wav",
                facts={}, duration_ms=1000,
            )
        )  # fmt: skip
        session.flush()
        assert [job.kind for job in start_hearing(session, story)] == [JobKind.DERIVE]
        assert story.state == StoryState.DRAFT
    agrees(house, slug, ANA, {Scope.MACHINE: "yes"})
    with house.db.writing() as session:
        story = story_by_slug(session, slug, OPERATOR)
        assert [job.kind for job in start_hearing(session, story)] == [JobKind.PROCESS]
        assert story.state == StoryState.PROCESSING
        assert start_hearing(session, story) == []


def test_the_public_reads_who_agreed_and_how_or_the_reason_for_a_waiver(house: House) -> None:
    slug = a_story(house, about=BOTH, public=False)
    agrees(house, slug, ANA, EVERYTHING_BUT_REUSE)
    agrees(house, slug, None, EVERYTHING_BUT_REUSE)
    with house.db.reading() as session:
        sentences = consent_sentences(session, story_by_slug(session, slug, OPERATOR))
    assert sentences[0] == "Ana R. agreed on a form."
    assert "nobody could be asked" in sentences[1]


def test_somebody_who_is_not_a_narrator_cannot_agree(house: House) -> None:
    slug = a_story(house)
    with pytest.raises(Invalid, match="not a narrator"):
        agrees(house, slug, "A neighbour", {Scope.TEXT: "open"})
    with house.db.reading() as session:
        assert session.scalar(select(func.count(Consent.id)).where(Consent.person_id.is_not(None))) == 0


FULL = {"person": ANA, "method": "form", "signed_on": "2026-05-04", "scopes": {"text": "open"}}


def test_consent_json_is_read_as_the_contract_gives_it() -> None:
    read = agreement({**FULL, "until": "2030-01-01"})
    assert (read.person, read.method, read.signed_on) == (ANA, Method.FORM, date(2026, 5, 4))
    assert (read.scopes, read.until) == ({Scope.TEXT: "open"}, date(2030, 1, 1))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ([], "object"),
        ({**FULL, "scopes": None}, "object"),
        ({**FULL, "method": "nod"}, "method"),
        ({**FULL, "person": " "}, "names the person"),
        ({**FULL, "scopes": {"telepathy": "yes"}}, "no scope"),
        ({**FULL, "scopes": {"text": "yes"}}, "cannot be 'yes'"),
        ({**FULL, "scopes": {"text": ["open"]}}, "cannot be"),
        ({**FULL, "signed_on": "4 May"}, "no date"),
        ({**FULL, "until": 2030}, "no date"),
        ({"method": "waiver", "scopes": {"text": "open"}, "reason": ""}, "reason"),
    ],
)
def test_a_consent_that_cannot_be_understood_is_refused_in_a_sentence(data: object, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        agreement(data)


def test_a_waiver_without_a_reason_is_no_waiver() -> None:
    with pytest.raises(Invalid, match="reason"):
        waiver("  ")


def test_a_consent_about_nothing_is_refused(house: House) -> None:
    slug = a_story(house)
    with pytest.raises(Invalid, match="at least one"):
        agrees(house, slug, ANA, {})


def test_what_nobody_spoke_of_is_closed(house: House) -> None:
    slug = a_story(house)
    with house.db.reading() as session:
        held = terms(session, session.scalars(select(Story).where(Story.slug == slug)).one())
    assert (held.of(Scope.REMIX), held.of(Scope.EMBED), held.of(Scope.MINING)) == ("no", "no", "no")
