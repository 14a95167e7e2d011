"""A keepsake: a story in one folder, which plays from a stick in any browser and outlives this archive.

It holds what stands on the story's page and nothing besides: names as they are shown, words as strikes have left them,
and the listening copies made since. Copies cannot be called back, so that strangers have one only where the people in
the story have said all that could be asked of them: see given_away.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from archive.models import Act, Copy, CopyKind, Passage, PassageState, Recording, Story
from archive.services import askings, cautions
from archive.services.about import about
from archive.services.access import Action, Actor, hears, may, require, sees
from archive.services.consent_words import consent_sentences
from archive.services.errors import Conflict, Gone, NotAllowed
from archive.services.ledger import note
from archive.services.rights import CREATIVE_COMMONS, LICENCES, rights_of
from archive.services.strikes import strikes_of, told_openly
from archive.services.tagging import themes_of
from archive.services.transcripts import passages_of

LONGEST_NAME = 60
# AAC plays in every browser as it is sold; Opus, half as large again, in those built without licensed codecs.
SOUNDS = ((CopyKind.AAC, "m4a"), (CopyKind.OPUS, "webm"))
CLOSED = "The people in this story have not agreed that copies of it are given away. It can be read and heard here."
NOT_READY = (
    "The sound of this story is being made ready, and a copy without it would not be whole. Nothing is lost. Please try"
    " again in a few minutes."
)


@dataclass(frozen=True, slots=True)
class Sound:
    """A listening copy. name is that of the file in the folder; copy_id tells whether it is still served."""

    name: str
    media_type: str
    copy_id: str
    storage_key: str
    size: int


@dataclass(frozen=True, slots=True)
class Said:
    """A passage. Times in ms on the clock of its recording; warnings are told before it."""

    number: int
    text: str
    speaker: str | None
    asks: bool
    state: PassageState
    start_ms: int | None
    end_ms: int | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Warned:
    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A recording with its words; words that belong to no recording are a part without sounds. asked: questions with
    their moments."""

    number: int
    length_ms: int
    sounds: tuple[Sound, ...]
    peaks: bytes
    said: tuple[Said, ...]
    warned: tuple[Warned, ...]
    asked: tuple[tuple[int, str], ...]
    film: bool
    loss: str | None


@dataclass(frozen=True, slots=True)
class Keepsake:
    """name is safe in every file system. address is where the story is on the web, if
    that is known; made_on the day of this copy."""

    name: str
    title: str
    language: str | None
    narrators: tuple[str, ...]
    interviewers: tuple[str, ...]
    recorded_on: date | None
    place: str | None
    themes: tuple[str, ...]
    reasons: tuple[tuple[str, str | None], ...]
    agreed: tuple[str, ...]
    rights: tuple[str, ...]
    licence: tuple[str, str] | None
    parts: tuple[Part, ...]
    struck: bool
    archive: str
    address: str
    made_on: date


def given_away(session: Session, story: Story) -> bool:
    """Whether strangers may take a copy: all of it is open to everyone, and without a last day; every narrator agreed
    that it may be used in something new; and it stands under a licence that lets everyone pass copies on. A waiver
    never comes to that."""
    if not (sees(None, story) and story.remix and story.open_until is None):
        return False
    if story.recordings and not hears(None, story):
        return False
    held = rights_of(session, story)
    return held is not None and (held.licence or "").startswith(CREATIVE_COMMONS)


def may_keep(session: Session, story: Story, *, by: Actor) -> bool:
    """Those who told it and those who keep it always; everybody else where it is given away."""
    return sees(by, story) and (may(by, Action.KEEP_COPY, story) or given_away(session, story))


def ready(story: Story) -> bool:
    """Whether every recording has sound to hear; after a strike there is none until copies without it are made."""
    return all(_sounding(recording) for recording in story.recordings)


def offered(session: Session, story: Story, *, by: Actor) -> bool:
    """Whether a copy can be had now."""
    return may_keep(session, story, by=by) and ready(story)


def taken(session: Session, story: Story, *, by: Actor) -> None:
    """A line in the ledger for whoever told or keeps the story. Strangers are not followed."""
    if may(by, Action.KEEP_COPY, story):
        note(session, Act.KEEPSAKE, by=by, story=story)


def require_served(session: Session, story_id: int, sound: Sound, *, given: bool) -> None:
    """Asked anew before each file of a copy that is on its way. Raises Gone where it was struck or closed meanwhile.
    given: it goes to a stranger, who has it only while it is given away; who told or keeps it has it always."""
    story = session.get(Story, story_id)
    closed = story is None or (given and not given_away(session, story))
    if closed or session.get(Copy, sound.copy_id) is None:
        raise Gone("This sound is not open any more.")


