"""What the search page, and pages on a passage that was found, are given: plain values, as in archive.web.shapes."""

from dataclasses import dataclass

from archive.web.shapes import Card, Choice, Facet, Found, Link, Pages, Turn


@dataclass(frozen=True, slots=True)
class FoundStory:
    """What was found in one story. more_href leads to all of it, where there is more than stands here."""

    found: tuple[Found, ...]
    more: int
    more_href: str


@dataclass(frozen=True, slots=True)
class Way:
    """Out of an empty page: href, what it does in words, and how many passages that would give."""

    words: str
    href: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """asked: names and values of the address that a new question keeps. how: what was searched how, in a sentence.
    chosen: what the list is narrowed to, each leading to the same without it."""

    text: str
    asked: tuple[tuple[str, str], ...] = ()
    found: tuple[Found, ...] = ()
    stories: tuple[FoundStory, ...] = ()
    total_passages: int = 0
    total_stories: int = 0
    total_narrators: int = 0
    facets: tuple[Facet, ...] = ()
    chosen: tuple[Link, ...] = ()
    pages: Pages = Pages(1, 1)
    modes: tuple[Choice, ...] = ()
    sorts: tuple[Choice, ...] = ()
    views: tuple[Choice, ...] = ()
    how: str | None = None
    also: tuple[str, ...] = ()
    shown_for: str | None = None
    cut: str | None = None  # a sentence: not all that was typed counts
    did_you_mean: Link | None = None
    ways: tuple[Way, ...] = ()
    saves: str = ""  # the search as a desk keeps it: what stands after the question mark
    saved: bool = False  # this search stands at the desk of whoever asks
    resting: str | None = None  # a sentence when the index cannot answer


@dataclass(frozen=True, slots=True)
class LikePage:
    """A passage, and what others say on the same."""

    card: Card
    turn: Turn
    href: str
    others: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class SuggestedTheme:
    """A theme that a machine would put on a passage: because of other passages with it, or of how it is described."""

    id: int
    link: Link
    by_example: bool


@dataclass(frozen=True, slots=True)
class SuggestionsPage:
    card: Card
    turn: Turn
    href: str
    suggested: tuple[SuggestedTheme, ...]
    known: tuple[str, ...]  # names of themes
    resting: str | None = None
