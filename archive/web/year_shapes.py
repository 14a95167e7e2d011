"""What the pages of a year are given: plain values, as in web.shapes."""

from dataclasses import dataclass
from datetime import date

from archive.web.shapes import Card, Link


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words that a person chose. whose: a sentence that ends where link begins; link: the mixtape, or the theme."""

    text: str
    language: str | None
    speaker: str
    card: Card
    href: str
    whose: str
    link: Link


@dataclass(frozen=True, slots=True)
class TapeMade:
    link: Link
    maker: str | None


@dataclass(frozen=True, slots=True)
class CameIn:
    """A story; for_whom: whom it is told for."""

    card: Card
    for_whom: str | None


@dataclass(frozen=True, slots=True)
class MonthTold:
    """told: a sentence. more: how many stories are not listed."""

    name: str
    told: str
    stories: tuple[CameIn, ...]
    more: int
    tapes: tuple[TapeMade, ...]
    quotes: tuple[Quoted, ...]


@dataclass(frozen=True, slots=True)
class YearPage:
    """told: sentences about the whole year. people and themes: lists that sentences end with."""

    year: int
    so_far: bool
    told: tuple[str, ...]
    people: tuple[Link, ...]
    themes: tuple[Link, ...]
    months: tuple[MonthTold, ...]
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class OwnLine:
    on: date
    title: str
    href: str
    said: str
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class OwnMonth:
    name: str
    lines: tuple[OwnLine, ...]


@dataclass(frozen=True, slots=True)
class OwnYearPage:
    year: int
    so_far: bool
    months: tuple[OwnMonth, ...]
    before: int | None
    after: int | None
