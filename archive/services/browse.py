"""Lists of stories with facets, and themes with their counts, straight from the database: always true, never stale."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, extract, func, select
from sqlalchemy.orm import Session

from archive.models import Part, Participation, Person, Story, Tagging, Theme
from archive.services.access import Actor, known_to, visible_to
from archive.services.hierarchy import closure
from archive.services.labels import slugs_named
from archive.services.stories import FOR_CARDS
from archive.services.tagging import stands


class Facet(StrEnum):
    """What lists can be narrowed by; the same names stand in addresses, in /search and in the API."""

    THEME = "theme"
    NARRATOR = "narrator"
    INTERVIEWER = "interviewer"
    PLACE = "place"
    YEAR = "year"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Count:
    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Listing:
    stories: list[Story]
    total: int
    facets: Mapping[Facet, list[Count]] = field(default_factory=dict)


Chosen = Mapping[Facet, Sequence[str]]
LATEST_FIRST = (Story.recorded_on.desc().nulls_last(), Story.id.desc())  # the latest conversation


def _year() -> ColumnElement[int]:
    return extract("year", Story.recorded_on)


def person_slugs(session: Session, given: Sequence[str]) -> list[str]:
    """Slugs of people given as slug or name."""
    rows = session.execute(select(Person.slug, Person.name).where(Person.name.in_(given)))
    by_name = {name: slug for slug, name in rows}
    return [by_name.get(value, value) for value in given]


def _clause(session: Session, facet: Facet, values: Sequence[str]) -> ColumnElement[bool]:
    match facet:
        case Facet.THEME:
            meant = select(Theme.id).where(Theme.slug.in_(slugs_named(session, values)))
            narrower = closure(meant, upwards=False)
            return Story.id.in_(
                select(Tagging.story_id).where(Tagging.theme_id.in_(select(narrower.c.reached)), stands())
            )
        case Facet.NARRATOR | Facet.INTERVIEWER:
            taking = select(Participation.story_id).join(Person, Person.id == Participation.person_id)
            named = Person.slug.in_(person_slugs(session, values))
            return Story.id.in_(taking.where(named, Participation.part == Part(facet.value)))
        case Facet.PLACE:
            return Story.place.in_(values)
        case Facet.YEAR:
            return _year().in_([int(value) for value in values if value.isdecimal() and len(value) < 6])
        case Facet.LANGUAGE:
            return Story.language.in_(values)


def _counts(session: Session, facet: Facet, where: ColumnElement[bool]) -> list[Count]:
    query: Select[Any, Any, int]
    number = func.count(func.distinct(Story.id))
    match facet:
        case Facet.THEME:
            counted = closure(select(Tagging.theme_id).distinct(), upwards=True)
            query = select(Theme.slug, Theme.label, number).join(counted, counted.c.reached == Theme.id)
            query = query.join(Tagging, Tagging.theme_id == counted.c.held).where(stands())
            query = query.join(Story, Story.id == Tagging.story_id).group_by(Theme.slug, Theme.label)
        case Facet.NARRATOR | Facet.INTERVIEWER:
            query = select(Person.slug, Person.name, number).join(Participation, Participation.person_id == Person.id)
            query = query.join(Story, Story.id == Participation.story_id).group_by(Person.slug, Person.name)
            query = query.where(Participation.part == Part(facet.value))
        case Facet.YEAR:
            query = select(_year(), _year(), number).where(Story.recorded_on.is_not(None)).group_by(_year())
        case Facet.PLACE | Facet.LANGUAGE:
            column = Story.place if facet == Facet.PLACE else Story.language
            query = select(column, column, number).where(column.is_not(None)).group_by(column)
    rows = session.execute(query.where(where)).all()
    counts = [Count(str(value), str(label), count) for value, label, count in rows]
    return sorted(counts, key=lambda each: (-each.count, each.label))


def matching(session: Session, chosen: Chosen, by: Actor) -> ColumnElement[bool]:
    """Visible stories that match every facet (any of its values)."""
    return and_(visible_to(by), *(_clause(session, facet, values) for facet, values in chosen.items() if values))


def list_stories(session: Session, chosen: Chosen, by: Actor, *, offset: int = 0, limit: int = 20) -> Listing:
    """Stories that match, the latest conversation first. A facet counts its values as if none of them were chosen."""
    where = matching(session, chosen, by)
    total = session.scalar(select(func.count(Story.id)).where(where)) or 0
    query = select(Story).where(where).order_by(*LATEST_FIRST).offset(offset).limit(limit).options(*FOR_CARDS)
    others = {facet: {each: given for each, given in chosen.items() if each != facet} for facet in Facet}
    facets = {facet: _counts(session, facet, matching(session, others[facet], by)) for facet in Facet}
    return Listing(list(session.scalars(query)), total, facets)


def closed_stories(session: Session, limit: int = 50) -> tuple[list[Story], int]:
    """Stories of which everyone may know and which not everyone may read, and how many there are in the whole archive:
    never in a list that answers a question, which would tell what is in them."""
    where = and_(known_to(None), ~visible_to(None))
    total = session.scalar(select(func.count(Story.id)).where(where)) or 0
    if not limit:  # each search by a program asks for the number alone
        return [], total
    query = select(Story).where(where).order_by(Story.title).limit(limit).options(*FOR_CARDS)
    return list(session.scalars(query)), total


def list_themes(session: Session, by: Actor) -> list[Count]:
    """Every theme that stands on a visible story, itself or one that is narrower, with the number of such stories, in
    the order of the alphabet."""
    return sorted(_counts(session, Facet.THEME, visible_to(by)), key=lambda each: each.label.casefold())
