"""A recording comes in: checked, stored by its hash, and given to its story, all or nothing."""

import hashlib
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from archive.db import Database
from archive.models import Job, Recording, Story
from archive.services.access import Actor, sees
from archive.services.consent import Agreement, apply_terms, record_consent
from archive.services.errors import Conflict, Invalid
from archive.services.stories import About, begin_story, start_hearing
from uploads.media import Facts, Unplayable, probe
from uploads.storage import Storage, StorageFull, master_key

MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that is wholly here. give_away says that it may be moved: it came over the web into a folder of ours,
    and is not somebody's own file."""

    path: Path
    name: str
    give_away: bool = False


@dataclass(frozen=True, slots=True)
class _Checked:
    facts: Facts
    sha256: str


@dataclass(frozen=True, slots=True)
class TakenIn:
    story_id: int
    slug: str
    jobs: list[int]


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
    checked = _Checked(_probe(arrived.path), _hash(arrived.path))
    with db.reading() as session:
        _refuse_twice(session, checked.sha256, by)
    with db.writing() as session:  # tried once and taken back: a bad form is refused before anything is stored
        _write(session, arrived, about, agreement, checked, by=by)
        session.rollback()
    key = master_key(checked.sha256)
    already = storage.exists(key)
    try:
        storage.put(arrived.path, key, move=arrived.give_away)
        with db.writing() as session:
            taken = _write(session, arrived, about, agreement, checked, by=by)
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
    return taken


def _take_out(db: Database, storage: Storage, key: str) -> None:
    """Unless somebody else has brought in the same recording meanwhile, and their story stands on it."""
    with db.writing() as session:
        if session.scalar(select(Recording.id).where(Recording.storage_key == key)) is None:
            storage.delete(key)


def _write(
    session: Session, arrived: Arrived, about: About, agreement: Agreement | None, checked: _Checked, *, by: Actor
) -> TakenIn:
    facts, sha256 = checked.facts, checked.sha256
    story = begin_story(session, about, by=by)
    recording = Recording(
        story_id=story.id,
        original_name=clean_file_name(arrived.name),
        sha256=sha256,
        storage_key=master_key(sha256),
        size=facts.size,
        media_type=facts.media_type,
        facts=asdict(facts),
        duration_ms=facts.duration_ms or 0,
    )
    story.recordings.append(recording)
    story.duration_ms = facts.duration_ms
    session.flush()
    if agreement is not None:
        record_consent(session, story, agreement, by=by)
    else:
        apply_terms(session, story)
    jobs: list[Job] = start_hearing(session, story)
    return TakenIn(story.id, story.slug, [job.id for job in jobs])
