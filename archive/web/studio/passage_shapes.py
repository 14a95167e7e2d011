"""A passage at work, and the history of a story, as pages show them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from archive.models import Account, Edit, EditAct, Passage, Person, Story
from archive.services import corrections, history
from archive.services.transcripts import DOUBT
from archive.services.voices import voices_in
from archive.services.word_times import unpack
from archive.web.http import account
from archive.web.present import STANDING, sound_of
from archive.web.shapes import Sound

DID = {
    EditAct.CORRECT: "corrected",
    EditAct.SPLIT: "split in two",
    EditAct.MERGE: "joined with the next",
    EditAct.VERIFY: "checked against the sound",
    EditAct.RENAME: "a voice named",
    EditAct.RESTORE: "brought back",
}


@dataclass(frozen=True, slots=True)
class SaidWord:
    """Times in ms on the recording's clock, None where unknown. doubtful: the machine was not sure."""

    text: str
    start_ms: int | None
    end_ms: int | None
    doubtful: bool


@dataclass(frozen=True, slots=True)
class PastAct:
    """before and after: as it stood, in words."""

    id: int
    did: str
    who: str
    at: datetime
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PassagePage:
    """Times in ms on the recording's clock; at_ms is the beginning on the story's timeline."""

    id: int
    slug: str
    title: str
    version: int
    text: str
    speaker: str | None
    start_ms: int | None
    end_ms: int | None
    at_ms: int | None
    standing: str
    words: tuple[SaidWord, ...]
    sound: Sound | None
    tape: str | None
    voices: tuple[str, ...]
    past: tuple[PastAct, ...]
    before_id: int | None = None
    after_id: int | None = None
    after_text: str | None = None  # of the next one, where both can be joined


def said_words(passage: Passage) -> tuple[SaidWord, ...]:
    timed = unpack(passage.text, passage.words)
    if timed is None:
        return tuple(SaidWord(word, None, None, False) for word in passage.text.split(" "))
    return tuple(
        SaidWord(each.text, each.start_ms, each.end_ms, each.probability is not None and each.probability < DOUBT)
        for each in timed
    )


def passage_page(session: Session, story: Story, passage: Passage) -> PassagePage:
    before, after = corrections.neighbours(session, story, passage)
    joins = after is not None and after.recording_id == passage.recording_id
    tapes = {each.id: each.original_name for each in story.recordings} if len(story.recordings) > 1 else {}
    known = [voice.name for voice in voices_in(session, story)]
    people = [person.name for person in (*story.narrators, *story.interviewers)]
    return PassagePage(
        id=passage.id,
        slug=story.slug,
        title=story.title,
        version=passage.version,
        text=passage.text,
        speaker=passage.speaker,
        start_ms=passage.start_ms,
        end_ms=passage.end_ms,
        at_ms=story.at(passage.recording_id, passage.start_ms),
        standing=STANDING[passage.state],
        words=said_words(passage),
        sound=sound_of(story, passage, account()),
        tape=tapes.get(passage.recording_id or 0),
        voices=tuple(dict.fromkeys([*people, *known])),
        past=past(session, history.edits_of(session, story, passage, 20)),
        before_id=before.id if before else None,
        after_id=after.id if after else None,
        after_text=after.text if after and joins else None,
    )


def past(session: Session, edits: list[Edit]) -> tuple[PastAct, ...]:
    return tuple(
        PastAct(
            id=edit.id,
            did=DID[edit.act],
            who=_who(session, edit),
            at=edit.made_at,
            before=_in_words(edit, edit.before),
            after=_in_words(edit, edit.after),
        )
        for edit in edits
    )


def _who(session: Session, edit: Edit) -> str:
    if edit.by_id and (by := session.get(Account, edit.by_id)):
        return by.email
    narrator = session.get(Person, edit.after["narrator"]) if "narrator" in edit.after else None
    return f"{narrator.name}, with a key card" if narrator else "at the command line"


def _in_words(edit: Edit, side: dict[str, object]) -> str:
    if edit.act == EditAct.RENAME:
        return str(side["speaker"])
    passages = side["passages"]
    assert isinstance(passages, list)  # noqa: S101  models.edit says so
    said = (f"{each['speaker'] + ': ' if each['speaker'] else ''}{each['text'] or '(no words)'}" for each in passages)
    return " | ".join(said)
