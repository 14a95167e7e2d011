"""What a template is given. Plain values only: a page can show nothing that a service did not hand over.

Times are integer milliseconds from the start of the recording; None where the source had none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Link:
    """A name that leads somewhere; count where it stands in a list that is counted."""

    label: str
    href: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet. href is the same page with this value chosen, or given up when chosen already."""

    label: str
    value: str
    count: int
    href: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    label: str
    field: str
    choices: tuple[Choice, ...]

    @property
    def chosen(self) -> bool:
        return any(choice.chosen for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Pages:
    """Where one is in a long list. previous and next are addresses, None at the ends."""

    number: int
    of: int
    previous: str | None = None
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Medium:
    type: str
    url: str


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording as a page plays it. peaks: 0..100, as many as there are bars."""

    id: str
    duration_ms: int
    media: tuple[Medium, ...]
    peaks: tuple[int, ...] = ()
    loss: str | None = None  # a sentence: what of the file could not be read
    picture: Medium | None = None  # where the recording is a film
    starts_at_ms: int = 0  # on the story's own timeline, where several recordings play as one


@dataclass(frozen=True, slots=True)
class Card:
    """A story in a list."""

    slug: str
    title: str
    narrators: tuple[Link, ...]
    interviewers: tuple[Link, ...]
    recorded_on: date | None = None
    place: str | None = None
    language: str | None = None
    duration_ms: int | None = None
    themes: tuple[Link, ...] = ()
    peaks: tuple[int, ...] = ()
    opening: str | None = None  # how the telling begins, word for word
    sample_of: str | None = None  # set where this is the demo's sample: what it is and where it is from


@dataclass(frozen=True, slots=True)
class Caution:
    """What is told before a passage, without its full stop; skip_to is the address of what comes after."""

    text: str
    skip_to: str


@dataclass(frozen=True, slots=True)
class Spot:
    """What was looked for, where it stands in one passage. pieces are the passage's text, each with whether it is what
    was looked for; first and last count over the whole story, from 1. href leads to the place after the last one."""

    pieces: tuple[tuple[str, bool], ...]
    first: int
    last: int
    href: str | None


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody looks for within a story. told says what came of it."""

    text: str
    told: str
    total: int = 0


@dataclass(frozen=True, slots=True)
class Tagged:
    """A theme on a passage. by says what kind of person put it there. first and last are the numbers of the words that
    are meant, None where the whole passage is."""

    id: int
    theme: Link
    by: str
    first: int | None = None
    last: int | None = None
    may_take_off: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """A passage as it is read. standing: machine, corrected, verified or approved.

    standing_words says it in words ("heard by a machine, not yet checked").
    new_speaker is true where the speaker differs from the passage before.
    """

    id: int
    text: str
    standing: str
    standing_words: str
    start_ms: int | None = None
    end_ms: int | None = None
    speaker: str | None = None
    new_speaker: bool = False
    asks: bool = False  # the interviewer speaks
    themes: tuple[Link, ...] = ()
    tagged: tuple[Tagged, ...] = ()  # the same themes, on pages where one can put them on and take them off
    version: int = 0
    cautions: tuple[Caution, ...] = ()  # told before it
    spot: Spot | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """A question at its moment on the story's timeline. others: where everybody's answers to it are."""

    id: int
    at_ms: int
    text: str
    others: str | None = None


@dataclass(frozen=True, slots=True)
class Replied:
    """A story that this one answers, or that answers this one. at: where the answered moment is played."""

    id: int
    story: Card
    at: Link | None
    asked: str | None


@dataclass(frozen=True, slots=True)
class WhoseItIs:
    """Who holds the rights, the licence with its address, and a sentence; what is not said is None."""

    holder: str | None
    licence: Link | None
    statement: str | None


@dataclass(frozen=True, slots=True)
class StoryPage:
    card: Card
    state: str
    why_told: str | None
    why_recorded: str | None
    consent: tuple[str, ...]  # sentences that the public may know
    sounds: tuple[Sound, ...]
    turns: tuple[Turn, ...]
    pages: Pages
    words_url: str | None  # JSON with the times of the words, fetched when the voice starts
    forms: tuple[Link, ...]  # the transcript's other forms
    for_whom: str | None = None
    contents: tuple[Link, ...] = ()  # pages of a long story, by time
    start_ms: int | None = None  # from ?t=, works without JavaScript
    may_edit: bool = False
    may_tag: bool = False
    nothing_said: bool = False
    asked: tuple[Marked, ...] = ()
    answers: tuple[Replied, ...] = ()
    answered_by: tuple[Replied, ...] = ()
    struck: bool = False  # something was taken out at the wish of the people in it
    preparing: bool = False  # its sound is being made ready
    cautions: Sequence[Mapping[str, int | str]] = ()  # {from, to, text} of the whole story, for the player
    rights: WhoseItIs | None = None
    sought: Sought | None = None
    known_themes: tuple[str, ...] = ()  # names that a field offers to those who may put one here
    keepsake: bool = False  # whoever looks may take a copy of all of it
    remix: bool = False  # passages of it may be used in something new


@dataclass(frozen=True, slots=True)
class ClosedPage:
    """A story that is here and closed. why is a sentence."""

    card: Card
    why: str


@dataclass(frozen=True, slots=True)
class RequestPage:
    """How a request to take something down stands, for whoever asked. Days are in words."""

    code: str
    address: str
    asked: str
    due: str
    open: bool
    changed: bool
    reasons: str | None
    late: bool
    may_write: bool  # they left an e-mail address


@dataclass(frozen=True, slots=True)
class Voice:
    """A passage somebody may not have met: a quote with its sound."""

    card: Card
    turn: Turn
    href: str
    sound: Sound | None = None
    cautions: Sequence[Mapping[str, int | str]] = ()  # on the clock of the recording


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that answers a search. snippet_html is escaped, with <mark> on what matched.

    play_from_ms is two seconds before the first word that matched, until_ms the end of the passage; both, and the times
    of the cautions, are on the clock of the recording, `sound`. by_meaning: it holds none of the words.
    """

    card: Card
    turn: Turn
    href: str
    snippet_html: str
    play_from_ms: int | None = None
    until_ms: int | None = None
    sound: Sound | None = None
    cautions: Sequence[Mapping[str, int | str]] = ()
    by_meaning: bool = False
    kept: bool = False  # it lies on a shelf of whoever looks
    remix: bool = False  # it can be put on a mixtape


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """now: what became of it, in a few words."""

    label: str
    now: str
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """A withdrawal, without a title and without a name. code is in groups; fits is None until the line of the ledger
    has its place."""

    code: str
    made_on: date
    by: str
    kind: str
    closed: bool
    erase_on: date | None
    erased_on: date | None
    restored_on: date | None
    files: tuple[ReceiptLine, ...]
    rows: tuple[ReceiptLine, ...]
    place: int | None
    hash: str | None
    fits: bool | None
