"""What the public sees of one theme: its passages, and what can be counted of them. All of it from the database, and
only from stories that everyone may read. A theme's passages are those that carry it or what is narrower."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, extract, func, select
from sqlalchemy.orm import Session

from archive.models import Part, Participation, Passage, Story, Tagging, Theme
from archive.services.access import visible_to
from archive.services.concepts import is_public
from archive.services.errors import NotFound
from archive.services.hierarchy import broader_of, closure, narrower_of, within
from archive.services.labels import target
from archive.services.sealing import MARK
from archive.services.stories import FOR_CARDS
from archive.services.tagging import stands

LEAST_TOGETHER = 3  # passages that two themes share, before a page speaks of it
LEAST_STORIES = 2  # from so many stories
MOST_TOGETHER = 12


@dataclass(frozen=True, slots=True)
class Numbers:
    passages: int = 0
    stories: int = 0
    narrators: int = 0


@dataclass(frozen=True, slots=True)
class InYear:
    """year None: stories of which nobody knows when they were told."""

    year: int | None
    passages: int
    stories: int


@dataclass(frozen=True, slots=True)
class Together:
    """Passages that carry both, and the stories they are from. of: passages that carry the other theme at all. lift:
    how many times as often as if the two had nothing to do with each other."""

    theme: Theme
    passages: int
    stories: int
    of: int
    lift: float


def theme_by_slug(session: Session, slug: str) -> Theme:
    """The theme of this address, or the one that it was merged into. Raises NotFound where the public may not know of
    it: a theme may tell what a closed story is about."""
    theme = session.scalars(select(Theme).where(Theme.slug == slug)).one_or_none()
    theme = target(session, theme) if theme else None
    if theme is None or not is_public(session, theme):
        raise NotFound("There is no such theme here.")
    return theme


def _seen() -> ColumnElement[bool]:
    """Taggings on what everyone may read, in a query that has Tagging and Story."""
    return and_(visible_to(None), stands())


def _taggings(theme_id: int) -> ColumnElement[bool]:
    return and_(Tagging.theme_id.in_(within(theme_id)), _seen())


def numbers(session: Session, theme_id: int) -> Numbers:
    counted = select(func.count(func.distinct(Tagging.passage_id)), func.count(func.distinct(Tagging.story_id)))
    passages, stories = session.execute(
        counted.join(Story, Story.id == Tagging.story_id).where(_taggings(theme_id))
    ).one()
    told = select(func.count(func.distinct(Participation.person_id))).join(
        Tagging, Tagging.story_id == Participation.story_id
    )
    told = told.join(Story, Story.id == Tagging.story_id).where(Participation.part == Part.NARRATOR)
    return Numbers(passages, stories, session.scalar(told.where(_taggings(theme_id))) or 0)


def counts(session: Session, theme_ids: Iterable[int]) -> dict[int, Numbers]:
    """Passages and stories of many themes at once; those without any are left out."""
    below = closure(select(Theme.id).where(Theme.id.in_(set(theme_ids))), upwards=False)
    return _by_theme(session, below.c.held, select(below.c.held), below.c.reached)


def all_counts(session: Session) -> dict[int, Numbers]:
    """The same for every theme that has any."""
    used = select(Tagging.theme_id).join(Story, Story.id == Tagging.story_id).where(_seen()).distinct()
    above = closure(used, upwards=True)
    return _by_theme(session, above.c.reached, select(above.c.reached), above.c.held)


def _by_theme(
    session: Session, theme: ColumnElement[int], query: Select[int], carries: ColumnElement[int]
) -> dict[int, Numbers]:
    passages, stories = func.count(func.distinct(Tagging.passage_id)), func.count(func.distinct(Tagging.story_id))
    counted = query.add_columns(passages, stories).join(Tagging, Tagging.theme_id == carries)
    counted = counted.join(Story, Story.id == Tagging.story_id).where(_seen()).group_by(theme)
    return {row[0]: Numbers(row[1], row[2]) for row in session.execute(counted)}


def passages_with(
    session: Session, theme_id: int, *, offset: int = 0, limit: int | None = None
) -> list[tuple[Passage, Story]]:
    """The latest conversation first, in each in the order spoken."""
    carrying = select(Tagging.passage_id).where(Tagging.theme_id.in_(within(theme_id)), Tagging.passage_id.is_not(None))
    said = and_(Passage.id.in_(carrying), Passage.text.not_in(("", MARK)), visible_to(None))
    query = select(Passage, Story).join(Story, Story.id == Passage.story_id).where(said).options(*FOR_CARDS)
    order = (Story.recorded_on.desc().nulls_last(), Story.id.desc(), Passage.ordinal)
    return [(row[0], row[1]) for row in session.execute(query.order_by(*order).offset(offset).limit(limit))]


def whole_stories(session: Session, theme_id: int, *, offset: int = 0, limit: int = 20) -> tuple[list[Story], int]:
    """Stories that carry it as a whole, the latest conversation first; and how many there are."""
    carrying = select(Tagging.story_id).where(Tagging.theme_id.in_(within(theme_id)), Tagging.words.is_(None))
    where = and_(Story.id.in_(carrying), visible_to(None))
    order = (Story.recorded_on.desc().nulls_last(), Story.id.desc())
    query = select(Story).where(where).order_by(*order).offset(offset).limit(limit).options(*FOR_CARDS)
    return list(session.scalars(query)), session.scalar(select(func.count(Story.id)).where(where)) or 0


def taggings_of(session: Session, theme_id: int, passage_ids: Iterable[int]) -> dict[int, list[Tagging]]:
    """Those of the theme and of what is narrower, by passage."""
    found: dict[int, list[Tagging]] = {}
    meant = and_(Tagging.theme_id.in_(within(theme_id)), Tagging.passage_id.in_(set(passage_ids)))
    for tagging in session.scalars(select(Tagging).where(meant).order_by(Tagging.id)):
        found.setdefault(tagging.passage_id or 0, []).append(tagging)
    return found


def years(session: Session, theme_id: int) -> list[InYear]:
    """When the conversations took place, year by year, with years between in which there was none; last those without a
    date."""
    year = extract("year", Story.recorded_on)
    counted = select(year, func.count(func.distinct(Tagging.passage_id)), func.count(func.distinct(Tagging.story_id)))
    rows = session.execute(
        counted.join(Story, Story.id == Tagging.story_id).where(_taggings(theme_id)).group_by(year)
    ).all()
    held = {int(row[0]): InYear(int(row[0]), row[1], row[2]) for row in rows if row[0] is not None}
    between = range(min(held), max(held) + 1) if held else ()
    dated = [held.get(each, InYear(each, 0, 0)) for each in between]
    return dated + [InYear(None, row[1], row[2]) for row in rows if row[0] is None]


def together(session: Session, theme_id: int) -> list[Together]:
    """Themes that stand on the same passages, the most shared first. What is broader or narrower comes along by itself
    and is left out, and so is what is rarer than LEAST_TOGETHER and LEAST_STORIES."""
    family = {theme_id, *narrower_of(session, [theme_id])[theme_id], *broader_of(session, [theme_id])[theme_id]}
    on_passages = select(Tagging.passage_id).join(Story, Story.id == Tagging.story_id)
    mine = on_passages.where(_taggings(theme_id), Tagging.passage_id.is_not(None))
    shared, stories = func.count(func.distinct(Tagging.passage_id)), func.count(func.distinct(Tagging.story_id))
    query = select(Tagging.theme_id, shared, stories).join(Story, Story.id == Tagging.story_id)
    query = query.where(_seen(), Tagging.passage_id.in_(mine), Tagging.theme_id.not_in(family))
    query = query.group_by(Tagging.theme_id).having(and_(shared >= LEAST_TOGETHER, stories >= LEAST_STORIES))
    rows = session.execute(query.order_by(shared.desc(), Tagging.theme_id).limit(MOST_TOGETHER)).all()
    if not rows:
        return []
    own, everything = numbers(session, theme_id).passages, tagged_passages(session)
    alone = _alone(session, [row[0] for row in rows])
    themes = {each.id: each for each in session.scalars(select(Theme).where(Theme.id.in_(alone)))}
    return [
        Together(themes[number], both, of, alone[number], both * everything / (own * alone[number]))
        for number, both, of in rows
    ]


def tagged_passages(session: Session) -> int:
    """Passages that carry any theme."""
    query = select(func.count(func.distinct(Tagging.passage_id))).join(Story, Story.id == Tagging.story_id)
    return session.scalar(query.where(_seen())) or 0


def _alone(session: Session, theme_ids: list[int]) -> dict[int, int]:
    query = select(Tagging.theme_id, func.count(func.distinct(Tagging.passage_id)))
    query = query.join(Story, Story.id == Tagging.story_id).where(_seen(), Tagging.theme_id.in_(theme_ids))
    return {row[0]: row[1] for row in session.execute(query.group_by(Tagging.theme_id))}
