"""What everyone sees of readings: those of what everyone may read, one by one, and never a sum of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from archive.models import Passage, Reading, Story, Tagging, Theme
from archive.services.access import visible_to
from archive.services.hierarchy import within
from archive.services.sealing import MARK
from archive.services.stories import FOR_CARDS
from archive.services.tagging import stands

Ts = TypeVarTuple("Ts")
MOST_POINTS = 1_000  # the latest; a square holds far fewer


class Quarter(IntEnum):
    """Of the square, in the order of the list. BETWEEN: on a line, or said of one axis alone."""

    HOPE_CONVICTION = 0
    HOPE_UNCERTAINTY = 1
    DESPAIR_UNCERTAINTY = 2
    DESPAIR_CONVICTION = 3
    BETWEEN = 4


@dataclass(frozen=True, slots=True)
class Point:
    """A reading that said something of both axes."""

    reading_id: int
    hope: float
    conviction: float


@dataclass(frozen=True, slots=True)
class OneReading:
    """A reading with what was read. passage is None for a whole story."""

    reading: Reading
    story: Story
    passage: Passage | None

    @property
    def quarter(self) -> Quarter:
        hope, conviction = self.reading.hope or 0, self.reading.conviction or 0
        if not hope or not conviction:
            return Quarter.BETWEEN
        if hope > 0:
            return Quarter.HOPE_CONVICTION if conviction > 0 else Quarter.HOPE_UNCERTAINTY
        return Quarter.DESPAIR_CONVICTION if conviction > 0 else Quarter.DESPAIR_UNCERTAINTY


_HOPE, _DESPAIR = Reading.hope > 0, Reading.hope < 0
_SURE, _UNSURE = Reading.conviction > 0, Reading.conviction < 0
_QUARTER = case(
    (and_(_HOPE, _SURE), Quarter.HOPE_CONVICTION.value),
    (and_(_HOPE, _UNSURE), Quarter.HOPE_UNCERTAINTY.value),
    (and_(_DESPAIR, _UNSURE), Quarter.DESPAIR_UNCERTAINTY.value),
    (and_(_DESPAIR, _SURE), Quarter.DESPAIR_CONVICTION.value),
    else_=Quarter.BETWEEN.value,
)
_LATEST = (Reading.made_at.desc(), Reading.id.desc())


def _open(query: Select[*Ts], theme_id: int | None) -> Select[*Ts]:
    """Readings on what everyone may read, and where something is said today."""
    query = query.join(Story, Story.id == Reading.story_id).outerjoin(Passage, Passage.id == Reading.passage_id)
    said = or_(Reading.whole, Passage.text.not_in(("", MARK)))
    return query.where(visible_to(None), said, *([_about(theme_id)] if theme_id is not None else []))


def _about(theme_id: int) -> ColumnElement[bool]:
    """Passages that carry the theme or a narrower one, and whole stories that do."""
    carries = Tagging.theme_id.in_(within(theme_id))
    passages = select(Tagging.passage_id).where(carries, Tagging.passage_id.is_not(None))
    stories = select(Tagging.story_id).where(carries, Tagging.words.is_(None))
    return or_(Reading.passage_id.in_(passages), and_(Reading.whole, Reading.story_id.in_(stories)))


def count(session: Session, theme_id: int | None = None) -> int:
    return session.scalar(_open(select(func.count(Reading.id)), theme_id)) or 0


def count_both(session: Session, theme_id: int | None = None) -> int:
    """Those that said something of both axes."""
    both = _both(_open(select(func.count(Reading.id)), theme_id))
    return session.scalar(both) or 0


def _both(query: Select[*Ts]) -> Select[*Ts]:
    return query.where(Reading.hope.is_not(None), Reading.conviction.is_not(None))


def points(session: Session, theme_id: int | None = None) -> list[Point]:
    """The latest first."""
    both = _both(_open(select(Reading.id, Reading.hope, Reading.conviction), theme_id))
    rows = session.execute(both.order_by(*_LATEST).limit(MOST_POINTS))
    return [Point(row[0], row[1] or 0.0, row[2] or 0.0) for row in rows]


def listed(session: Session, theme_id: int | None = None, *, offset: int = 0, limit: int = 20) -> list[OneReading]:
    """Quarter by quarter, in each the latest first."""
    return _rows(session, _open(select(Reading, Story, Passage), theme_id).offset(offset).limit(limit))


def of(session: Session, reading_ids: Sequence[int]) -> list[OneReading]:
    return _rows(session, _open(select(Reading, Story, Passage), None).where(Reading.id.in_(reading_ids)))


def _rows(session: Session, query: Select[Reading, Story, Passage]) -> list[OneReading]:
    rows = session.execute(query.order_by(_QUARTER, *_LATEST).options(*FOR_CARDS))
    return [OneReading(row[0], row[1], row[2]) for row in rows]


def themes(session: Session, limit: int = 40) -> list[Theme]:
    """Those that stand on what was read, in the order of the alphabet."""
    passages = _open(select(Reading.passage_id), None).where(Reading.passage_id.is_not(None))
    stories = _open(select(Reading.story_id), None).where(Reading.whole)
    meant = or_(Tagging.passage_id.in_(passages), and_(Tagging.words.is_(None), Tagging.story_id.in_(stories)))
    carried = select(Tagging.theme_id).where(meant, stands())
    query = select(Theme).where(Theme.id.in_(carried), Theme.merged_into_id.is_(None))
    return list(session.scalars(query.order_by(Theme.folded, Theme.id).limit(limit)))
