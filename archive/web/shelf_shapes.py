"""What the pages of public shelves are given."""

from dataclasses import dataclass

from archive.web.shapes import Card, Found, Link


@dataclass(frozen=True, slots=True)
class OnShelf:
    """card: the story that lies there, or of which a passage does, hit. Neither: it is not open any more to whoever
    looks, and no more is told of it."""

    id: int
    card: Card | None = None
    hit: Found | None = None
    warnings: tuple[str, ...] = ()
    public: bool = True


@dataclass(frozen=True, slots=True)
class PublicShelfLine:
    """waits: nothing lies on it that everyone may read."""

    slug: str
    title: str
    introduction: str | None
    open: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class PublicShelfPage:
    slug: str
    title: str
    introduction: str | None
    reason: str | None
    open: bool
    items: tuple[OnShelf, ...]


@dataclass(frozen=True, slots=True)
class PutPage:
    """What is to be put on a shelf: name and value of the form's field, the words of a passage, and the shelves, each
    with its slug."""

    field: str
    value: str
    card: Card
    words: str | None
    back: str
    shelves: tuple[Link, ...]
