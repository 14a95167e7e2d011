"""DERIVE: listening copies and the waveform, beside the words, so that words do not wait for them; then the picture."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Copy, CopyKind, Recording, Story
from archive.work.house import House
from archive.work.jobs import Ticket, fence, finish, keep_trying
from archive.work.sound import master_path, read_whole, sound_of, tidy
from archive.work.watch import Hopeless, Watch
from uploads.media import Copy as CopyFile
from uploads.media import Soundtrack, Stopped, Unplayable, listening_copies, loss_sentence, peaks, video_copy
from uploads.storage import StorageFull

log = structlog.get_logger()

_HEARD = "heard"  # in the details of a job: the sound is committed, the picture may be missing still


@dataclass(frozen=True, slots=True)
class _Task:
    """What a run has to know of its recording, read once."""

    sha256: str
    storage_key: str
    moves: bool


def derive(house: House, ticket: Ticket, watch: Watch) -> None:
    """Sound first, heard with its own transaction; then the picture, where there is one, in a second.

    Killed in between and run again, it goes on with the picture: that the sound is done stands in the job's details.
    """
    with house.db.reading() as session:
        recording = session.get(Recording, ticket.recording_id)
        if recording is None:
            raise Hopeless("The recording is not here any more.")
        task = _Task(recording.sha256, recording.storage_key, moves=bool(recording.facts.get("video_codec")))
    try:
        if not ticket.details.get(_HEARD):
            _sound(house, ticket, watch, task)
            tidy(house, recording.id)
        if task.moves:
            _picture(house, ticket, watch, task)
    except Unplayable as refusal:
        raise Hopeless(str(refusal)) from refusal
    except Stopped:
        watch.check()  # says which of the reasons to stop it was
        raise


def _sound(house: House, ticket: Ticket, watch: Watch, task: _Task) -> None:
    with sound_of(house, task.sha256, task.storage_key, watch) as sound:
        track = read_whole(sound, watch)
    bars = peaks(track)
    tell = watch.teller("preparing the sound", 0.1, 0.4 if task.moves else 0.95)
    with _folder(house) as folder:
        made = listening_copies(master_path(house, task.storage_key), folder, on_progress=tell, stop=watch.stop)
        stored = [_store(house, task.sha256, each) for each in made]
    with _kept_or_taken_back(house, stored), house.db.writing() as session:
        job = fence(session, ticket)
        recording = session.get_one(Recording, ticket.recording_id)
        recording.peaks = bars
        _let_be_heard(session, recording, track, stored)
        if task.moves:
            job.details = {**job.details, _HEARD: True}
            keep_trying(job)
        else:
            finish(session, ticket)


def _picture(house: House, ticket: Ticket, watch: Watch, task: _Task) -> None:
    """A picture that cannot be shown takes nothing away: the recording is heard, and complete without it."""
    tell = watch.teller("preparing the picture", 0.4, 0.95)
    try:
        with _folder(house) as folder:
            made = video_copy(master_path(house, task.storage_key), folder, on_progress=tell, stop=watch.stop)
            stored = [_store(house, task.sha256, made)] if made else []
    except (Unplayable, StorageFull) as refusal:
        log.warning("no copy to watch", job=ticket.id, recording=ticket.recording_id, why=str(refusal))
        stored = []
    with _kept_or_taken_back(house, stored), house.db.writing() as session:
        fence(session, ticket)
        recording = session.get_one(Recording, ticket.recording_id)
        for old in [copy for copy in recording.copies if copy.kind == CopyKind.VIDEO]:
            recording.copies.remove(old)
        session.flush()
        recording.copies.extend(stored)
        finish(session, ticket)


@contextmanager
def _folder(house: House) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="copies-", dir=house.bench))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _kept_or_taken_back(house: House, stored: Sequence[Copy]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        _take_back(house, stored)
        raise


def _take_back(house: House, stored: Sequence[Copy]) -> None:
    """The recording is gone or another worker has it: files that no row names would stay for ever."""
    keys = [copy.storage_key for copy in stored]
    with house.db.reading() as session:
        named = set(session.scalars(select(Copy.storage_key).where(Copy.storage_key.in_(keys))))
    for key in set(keys) - named:
        house.storage.delete(key)


def _let_be_heard(session: Session, recording: Recording, track: Soundtrack, stored: Sequence[Copy]) -> None:
    recording.copies.clear()
    session.flush()
    recording.copies.extend(stored)
    recording.duration_ms, recording.loss = track.duration_ms, loss_sentence(track)
    story = session.get_one(Story, recording.story_id)
    story.duration_ms = sum(each.duration_ms for each in story.recordings)


def _store(house: House, sha256: str, made: CopyFile) -> Copy:
    size = made.path.stat().st_size
    with made.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if made.media_type.startswith("video/"):
        kind = CopyKind.VIDEO
    else:
        kind = CopyKind.OPUS if made.codec == "opus" else CopyKind.AAC
    key = f"copies/{sha256[:2]}/{sha256}-{digest[:12]}{made.path.suffix}"
    house.storage.put(made.path, key, give=True)
    return Copy(kind=kind, storage_key=key, media_type=made.media_type, size=size, sha256=digest)
