"""DERIVE: listening copies and the waveform, beside the words, so that words do not wait for them."""

import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from archive.models import Copy, CopyKind, Recording, Story
from archive.work.house import House
from archive.work.jobs import Ticket, fence, finish
from archive.work.sound import master_path, soundtrack_of, tidy
from archive.work.watch import Hopeless, Watch
from uploads.media import Copy as CopyFile
from uploads.media import Soundtrack, listening_copies, loss_sentence, peaks


def derive(house: House, ticket: Ticket, watch: Watch) -> None:
    """Make them in a folder of their own, store them, and let them be heard in one transaction."""
    with house.db.reading() as session:
        recording = session.get(Recording, ticket.recording_id)
        if recording is None:
            raise Hopeless("The recording is not here any more.")
        sha256, storage_key = recording.sha256, recording.storage_key
    track = soundtrack_of(house, sha256, storage_key, watch)
    bars = peaks(track)
    folder = Path(tempfile.mkdtemp(prefix="copies-", dir=house.bench))
    try:
        tell = watch.teller("preparing the sound", 0.1, 0.95)
        made = listening_copies(master_path(house, storage_key), folder, on_progress=tell)
        stored = [_store(house, sha256, each) for each in made]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    try:
        _let_be_heard(house, ticket, track, stored, bytes(bars))
    except BaseException:
        _take_back(house, stored)
        raise
    tidy(house, recording.id)


def _take_back(house: House, stored: Sequence[Copy]) -> None:
    """The recording is gone or another worker has it: files that no row names would stay for ever."""
    keys = [copy.storage_key for copy in stored]
    with house.db.reading() as session:
        named = set(session.scalars(select(Copy.storage_key).where(Copy.storage_key.in_(keys))))
    for key in set(keys) - named:
        house.storage.delete(key)


def _let_be_heard(house: House, ticket: Ticket, track: Soundtrack, stored: Sequence[Copy], bars: bytes) -> None:
    with house.db.writing() as session:
        fence(session, ticket)
        recording = session.get_one(Recording, ticket.recording_id)
        recording.copies.clear()
        session.flush()
        recording.copies.extend(stored)
        recording.peaks = bars
        recording.duration_ms, recording.loss = track.duration_ms, loss_sentence(track)
        story = session.get_one(Story, recording.story_id)
        story.duration_ms = sum(each.duration_ms for each in story.recordings)
        finish(session, ticket)


def _store(house: House, sha256: str, made: CopyFile) -> Copy:
    size = made.path.stat().st_size
    with made.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    kind = CopyKind.OPUS if made.codec == "opus" else CopyKind.AAC
    key = f"copies/{sha256[:2]}/{sha256}-{digest[:12]}{made.path.suffix}"
    house.storage.put(made.path, key, give=True)
    return Copy(kind=kind, storage_key=key, media_type=made.media_type, size=size, sha256=digest)
