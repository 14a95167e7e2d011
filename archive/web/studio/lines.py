"""How a story stands, in a sentence."""

from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.db import clock
from archive.models import Heard, Job, JobKind, JobState, Passage, PassageState, Recording, Story, StoryState
from archive.services.consent import terms
from archive.services.reviews import unseen
from archive.services.transcripts import count_passages, words_of
from archive.web.present import turn
from archive.web.shapes import Turn
from archive.web.studio.shapes import Working
from archive.web.words import duration, left
from archive.work import jobs, queue
from uploads.speech.cutting import cut

SENTENCES = {
    StoryState.PROCESSING: "The machine is listening.",
    StoryState.REVIEW: "The words are here. It waits to be read and opened.",
    StoryState.PUBLISHED: "Open to everyone.",
    StoryState.FAILED: "The machine could not hear it to its end. Nothing was lost.",
    StoryState.SEALED: "Closed for a time.",
    StoryState.WITHDRAWN: "Withdrawn. Nobody sees or hears it.",
    StoryState.ERASED: "Erased.",
}


def sentence(session: Session, story: Story) -> str:
    if story.suspended_at is not None and story.state == StoryState.PUBLISHED:
        return "Out of sight for everyone outside, while a request to take it down is looked at."
    heard = any(recording.heard_by for recording in story.recordings)
    if story.state == StoryState.REVIEW and heard and not count_passages(session, story):
        return "The machine listened to all of it, and nothing was said."
    if story.state in (StoryState.DRAFT, StoryState.REVIEW) and (signed := unseen(session, story)):
        return f"{'Its narrator has' if len(signed) == 1 else 'Its narrators have'} gone through it and signed."
    if story.state != StoryState.DRAFT:
        return SENTENCES[story.state]
    if not terms(session, story).machine:
        return "Kept closed. No machine may hear it yet."
    return "Kept closed. The machine has stopped listening; what it heard is kept."


def working(session: Session, story: Story) -> Working | None:
    """What the machine is doing with it, None where it has nothing to do and nothing went wrong."""
    job = jobs.current(session, story.id, JobKind.PROCESS)
    if job is None or job.state == JobState.DONE:
        return _preparing(session, story)
    heard_ms = sum(row.end_ms - row.start_ms for row in _heard(session, story))
    if job.state == JobState.CANCELLED:
        said = "The machine was asked to stop. What it heard so far is kept, and it can go on from there."
        return Working(said, heard=_so_far(session, story), job=job.id, may_retry=True)
    if job.state == JobState.FAILED:
        said = job.error or "The machine could not hear it to its end."
        return Working(said, heard=_so_far(session, story), job=job.id, failed=True, may_retry=True)
    if job.state == JobState.WAITING:
        said = job.error or _waiting(session, job)
    elif heard_ms and story.duration_ms:
        said = (
            f"Still listening: {duration(heard_ms)} of {duration(story.duration_ms)} heard so far{_rest(session, job)}."
        )
    else:
        said = f"Now {job.stage or 'beginning'}."
    return Working(said, job.progress, _so_far(session, story), job.id, running=True, may_cancel=not job.cancel)


def _rest(session: Session, job: Job) -> str:
    said = left(queue.left(job, session.scalar(select(clock())) or 0.0))
    return f", {said}" if said else ""


def _waiting(session: Session, job: Job) -> str:
    if jobs.living(session, JobKind.PROCESS):
        ahead = queue.ahead_of(session, job)
        return f"It waits for its turn: {ahead} before it." if ahead else "It is taken next."
    return "It waits: no worker is running on this archive. `peer-stories worker` starts one."


def _preparing(session: Session, story: Story) -> Working | None:
    job: Job | None = jobs.current(session, story.id, JobKind.DERIVE)
    if job is None or job.state in (JobState.DONE, JobState.CANCELLED):
        return None
    if job.state == JobState.FAILED:
        return Working(job.error or "The sound could not be prepared.", job=job.id, failed=True, may_retry=True)
    return Working("The sound is being prepared for listening.", job.progress, job=job.id, running=True)


def _heard(session: Session, story: Story) -> list[Heard]:
    query = select(Heard).join(Recording, Recording.id == Heard.recording_id).where(Recording.story_id == story.id)
    latest: dict[tuple[int, int], Heard] = {}
    for row in session.scalars(query.order_by(Recording.ordinal, Heard.start_ms, Heard.id)):
        latest[row.recording_id, row.start_ms] = row
    return list(latest.values())


def _so_far(session: Session, story: Story) -> tuple[Turn, ...]:
    """What was heard, as it will be read, before passages are laid down."""
    drafts = [
        Passage(
            id=-number,
            recording_id=recording_id,
            text=each.text,
            start_ms=each.start_ms,
            end_ms=each.end_ms,
            state=PassageState.MACHINE,
        )
        for recording_id, rows in groupby(_heard(session, story), key=lambda row: row.recording_id)
        for number, each in enumerate(cut([word for row in rows for word in words_of(row)]), start=1)
    ]
    return tuple(turn(draft, story) for draft in drafts)
