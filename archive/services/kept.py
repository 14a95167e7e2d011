"""What lies on a shelf, read today: found again by the recording's clock, and shown only to whom the story is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from archive.models import Passage, Saved, Story, Tagging
from archive.services.access import Action, Actor, account_of, require, visible_to
from archive.services.finding import Match, play_from
from archive.services.sealing import MARK
from archive.services.stories import FOR_CARDS

MOST_TAGGINGS = 5000


class Fate(StrEnum):
    HERE = "here"
    CLOSED = "closed"  # not open to whoever kept it any more
    GONE = "gone"  # the story is here, and nothing is said at that moment any more


@dataclass(frozen=True, slots=True)
class Kept:
    """match is None for what is closed or gone: then nothing of it may be shown, not even a title."""

    saved: Saved
    fate: Fate
    match: Match | None


@dataclass(frozen=True, slots=True)
class Coding:
    """A theme that somebody put on a passage, or on a whole story, which has no match. story is None where it is
    closed to them by now: then nothing of it may be shown."""

    tagging: Tagging
    story: Story | None
    match: Match | None


def read(session: Session, saved: Sequence[Saved], *, by: Actor) -> list[Kept]:
    require(by, Action.KEEP)
    stories = _open(session, {each.story_id for each in saved}, by)
    passages = _passages(session, {each.passage_id for each in saved if each.passage_id is not None})
    found: list[Kept] = []
    for each in saved:
        story = stories.get(each.story_id)
        passage = _today(session, each, passages.get(each.passage_id or 0)) if story else None
        if story is None:
            found.append(Kept(each, Fate.CLOSED, None))
        elif passage is None:
            found.append(Kept(each, Fate.GONE, None))
        else:
            found.append(Kept(each, Fate.HERE, _match(passage, story)))
    return found


def codings_of(session: Session, *, by: Actor, offset: int = 0, limit: int = MOST_TAGGINGS) -> tuple[list[Coding], int]:
    """The themes that this account has put on, the latest first, and how many there are."""
    require(by, Action.TAG)
    account = account_of(by)
    mine = Tagging.by_id == (account.id if account else 0)
    rows = session.scalars(
        select(Tagging).where(mine).order_by(Tagging.tagged_at.desc(), Tagging.id.desc()).offset(offset).limit(limit)
    ).all()
    stories = _open(session, {each.story_id for each in rows}, by)
    passages = _passages(session, {each.passage_id for each in rows if each.passage_id is not None})
    found: list[Coding] = []
    for each in rows:
        story, passage = stories.get(each.story_id), passages.get(each.passage_id or 0)
        shown = passage if passage is not None and passage.text not in ("", MARK) else None
        found.append(Coding(each, story, _match(shown, story) if story and shown else None))
    return found, _count(session, mine)


def _count(session: Session, mine: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count(Tagging.id)).where(mine)) or 0


def _open(session: Session, story_ids: set[int], by: Actor) -> dict[int, Story]:
    query = select(Story).where(Story.id.in_(story_ids), visible_to(by)).options(*FOR_CARDS)
    return {story.id: story for story in session.scalars(query)}


def _passages(session: Session, ids: set[int]) -> dict[int, Passage]:
    return {each.id: each for each in session.scalars(select(Passage).where(Passage.id.in_(ids)))}


def _match(passage: Passage, story: Story) -> Match:
    return Match(passage, story, [], 0.0, play_from(passage, []))


def _today(session: Session, saved: Saved, known: Passage | None) -> Passage | None:
    """The passage that is said at the saved moment today; None where nothing is, or where it was struck."""
    passage = known
    if saved.recording_id is not None and saved.start_ms is not None:
        middle = (saved.start_ms + (saved.end_ms or saved.start_ms)) // 2
        if known is None or not _holds(known, saved.recording_id, middle):
            there = select(Passage).where(Passage.recording_id == saved.recording_id, Passage.start_ms <= middle)
            passage = session.scalars(there.order_by(Passage.start_ms.desc()).limit(1)).first()
            if passage is not None and not _holds(passage, saved.recording_id, middle):
                passage = None
    return passage if passage is not None and passage.text not in ("", MARK) else None


def _holds(passage: Passage, recording_id: int, ms: int) -> bool:
    if passage.recording_id != recording_id or passage.start_ms is None:
        return False
    return passage.start_ms <= ms <= (passage.end_ms if passage.end_ms is not None else ms)
