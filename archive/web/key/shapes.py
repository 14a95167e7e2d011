"""What the templates of a narrator's pages are given: plain values, as in web.shapes."""

from dataclasses import dataclass
from datetime import datetime

from archive.web.shapes import Link


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One of their stories: how it stands, and what waits for them."""

    title: str
    language: str | None
    sentence: str
    href: str | None = None
    waits: str | None = None  # what they can do next, as a link is called
    waits_href: str | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    at: datetime
    sentence: str


@dataclass(frozen=True, slots=True)
class Used:
    """A theme that somebody put on their words."""

    id: int
    theme: Link
    words: str | None  # None where it stands on the whole story
    href: str
    by: str  # what kind of person put it there


@dataclass(frozen=True, slots=True)
class KeyStory:
    """here is the address of this story under their key card."""

    title: str
    slug: str
    language: str | None
    here: str
    sentence: str
    named: str
    agreed: tuple[str, ...]
    link: str | None = None
    out: int = 0  # parts that are taken out
    step: int | None = None  # of the review, where it waits for them
    messages: tuple[str, ...] = ()
    others: tuple[str, ...] = ()  # who told it with them
    public_href: str | None = None


@dataclass(frozen=True, slots=True)
class KeyPassage:
    id: int
    version: int
    text: str
    at_ms: int | None
    media: tuple[tuple[str, str], ...] = ()  # (address with its stretch, type)
