"""What every way of taking a story out needs: work on it stops, and its files are known by their keys."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Consent, Job, JobKind, JobState, Recording, Story, Upload, UploadState

WITHDRAWN = "This story was withdrawn before the file was wholly here."


def stop_work(session: Session, story: Story) -> None:
    """What waits ends here; what runs sees the wish before it writes another word or another copy."""
    query = select(Job).where(Job.story_id == story.id, Job.kind.in_([JobKind.PROCESS, JobKind.DERIVE]))
    for job in session.scalars(query.where(Job.state.in_([JobState.WAITING, JobState.RUNNING]))):
        job.cancel = True
        if job.state == JobState.WAITING:
            job.state = JobState.CANCELLED


def refuse_arriving(session: Session, story: Story) -> list[str]:
    """Files on their way to this story are not taken any more; the ids of their bytes, which PURGE throws away."""
    under_way = select(Upload).where(
        Upload.story_id == story.id, Upload.state.in_([UploadState.ARRIVING, UploadState.ARRIVED])
    )
    refused = list(session.scalars(under_way))
    for upload in refused:
        upload.state, upload.error = UploadState.REFUSED, WITHDRAWN
    return [upload.id for upload in refused]


def listening_files(recordings: Iterable[Recording]) -> list[str]:
    """Keys of copies for listening, those that nobody outside hears included."""
    found: list[str] = []
    for each in recordings:
        found += [copy.storage_key for copy in each.copies] + [whole.storage_key for whole in each.uncut]
    return found


def all_files(session: Session, story: Story) -> list[str]:
    """Keys of masters, copies, and of what shows the consents."""
    masters = [recording.storage_key for recording in story.recordings]
    evidence = select(Consent.evidence_key).where(Consent.story_id == story.id, Consent.evidence_key.is_not(None))
    shown = [key for key in session.scalars(evidence) if key]
    return list(dict.fromkeys([*masters, *listening_files(story.recordings), *shown]))


def purge(session: Session, story: Story, keys: list[str], uploads: Iterable[str] = ()) -> None:
    """Delete these files after the commit, what has arrived of these uploads, and the decoded sound."""
    sounds = [recording.sha256 for recording in story.recordings]
    details = {"keys": keys, "sounds": sounds, "uploads": list(uploads)}
    session.add(Job(kind=JobKind.PURGE, story_id=story.id, details=details, priority=3))
