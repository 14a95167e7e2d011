"""What the pages of mixtapes are given."""

from dataclasses import dataclass, field

from archive.web.clip_shapes import Line, Word
from archive.web.shapes import Card, Link, Medium, Pages


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing on a mixtape, at its place from 1. words: what its maker wrote. lines: a clip, with the address of its
    own page and of its moment in the whole story. Neither: a gap, of which no more is told. changed: its words have
    been corrected since. media is empty where it may be read and not be heard."""

    id: int
    number: int
    words: str | None = None
    lines: tuple[Line, ...] = ()
    card: Card | None = None
    key: str = ""
    whole: str = ""
    start_ms: int = 0
    length_ms: int = 0
    media: tuple[Medium, ...] = ()
    changed: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def gap(self) -> bool:
        return self.words is None and not self.lines


@dataclass(frozen=True, slots=True)
class OneFile:
    """The mixtape as one file. sizes in bytes, empty where there is none to be given out. may_ask: whoever looks may
    have it made; waits: it is being made; told: why it could not be."""

    webm: int = 0
    mp3: int = 0
    may_ask: bool = False
    waits: bool = False
    told: str | None = None


@dataclass(frozen=True, slots=True)
class TapePage:
    """voices: the stories heard in it. descent: the mixtapes that it comes from, the nearest first."""

    slug: str
    title: str
    maker: str | None
    reason: str | None
    open: bool
    version: int
    pieces: tuple[Piece, ...]
    voices: tuple[Card, ...]
    descent: tuple[Link, ...]
    length_ms: int
    mine: bool
    file: OneFile = field(default_factory=OneFile)


@dataclass(frozen=True, slots=True)
class TapeLine:
    """A mixtape in a list."""

    slug: str
    title: str
    maker: str | None
    reason: str | None
    open: bool


@dataclass(frozen=True, slots=True)
class TapesPage:
    tapes: tuple[TapeLine, ...]
    pages: Pages
    signed_in: bool


@dataclass(frozen=True, slots=True)
class TrimPage:
    """words on the recording's clock. begins_ms: where that begins on the story's timeline. bars: the sound of these
    words, 0 to 100."""

    slug: str
    title: str
    version: int
    item_id: int
    story: str
    words: tuple[Word, ...]
    begins_ms: int
    media: tuple[Medium, ...]
    bars: tuple[int, ...]
