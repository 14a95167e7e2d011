"""Lists that go on behind what was shown last, so that none is lost or repeated while others come and go."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from archive.models import Passage, Story
from archive.services.access import Actor
from archive.services.browse import LATEST_FIRST, Chosen, matching
from archive.services.stories import FOR_CARDS
from archive.services.transcripts import with_words

Place = tuple[date | None, int]  # of a story: when the conversation was, and its id


@dataclass(frozen=True, slots=True)
class Stretch:
    """total counts the whole list; more says whether something comes behind."""

    stories: list[Story]
    total: int
    more: bool


def _behind(place: Place) -> ColumnElement[bool]:
    day, story_id = place
    if day is None:
        return and_(Story.recorded_on.is_(None), Story.id < story_id)
    same = and_(Story.recorded_on == day, Story.id < story_id)
    return or_(Story.recorded_on < day, same, Story.recorded_on.is_(None))


def stories_after(session: Session, chosen: Chosen, by: Actor, place: Place | None, *, limit: int) -> Stretch:
    """In the order of browse.list_stories."""
    where = matching(session, chosen, by)
    total = session.scalar(select(func.count(Story.id)).where(where)) or 0
    query = select(Story).where(where).order_by(*LATEST_FIRST).limit(limit + 1).options(*FOR_CARDS)
    found = list(session.scalars(query.where(_behind(place)) if place else query))
    return Stretch(found[:limit], total, len(found) > limit)


def passages_after(
    session: Session, story: Story, place: tuple[int, int] | None, *, limit: int | None
) -> tuple[list[Passage], bool]:
    """In the order in which they are read, and whether more come. place: (ordinal, id) of the passage shown last. Its
    ordinal today counts; where it is gone, what stands in its place now was not shown yet."""
    query = select(Passage).where(with_words(story)).order_by(Passage.ordinal)
    if place is not None:
        ordinal, passage_id = place
        here = select(Passage.ordinal).where(Passage.id == passage_id, Passage.story_id == story.id)
        today = session.scalar(here)
        query = query.where(Passage.ordinal >= ordinal if today is None else Passage.ordinal > today)
    found = list(session.scalars(query.limit(limit + 1) if limit is not None else query))
    return (found, False) if limit is None else (found[:limit], len(found) > limit)
