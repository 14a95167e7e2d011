"""What the pages of staying in touch are given: plain values, as in web.shapes."""

from dataclasses import dataclass
from datetime import date

from archive.web.shapes import Link


@dataclass(frozen=True, slots=True)
class Meter:
    """A battery. name: the interviewer's, empty where none is named. share: 0..100. said: the same in words, without a
    full stop. last: what it was that charged it."""

    name: str
    share: int
    said: str
    last: str


@dataclass(frozen=True, slots=True)
class Proposed:
    name: str
    href: str
    meter: Meter
    reason: str


@dataclass(frozen=True, slots=True)
class Rests:
    """Somebody whom nobody asks; why is a sentence."""

    name: str
    href: str
    why: str


@dataclass(frozen=True, slots=True)
class PeoplePage:
    soon: tuple[Proposed, ...]
    later: tuple[Proposed, ...]
    resting: tuple[Rests, ...]


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """Questions that were left open; told: where they come from."""

    told: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Met:
    """One conversation. key stands for it in the address. note_id: where it was noted by hand, and can be removed."""

    key: str
    on: date
    said: str
    story: Link | None = None
    note_id: int | None = None
    note: str | None = None
    left_open: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedAt:
    """A question at its moment: href leads there in the story."""

    text: str
    at_ms: int
    href: str


@dataclass(frozen=True, slots=True)
class Column:
    """One of two conversations. moods: sentences of the narrator's own readings."""

    met: Met
    why: tuple[str, ...]
    moods: tuple[str, ...]
    asked: tuple[AskedAt, ...]


@dataclass(frozen=True, slots=True)
class SideBySide:
    one: Column
    other: Column
    twice: tuple[tuple[AskedAt, AskedAt], ...]


@dataclass(frozen=True, slots=True)
class PersonPage:
    """partners: interviewers by their number. let_be: since when they do not want to be asked."""

    name: str
    slug: str
    meters: tuple[Meter, ...]
    open: tuple[OpenGroup, ...]
    meetings: tuple[Met, ...]
    partners: tuple[tuple[int, str], ...]
    let_be: date | None
    gone: bool
    withdrawn: int
    today: date
    beside: SideBySide | None = None
