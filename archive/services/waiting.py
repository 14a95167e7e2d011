"""What waits for a person: everything that somebody has to read, decide, pass on or take note of."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session, aliased

from archive.days import here, today
from archive.db import now
from archive.models import (
    Account,
    Consent,
    Embargo,
    Message,
    Person,
    Review,
    Story,
    StoryState,
    Takedown,
    TakedownState,
    Withdrawal,
    WithdrawalKind,
)
from archive.services import takedowns
from archive.services.access import GONE, Action, Actor, may, require
from archive.services.errors import NotFound

SOON = timedelta(days=30)
MOST = 100  # of one kind on a page; the others wait behind them


class Wait(StrEnum):
    REQUEST = "request"
    OUT_OF_SIGHT = "out of sight"
    MESSAGE = "message"
    SIGNED = "signed"
    OPENED = "opened"
    ENDS = "ends"
    ASK_AGAIN = "ask again"
    ERASURE = "erasure"


@dataclass(frozen=True, slots=True)
class Waiting:
    """id is that of the row it is about. slug is None where the story has no page any more, title where none is meant.
    text is what somebody from outside wrote, or the address they named."""

    kind: Wait
    id: int
    title: str | None
    slug: str | None
    day: date
    who: str | None = None
    text: str | None = None


def waiting(session: Session, *, by: Account) -> list[Waiting]:
    """For a curator all of the archive, for an interviewer what is about their own stories. What is late is first."""
    require(by, Action.ENTER_STUDIO)
    found = [*_requests(session, by), *_out_of_sight(session), *_messages(session)] if may(by, Action.DECIDE) else []
    keeps = and_(Story.state.not_in(GONE), _own(by))
    return [
        *found,
        *_signed(session, keeps),
        *_opened(session, keeps),
        *_agreements(session, keeps),
        *_erasures(session, _own(by)),
    ]


def _own(by: Account) -> ColumnElement[bool]:
    return true() if by.is_curator else Story.owner_id == by.id


def _requests(session: Session, by: Account) -> list[Waiting]:
    return [
        Waiting(
            Wait.REQUEST,
            each.id,
            each.story.title if each.story else None,
            each.story.slug if each.story and each.story.state not in GONE else None,
            takedowns.due(each),
            text=each.address,
        )
        for each in takedowns.open_ones(session, by=by)[:MOST]
    ]


def _out_of_sight(session: Session) -> list[Waiting]:
    """Stories that were taken out of sight for a request that is answered by now: one of them could be forgotten."""
    asked = select(Takedown.story_id).where(Takedown.state == TakedownState.OPEN, Takedown.story_id.is_not(None))
    query = select(Story).where(Story.suspended_at.is_not(None), Story.state.not_in(GONE), Story.id.not_in(asked))
    return [
        Waiting(Wait.OUT_OF_SIGHT, story.id, story.title, story.slug, here(story.suspended_at or now()).date())
        for story in session.scalars(query.order_by(Story.suspended_at).limit(MOST))
    ]


def _messages(session: Session) -> list[Waiting]:
    query = (
        select(Message, Story)
        .join(Story, Story.id == Message.story_id)
        .where(Message.passed_on_at.is_(None), Message.laid_aside_at.is_(None), Story.state.not_in(GONE))
    )
    return [
        Waiting(
            Wait.MESSAGE, each.id, story.title, story.slug, here(each.made_at).date(), told_by(story), text=each.text
        )
        for each, story in session.execute(query.order_by(Message.id).limit(MOST))
    ]


def told_by(story: Story) -> str:
    return " and ".join(person.name for person in story.tellers)


def _signed(session: Session, keeps: ColumnElement[bool]) -> list[Waiting]:
    query = (
        select(Review, Story, Person.name)
        .join(Story, Story.id == Review.story_id)
        .join(Person, Person.id == Review.person_id)
        .where(keeps, Story.state == StoryState.REVIEW, Review.signed_at.is_not(None), Review.seen_at.is_(None))
    )
    return [
        Waiting(Wait.SIGNED, each.id, story.title, story.slug, here(each.signed_at or now()).date(), name)
        for each, story, name in session.execute(query.order_by(Review.signed_at).limit(MOST))
    ]


def _opened(session: Session, keeps: ColumnElement[bool]) -> list[Waiting]:
    query = (
        select(Embargo, Story)
        .join(Story, Story.id == Embargo.story_id)
        .where(keeps, Embargo.ended_at.is_not(None), Embargo.seen_at.is_(None))
    )
    return [
        Waiting(Wait.OPENED, each.id, story.title, story.slug, here(each.ended_at or now()).date())
        for each, story in session.execute(query.order_by(Embargo.ended_at).limit(MOST))
    ]


def _agreements(session: Session, keeps: ColumnElement[bool]) -> list[Waiting]:
    """What ends soon, and whom to ask again, as far as nothing was said since: one line a person and a day."""
    later = aliased(Consent)
    said_since = select(later.id).where(
        later.story_id == Consent.story_id,
        later.scope == Consent.scope,
        later.person_id.is_not_distinct_from(Consent.person_id),
        later.id > Consent.id,
    )
    ends, asks = Consent.until.between(today(), today() + SOON), Consent.review_on <= today() + SOON
    query = (
        select(Consent, Story)
        .join(Story, Story.id == Consent.story_id)
        .where(keeps, or_(ends, asks), ~said_since.exists())
        .order_by(Consent.id)
    )
    found: dict[tuple[object, ...], Waiting] = {}
    for line, story in session.execute(query):
        who = line.person.name if line.person else None
        for kind, day in ((Wait.ENDS, line.until), (Wait.ASK_AGAIN, line.review_on)):
            if day is not None and day <= today() + SOON and (kind == Wait.ASK_AGAIN or day >= today()):
                made = Waiting(kind, line.id, story.title, story.slug, day, who)
                found.setdefault((kind, story.id, line.person_id, day), made)
    return sorted(found.values(), key=lambda each: (each.day, each.id))[:MOST]


def _erasures(session: Session, own: ColumnElement[bool]) -> list[Waiting]:
    query = (
        select(Withdrawal, Story)
        .join(Story, Story.id == Withdrawal.story_id)
        .where(own, Withdrawal.kind == WithdrawalKind.ERASED, Withdrawal.erase_on.is_not(None))
        .where(Withdrawal.erased_at.is_(None), Withdrawal.restored_at.is_(None))
    )
    return [
        Waiting(Wait.ERASURE, each.id, story.title, None, each.erase_on or today())
        for each, story in session.execute(query.order_by(Withdrawal.erase_on).limit(MOST))
    ]


def took_note_of_review(session: Session, review_id: int, *, by: Actor) -> None:
    held = session.get(Review, review_id)
    _keeps(session, held.story_id if held else None, by)
    if held is not None and held.signed_at is not None:
        held.seen_at = held.seen_at or now()
        session.flush()


def took_note_of_opening(session: Session, embargo_id: int, *, by: Actor) -> None:
    held = session.get(Embargo, embargo_id)
    _keeps(session, held.story_id if held else None, by)
    if held is not None and held.ended_at is not None:
        held.seen_at = held.seen_at or now()
        session.flush()


def _keeps(session: Session, story_id: int | None, by: Actor) -> None:
    story = session.get(Story, story_id) if story_id is not None else None
    if story is None:
        raise NotFound("This waits for nobody any more.")
    require(by, Action.EDIT, story)