def gathered(session: Session, story: Story, *, address: str, made_on: date, by: Actor) -> Keepsake:
    """Raises NotAllowed where copies are not given away, Conflict while a recording has no copy to hear."""
    require(by, Action.READ, story)
    if not may_keep(session, story, by=by):
        raise NotAllowed(CLOSED)
    if not ready(story):
        raise Conflict(NOT_READY)
    held = rights_of(session, story)
    claims = (held.holder and f"The rights are held by {held.holder.rstrip('.')}.", held.statement) if held else ()
    licence = held.licence if held else None
    reasons = ("Why it is told", story.why_told), ("Why it was recorded", story.why_recorded)
    whom = (("For whom it is told", story.for_whom),) if story.for_whom else ()
    return Keepsake(
        name=safe_name(story.slug),
        title=story.title,
        language=story.language,
        narrators=tuple(person.name for person in story.narrators),
        interviewers=tuple(person.name for person in story.interviewers),
        recorded_on=story.recorded_on,
        place=story.place,
        themes=tuple(each.theme.label for each in themes_of(session, [story.id])[story.id]),
        reasons=(*reasons, *whom),
        agreed=tuple(consent_sentences(session, story)),
        rights=tuple(each for each in claims if each),
        licence=(LICENCES.get(licence, licence), licence) if licence else None,
        parts=_parts(session, story),
        struck=bool(strikes_of(session, story)),
        archive=about(session).name,
        address=address,
        made_on=made_on,
    )


def safe_name(slug: str) -> str:
    """Plain letters, digits and hyphens: no sign that leads elsewhere, and no name that Windows keeps for itself."""
    plain = unicodedata.normalize("NFKD", slug).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_NAME].strip("-")
    return f"{words or 'story'}-keepsake"


def _parts(session: Session, story: Story) -> tuple[Part, ...]:
    passages = passages_of(session, story)
    said = _said(session, story, passages)
    recordings: list[Recording | None] = list(story.recordings)
    if any(passage.recording_id is None for passage in passages):
        recordings.insert(0, None)
    strikes = strikes_of(session, story)
    asked = told_openly(askings.askings_of(session, story), strikes)
    warned = cautions.by_recording(session, [story.id])
    parts: list[Part] = []
    for number, recording in enumerate(recordings, 1):
        of = recording.id if recording else None
        own = tuple(each for each, passage in zip(said, passages, strict=True) if passage.recording_id == of)
        stretches = warned.get(of, ()) if of else ()
        told = tuple(Warned(each.start_ms, each.end_ms, each.text.rstrip(" .")) for each in stretches)
        questions = tuple((each.at_ms, each.text) for each in asked if each.recording_id == of)
        parts.append(_part(number, len(recordings), recording, own, (told, questions)))
    return tuple(parts)


def _part(
    number: int,
    of: int,
    recording: Recording | None,
    said: tuple[Said, ...],
    beside: tuple[tuple[Warned, ...], tuple[tuple[int, str], ...]],
) -> Part:
    held = recording.copies if recording else []
    return Part(
        number=number,
        length_ms=recording.duration_ms if recording else 0,
        sounds=tuple(_sound(held, kind, f"sound-{number}.{form}" if of > 1 else f"sound.{form}")
                     for kind, form in SOUNDS if any(copy.kind == kind for copy in held)),
        peaks=(recording.peaks or b"") if recording else b"",
        said=said,
        warned=beside[0],
        asked=beside[1],
        film=any(copy.kind == CopyKind.VIDEO for copy in held),
        loss=recording.loss if recording else None,
    )  # fmt: skip


def _sound(copies: Sequence[Copy], kind: CopyKind, name: str) -> Sound:
    copy = next(each for each in copies if each.kind == kind)
    return Sound(name, copy.media_type, copy.id, copy.storage_key, copy.size)


def _said(session: Session, story: Story, passages: Sequence[Passage]) -> list[Said]:
    before = cautions.told_before(session, story, passages)
    askers = {person.name for person in story.interviewers}
    return [
        Said(
            number=number + 1,
            text=passage.text,
            speaker=passage.speaker,
            asks=passage.speaker in askers,
            state=passage.state,
            start_ms=passage.start_ms,
            end_ms=passage.end_ms,
            warnings=tuple(each.rstrip(" .") for each in before.get(number, ())),
        )
        for number, passage in enumerate(passages)
    ]


def _sounding(recording: Recording) -> bool:
    kinds = {kind for kind, _ in SOUNDS}
    return any(copy.kind in kinds for copy in recording.copies)
