"""A year of the archive told back, out of what everyone may read today and of nothing else.

A story belongs to the day on which it was first opened to everyone. What somebody closes, strikes or takes back leaves
the year with it, and no number tells that it was there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from archive.days import here, today
from archive.models import Mixtape, Reply, Story, Tagging, Theme
from archive.services.access import hears, visible_to
from archive.services.errors import NotFound
from archive.services.question_pages import count_asked
from archive.services.quotes import Quote, quotes
from archive.services.stories import FOR_CARDS
from archive.services.tagging import stands

OPENED = func.coalesce(Story.published_at, Story.created_at)
NOTHING = "The archive has nothing to tell of that year."


@dataclass(frozen=True, slots=True)
class Month:
    number: int  # from 1
    stories: Sequence[Story]
    tapes: Sequence[Mixtape]
    quotes: Sequence[Quote]


@dataclass(frozen=True, slots=True)
class Year:
    """stories in the order in which they came. sound_ms: of those that may be heard. themes: given in this year to what
    is open today. replies: stories that answered another one. so_far: it is not over."""

    number: int
    so_far: bool
    stories: Sequence[Story]
    sound_ms: int
    asked: int
    answered: int
    themes: Sequence[Theme]
    replies: int
    tapes: int
    months: Sequence[Month]


def all_years(session: Session) -> list[int]:
    """From this year back to that of the first story; none where there is no story."""
    first = session.scalar(select(func.min(OPENED)).where(visible_to(None)))
    return list(range(today().year, here(first).year - 1, -1)) if first else []


def year_told(session: Session, number: int, *, secret: str) -> Year:
    """Raises NotFound for a year before the first story, and for one that has not begun."""
    if number not in all_years(session):
        raise NotFound(NOTHING)
    stories, tapes = _stories(session, number), _tapes(session, number)
    months = {story.id: opened(story).month for story in stories}
    asked, answered = count_asked(session, months)
    return Year(
        number=number,
        so_far=number == today().year,
        stories=stories,
        sound_ms=sum(story.duration_ms or 0 for story in stories if hears(None, story)),
        asked=asked,
        answered=answered,
        themes=_themes(session, number),
        replies=_replies(session, number),
        tapes=len(tapes),
        months=_months(stories, tapes, quotes(session, months, secret=secret)),
    )


def _months(stories: Sequence[Story], tapes: Sequence[Mixtape], chosen: dict[int, list[Quote]]) -> list[Month]:
    """Those in which something came in or was made."""
    made = [
        Month(
            number,
            [story for story in stories if opened(story).month == number],
            [tape for tape in tapes if tape.shown_at and here(tape.shown_at).month == number],
            chosen.get(number, []),
        )
        for number in range(1, 13)
    ]
    return [each for each in made if each.stories or each.tapes]


def opened(story: Story) -> datetime:
    return here(story.published_at or story.created_at)


def about(moment: ColumnElement[datetime] | InstrumentedAttribute[datetime | None], year: int) -> ColumnElement[bool]:
    """Within the year, or a day beside it: the database does not know where midnight is."""
    day = timedelta(days=1)
    return and_(moment >= datetime(year, 1, 1, tzinfo=UTC) - day, moment < datetime(year + 1, 1, 1, tzinfo=UTC) + day)


def _stories(session: Session, year: int) -> list[Story]:
    query = select(Story).where(visible_to(None), about(OPENED, year)).order_by(OPENED, Story.id)
    return [story for story in session.scalars(query.options(*FOR_CARDS)) if opened(story).year == year]


def _tapes(session: Session, year: int) -> list[Mixtape]:
    query = select(Mixtape).where(Mixtape.open, about(Mixtape.shown_at, year)).order_by(Mixtape.shown_at, Mixtape.id)
    return [tape for tape in session.scalars(query) if tape.shown_at and here(tape.shown_at).year == year]


def _themes(session: Session, year: int) -> list[Theme]:
    query = select(Theme, Tagging.tagged_at).join(Tagging, Tagging.theme_id == Theme.id)
    query = query.join(Story, Story.id == Tagging.story_id).where(visible_to(None), stands())
    rows = session.execute(query.where(about(Tagging.tagged_at, year)))
    given = {theme.id: theme for theme, at in rows if here(at).year == year}
    return sorted(given.values(), key=lambda each: each.label.casefold())


def _replies(session: Session, year: int) -> int:
    """Where everyone may read both stories."""
    to = aliased(Story)
    open_ones = select(Story.id).where(visible_to(None))
    query = select(Reply.made_at).join(Story, Story.id == Reply.story_id).join(to, to.id == Reply.to_story_id)
    rows = session.scalars(query.where(visible_to(None), to.id.in_(open_ones), about(Reply.made_at, year)))
    return sum(here(at).year == year for at in rows)
