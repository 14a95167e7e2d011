"""DERIVE: listening copies and the waveform, beside the words, so that words do not wait for them; then the picture.

Where nothing is struck these are what the public hears. Where something is, they are kept as uncut copies that no door
serves, and what the public hears is made from them by exchanging the spans that are struck.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.orm import Session

from archive.models import Copy, CopyKind, Job, Recording, Story, Uncut
from archive.services.access import GONE
from archive.services.sealing import spans_of, strikes_on
from archive.work.house import House
from archive.work.jobs import Ticket, fence, finish, keep_trying
from archive.work.shelf import File, folder, kept_or_taken_back, kind_of, store
from archive.work.sound import master_path, read_whole, sound_of, tidy
from archive.work.watch import Cancelled, Hopeless, Later, Watch, still_wanted
from uploads.media import Copy as CopyFile
from uploads.media import (
    Soundtrack,
    Stopped,
    Unplayable,
    listening_copies,
    loss_sentence,
    masked,
    peaks,
    struck_copy,
    struck_film,
    video_copy,
)
from uploads.storage import StorageFull

log = structlog.get_logger()

_NO_PICTURE = "no picture"  # in the details of a job: it was tried, and there is none to be had
Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Task:
    """What a run has to know of its recording, read once. whole: copies of all of it that are there already; public:
    what may be heard now."""

    recording_id: int
    sha256: str
    storage_key: str
    moves: bool
    whole: dict[CopyKind, File]
    public: frozenset[CopyKind]
    spans: Spans

    @property
    def has_sound(self) -> bool:
        return bool(set(self.whole) - {CopyKind.VIDEO})


def derive(house: House, ticket: Ticket, watch: Watch) -> None:
    """Sound first, heard with its own transaction; then the picture, where there is one, in a second.

    Killed in between and run again, it goes on with what is missing.
    """
    try:
        task = _read(house, ticket)
        if not task.has_sound:
            _sound(house, ticket, watch, task)
            tidy(house, task.recording_id)
            task = _read(house, ticket)
        _cut_out(house, ticket, watch, task, moving=False)
        if task.moves and CopyKind.VIDEO not in task.whole and not ticket.details.get(_NO_PICTURE):
            _picture(house, ticket, watch, task)
            task = _read(house, ticket)
        _cut_out(house, ticket, watch, task, moving=True)
    except Unplayable as refusal:
        raise Hopeless(str(refusal)) from refusal
    except Stopped:
        watch.check()  # says which of the reasons to stop it was
        raise
    with house.db.writing() as session:
        _unless_others(session, ticket, task)
        finish(session, ticket)


def _read(house: House, ticket: Ticket) -> _Task:
    with house.db.reading() as session:
        recording = session.get(Recording, ticket.recording_id)
        if recording is None:
            raise Hopeless("The recording is not here any more.")
        if session.get_one(Story, recording.story_id).state in GONE:
            raise Cancelled
        spans = _spans(session, ticket)
        held: Sequence[Copy | Uncut] = recording.uncut if spans else recording.copies
        return _Task(
            recording_id=recording.id,
            sha256=recording.sha256,
            storage_key=recording.storage_key,
            moves=bool(recording.facts.get("video_codec")),
            whole={each.kind: File.of(each) for each in held},
            public=frozenset(each.kind for each in recording.copies),
            spans=spans,
        )


def _spans(session: Session, ticket: Ticket) -> Spans:
    return spans_of(strikes_on(session, ticket.story_id or 0, ticket.recording_id))


def _unless_others(session: Session, ticket: Ticket, task: _Task) -> Job:
    """The job's row, if the strikes are still those that this run has worked for."""
    job = still_wanted(session, ticket)
    if _spans(session, ticket) != task.spans:
        raise Later("What is struck has changed meanwhile.")
    return job


def _sound(house: House, ticket: Ticket, watch: Watch, task: _Task) -> None:
    with sound_of(house, task.sha256, task.storage_key, watch) as sound:
        track = read_whole(sound, watch)
    bars = peaks(track)
    tell = watch.teller("preparing the sound", 0.1, 0.4 if task.moves else 0.95)
    with folder(house) as place:
        made = listening_copies(master_path(house, task.storage_key), place, on_progress=tell, stop=watch.stop)
        stored = [_stored(house, task, each) for each in made]
    with kept_or_taken_back(house, stored), house.db.writing() as session:
        recording = _keep_whole(session, ticket, stored)
        recording.peaks_uncut = bars
        recording.peaks = masked(bars, _spans(session, ticket), track.duration_ms)
        _measured(session, recording, track)


def _stored(house: House, task: _Task, made: CopyFile) -> File:
    return store(house, task.sha256, made.path, made.media_type, kind_of(made.media_type, made.codec))


def _measured(session: Session, recording: Recording, track: Soundtrack) -> None:
    recording.duration_ms, recording.loss = track.duration_ms, loss_sentence(track)
    story = session.get_one(Story, recording.story_id)
    story.duration_ms = sum(each.duration_ms for each in story.recordings)


def _picture(house: House, ticket: Ticket, watch: Watch, task: _Task) -> None:
    """A picture that cannot be shown takes nothing away: the recording is heard, and complete without it."""
    tell = watch.teller("preparing the picture", 0.4, 0.9)
    try:
        with folder(house) as place:
            made = video_copy(master_path(house, task.storage_key), place, on_progress=tell, stop=watch.stop)
            stored = [_stored(house, task, made)] if made else []
    except (Unplayable, StorageFull) as refusal:
        log.warning("no copy to watch", job=ticket.id, recording=ticket.recording_id, why=str(refusal))
        stored = []
    with kept_or_taken_back(house, stored), house.db.writing() as session:
        _keep_whole(session, ticket, stored)
        if not stored:
            job = fence(session, ticket)
            job.details = {**job.details, _NO_PICTURE: True}


def _keep_whole(session: Session, ticket: Ticket, files: Sequence[File]) -> Recording:
    """For everyone, unless something is struck: asked in the transaction that gives them their addresses."""
    keep_trying(still_wanted(session, ticket))
    recording = session.get_one(Recording, ticket.recording_id)
    kinds = {file.kind for file in files}
    if _spans(session, ticket):
        recording.uncut = [each for each in recording.uncut if each.kind not in kinds]
        session.flush()
        recording.uncut.extend(file.row(Uncut) for file in files)
    else:
        recording.copies = [each for each in recording.copies if each.kind not in kinds]
        session.flush()
        recording.copies.extend(file.row(Copy) for file in files)
    session.flush()
    return recording


def _cut_out(house: House, ticket: Ticket, watch: Watch, task: _Task, *, moving: bool) -> None:
    """What the public hears, or sees, where something is struck: the uncut copies with their spans exchanged."""
    wanted = [file for file in task.whole.values() if file.moves == moving and file.kind not in task.public]
    if not task.spans or not wanted:
        return
    tell = watch.teller("taking out what is struck", 0.9, 1.0)
    exchange = struck_film if moving else struck_copy
    with folder(house) as place:
        stored: list[File] = []
        for file in wanted:
            target = place / f"{file.kind}{file.suffix}"
            exchange(master_path(house, file.key), task.spans, target, on_progress=tell, stop=watch.stop)
            stored.append(store(house, task.sha256, target, file.media_type, file.kind))
    with kept_or_taken_back(house, stored), house.db.writing() as session:
        keep_trying(_unless_others(session, ticket, task))
        recording = session.get_one(Recording, ticket.recording_id)
        recording.copies.extend(file.row(Copy) for file in stored)
