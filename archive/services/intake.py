"""A recording comes in: checked, stored by its hash, and given to its story, all or nothing."""

import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from archive.db import Database
from archive.models import Recording, Story, StoryState
from archive.services import replies
from archive.services.access import Action, Actor, require, sees
from archive.services.agreements import Agreement
from archive.services.consent import apply_terms, record_consent
from archive.services.errors import Conflict, Invalid
from archive.services.stories import About, begin_story, start_hearing
from uploads.media import Facts, Unplayable, probe
from uploads.storage import Storage, StorageFull, master_key

MAX_NAME = 200
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that is wholly here. give_away says that it is ours and may become the master without a copy: it came
    over the web, and is not somebody's own file."""

    path: Path
    name: str
    give_away: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found out about a file before anything is kept of it."""

    facts: Facts
    sha256: str


@dataclass(frozen=True, slots=True)
class TakenIn:
    story_id: int
    slug: str
    jobs: list[int]
    recording_id: int


def clean_file_name(name: str) -> str:
    """The last part of a name as somebody's machine gave it: no folders, no control characters, not endless."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    cleaned = "".join(mark for mark in unicodedata.normalize("NFC", last) if mark.isprintable()).strip(" .")
    if len(cleaned) > MAX_NAME:
        stem, dot, suffix = cleaned.rpartition(".")
        cleaned = f"{stem[: MAX_NAME - 12]}{dot}{suffix[:10]}" if dot else cleaned[:MAX_NAME]
    return cleaned or "recording"


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse_twice(session: Session, sha256: str, by: Actor) -> None:
    held = session.scalars(
        select(Story).join(Recording, Recording.story_id == Story.id).where(Recording.sha256 == sha256)
    ).first()
    if held is not None:
        where = f" It is in the story “{held.title}”." if sees(by, held) else ""
        raise Conflict(f"This recording is in the archive already.{where} Nothing was stored a second time.")


def _probe(path: Path) -> Facts:
    try:
        return probe(path)
    except Unplayable as refusal:
        raise Invalid(str(refusal), "file") from refusal


def take_in(
    db: Database, storage: Storage, arrived: Arrived, about: About, agreement: Agreement | None, *, by: Actor
) -> TakenIn:
    """One recording becomes one story: a draft, its master, its consent and the first jobs, in one transaction.

    Raises Invalid, Conflict or NotAllowed with a sentence; the file that was given is then left where it is
    and nothing of it stays in the archive.
    """

    def begin(session: Session, checked: Checked) -> TakenIn:
        story = open_draft(session, about, agreement, by=by)
        return add_recording(session, story, arrived.name, checked, by=by)

    return keep(db, storage, arrived, begin, by=by)


def open_draft(session: Session, about: About, agreement: Agreement | None, *, by: Actor) -> Story:
    """A story whose recordings are still to come, with what was agreed, and what it answers."""
    story = begin_story(session, about, by=by)
    if agreement is not None:
        record_consent(session, story, agreement, by=by)
    else:
        apply_terms(session, story)
    if about.answers is not None:
        replies.link(session, story, about.answers, by=by)
    return story


def keep(db: Database, storage: Storage, arrived: Arrived, write: Callable[[Session, Checked], T], *, by: Actor) -> T:
    """Check a file, store it as a master, and write what there is to write of it; all or nothing.

    write is called twice: once to be taken back, so that a bad form is refused before anything is stored. The file
    keeps its name until the transaction is through: a run that is killed on the way finds it again.
    """
    checked = Checked(_probe(arrived.path), _hash(arrived.path))
    with db.reading() as session:
        _refuse_twice(session, checked.sha256, by)
    with db.writing() as session:
        write(session, checked)
        session.rollback()
    key = master_key(checked.sha256)
    already = storage.exists(key)
    try:
        storage.put(arrived.path, key, give=arrived.give_away)
        with db.writing() as session:
            written = write(session, checked)
    except StorageFull as full:
        raise Invalid(str(full), "file") from full
    except Exception as fault:
        if not already:
            _take_out(db, storage, key)
        if isinstance(fault, IntegrityError):
            raise Conflict("Somebody brought in the same at this very moment. Please look, and try again.") from fault
        raise
    if arrived.give_away:
        arrived.path.unlink(missing_ok=True)
    return written


def _take_out(db: Database, storage: Storage, key: str) -> None:
    """Unless somebody else has brought in the same recording meanwhile, and their story stands on it."""
    with db.writing() as session:
        if session.scalar(select(Recording.id).where(Recording.storage_key == key)) is None:
            storage.delete(key)


def add_recording(session: Session, story: Story, name: str, checked: Checked, *, by: Actor) -> TakenIn:
    """One more recording of a story, after those that it has: they play on one timeline."""
    require(by, Action.EDIT, story)
    if story.state == StoryState.PUBLISHED:
        raise Conflict("This story is public. Take it off the public pages before another recording is added to it.")
    facts, sha256 = checked.facts, checked.sha256
    recording = Recording(
        story_id=story.id,
        ordinal=max((each.ordinal for each in story.recordings), default=-1) + 1,
        original_name=clean_file_name(name),
        sha256=sha256,
        storage_key=master_key(sha256),
        size=facts.size,
        media_type=facts.media_type,
        facts=asdict(facts),
        duration_ms=facts.duration_ms or 0,
    )
    story.recordings.append(recording)
    story.duration_ms = sum(each.duration_ms for each in story.recordings)
    session.flush()
    replies.mark_asked(session, recording)
    return TakenIn(story.id, story.slug, [job.id for job in start_hearing(session, story)], recording.id)
