"""What the pages of the desk are given: plain values, as in archive.web.shapes."""

from dataclasses import dataclass
from datetime import date

from archive.web.shapes import Found, Link, Pages


@dataclass(frozen=True, slots=True)
class ShelfLine:
    id: int
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class KeptLine:
    """found is None where the passage is closed or gone: then `told` says so, and nothing else of it is shown."""

    id: int
    note: str
    found: Found | None
    told: str = ""


@dataclass(frozen=True, slots=True)
class SearchLine:
    """new: passages in stories that came since it was kept; None while the index rests."""

    id: int
    name: str
    href: str
    kept_on: date
    new: int | None


@dataclass(frozen=True, slots=True)
class CodingLine:
    """found is None for a theme of a whole story. story is None where it is closed by now, and `told` says so; or where
    nothing is said any more on the stretch: then the theme goes unsaid too, which would tell what it is about."""

    id: int
    tagged_on: date
    theme: Link | None
    story: Link | None
    found: Found | None
    told: str = ""


@dataclass(frozen=True, slots=True)
class DeskPage:
    shelves: tuple[ShelfLine, ...]
    searches: tuple[SearchLine, ...]
    codings: tuple[CodingLine, ...]
    codings_total: int


@dataclass(frozen=True, slots=True)
class ShelfPage:
    shelf: ShelfLine
    kept: tuple[KeptLine, ...]
    others: tuple[ShelfLine, ...]
    pages: Pages
