"""What the studio's templates are given: plain values, as in web.shapes. Times are integer milliseconds."""

from dataclasses import dataclass
from datetime import date, datetime

from archive.web.shapes import Card, Link, Marked, Pages, Replied, Sound, Turn, WhoseItIs
from archive.web.studio.card_lines import CardLine, Signed


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a set."""

    id: int
    slug: str
    text: str
    retired: bool = False


@dataclass(frozen=True, slots=True)
class AskedSet:
    slug: str
    title: str
    note: str | None
    questions: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """What a new story answers. at: the moment as the form carries it, in seconds; empty where there is none."""

    card: Card
    at: str
    asked: str | None


@dataclass(frozen=True, slots=True)
class Felt:
    """A narrator's reading; hope and conviction from −2 to 2, None where nothing was said."""

    person_id: int
    name: str
    moment: str
    hope: float | None = None
    conviction: float | None = None


@dataclass(frozen=True, slots=True)
class Working:
    """What the machine is doing with a story. share is 0..1, None where it cannot be told."""

    sentence: str
    share: float | None = None
    heard: tuple[Turn, ...] = ()  # as they come
    job: int | None = None
    running: bool = False
    failed: bool = False
    may_cancel: bool = False
    may_retry: bool = False


@dataclass(frozen=True, slots=True)
class StudioLine:
    """One of my stories in the studio's list."""

    card: Card
    state: str
    sentence: str
    href: str
    working: bool = False
    waits_for_me: bool = False
    changed: datetime | None = None
    opened: str | None = None  # a sentence: it opened by itself, and nobody has taken note


@dataclass(frozen=True, slots=True)
class Tape:
    """One recording of a story, as the studio shows it. sound is None until a listening copy is there."""

    name: str
    duration_ms: int
    size: int  # bytes
    facts: str  # what the file is, in a few words
    loss: str | None = None
    voices: str | None = None  # why voices could not be told apart
    sound: Sound | None = None


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A job as a curator sees it. left is an estimate in words."""

    id: int
    state: str
    does: str
    title: str | None
    href: str | None
    stage: str | None
    share: float | None
    left: str | None
    attempt: int
    error: str | None


@dataclass(frozen=True, slots=True)
class VoiceLine:
    """A voice of a story; guess is whom it may be."""

    name: str
    passages: int
    guess: str | None = None


@dataclass(frozen=True, slots=True)
class Arriving:
    """A file that is not wholly here, or was refused."""

    id: str
    name: str
    sentence: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class NameLine:
    """Somebody in a story, as they are and as the public meets them. shown: full, first, chosen or none."""

    id: int
    name: str
    shown: str
    shown_as: str
    tells: bool = False  # a narrator


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A withdrawn story, for those who keep it: what it is called, and nothing of its words or its sound."""

    card: Card
    since: date | None
    kind: str
    erase_on: date | None
    receipt: str | None  # its address
    teller: str  # who would have to agree anew
    consent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WaitsAct:
    """A button: where it is sent, and what it says."""

    label: str
    action: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class WaitsLine:
    """Something that waits for a person. does says what the link is for; text is what somebody from outside wrote."""

    title: str
    href: str | None
    does: str
    sentence: str
    late: bool = False
    text: str | None = None
    acts: tuple[WaitsAct, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter of the archive. stands says in a sentence what became of it."""

    id: str
    subject: str
    to: str | None
    day: str
    stands: str
    text: str


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request to take something down, in a sentence."""

    sentence: str
    href: str


@dataclass(frozen=True, slots=True)
class StudioRequest:
    """A request as a curator answers it. story is None where it is gone, or none was meant."""

    id: int
    address: str
    why: str
    name: str | None
    contact: str | None
    code: str
    asked: str
    clock: str  # how much time is left, in words
    overdue: bool
    state: str
    reasons: str | None
    story: Link | None = None
    slug: str | None = None
    open_to_public: bool = False
    out_of_sight: bool = False


@dataclass(frozen=True, slots=True)
class CautionLine:
    """A warning, on the story's timeline."""

    id: int
    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class OutOfSight:
    """A story that nobody outside sees for now. requests are for curators."""

    since: str
    requests: tuple[RequestLine, ...] = ()


@dataclass(frozen=True, slots=True)
class StudioStory:
    card: Card
    state: str
    sentence: str
    why_told: str | None
    why_recorded: str | None
    consent: tuple[str, ...]
    working: Working | None
    sounds: tuple[Sound, ...]
    turns: tuple[Turn, ...]
    pages: Pages
    for_whom: str | None = None
    tagging: tuple[tuple[int, Link], ...] = ()  # (tagging id, theme) of the whole story
    names: tuple[NameLine, ...] = ()
    evidence: tuple[Link, ...] = ()  # files that show what was agreed
    to_review: tuple[tuple[int, str], ...] = ()  # narrators, by id and name, who have not gone through it
    cards: tuple[CardLine, ...] = ()
    signed: tuple[Signed, ...] = ()  # narrators who went through it, of which nobody has taken note
    link: str | None = None  # for those who are given it, where consent opens the story to them
    closed_until: str | None = None  # a sentence, where it waits for its day
    publish_needs: str | None = None  # a sentence: what is still missing before it can be public
    public_href: str | None = None
    tapes: tuple[Tape, ...] = ()
    arriving: tuple[Arriving, ...] = ()
    unclaimed: tuple[Arriving, ...] = ()  # wholly here, and of no story yet
    voices: tuple[VoiceLine, ...] = ()
    words_url: str | None = None
    may_hear_again: bool = False
    asked: tuple[Marked, ...] = ()
    answers: tuple[Replied, ...] = ()
    to_ask: tuple[AskedSet, ...] = ()  # what can be chosen where a question is marked
    out_of_sight: OutOfSight | None = None
    cautions: tuple[CautionLine, ...] = ()
    rights: WhoseItIs | None = None
    licences: tuple[Link, ...] = ()  # to choose from
    felt: tuple[Felt, ...] = ()  # for each narrator before and after
