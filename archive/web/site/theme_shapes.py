"""What the templates of themes are given: plain values, as in web.shapes."""

from dataclasses import dataclass

from archive.web.shapes import Card, Found, Link, Pages


@dataclass(frozen=True, slots=True)
class Branch:
    """A theme with what is narrower. stories and passages hold those of the narrower ones too."""

    link: Link
    passages: int
    stories: int
    below: tuple["Branch", ...] = ()
    again: bool = False  # what is below it stands elsewhere in the tree


@dataclass(frozen=True, slots=True)
class ThemesPage:
    """branches: the tree, or the part of a long list that was asked for. letters lead to their part of it."""

    total: int
    branches: tuple[Branch, ...]
    text: str = ""
    letter: str | None = None
    letters: tuple[Link, ...] = ()
    pages: Pages | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A year of the drawing: where its bar stands, in the drawing's own units. label: None where years stand too close
    to name each."""

    year: int
    passages: int
    stories: int
    x: float
    y: float
    width: float
    height: float
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Years:
    """what: what the bars count. undated: (passages, stories) of which nobody knows the year."""

    bars: tuple[Bar, ...]
    what: str
    most: int
    undated: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """A theme that comes together with this one. lift in words."""

    link: Link
    passages: int
    stories: int
    of: int
    lift: str


@dataclass(frozen=True, slots=True)
class ThemePage:
    label: str
    slug: str
    here: str
    language: str | None
    scope: tuple[tuple[str, str], ...]  # (language or "", text)
    definition: tuple[tuple[str, str], ...]
    other: tuple[tuple[str, str], ...]
    paths: tuple[tuple[Link, ...], ...]
    narrower: tuple[Branch, ...]
    related: tuple[Branch, ...]
    passages_total: int
    stories_total: int
    narrators_total: int
    tagged_total: int  # passages that carry any theme
    found: tuple[Found, ...]
    pages: Pages
    cards: tuple[Card, ...]
    whole_total: int
    years: Years | None
    beside: tuple[Beside, ...]
    may_edit: bool = False
