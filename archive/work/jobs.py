"""The queue: a table in the archive's own database.

A worker holds a job by a lease that it renews; every write it makes is fenced by the attempt it was given, so a
worker that was thought dead and comes back changes nothing. The clock is the database's.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from archive.db import clock, now
from archive.models import Job, JobKind, JobState, Story, StoryState, WorkerBeat
from archive.services.errors import Conflict

LEASE = 60.0
BEAT = 15.0
ALIVE = 40.0  # a worker that has not beaten for so long is taken for dead
TRIES = 5  # attempts in a row without progress
BACK_OFF = (5.0, 30.0, 120.0, 600.0)  # seconds after the first, second … attempt
OPEN = (JobState.WAITING, JobState.RUNNING)


class LeaseLost(Exception):
    """Somebody else has this job now; whatever was being written must not be."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A claimed job, as plain values: no transaction stays open while it is worked on."""

    id: int
    kind: JobKind
    attempt: int
    story_id: int | None = None
    recording_id: int | None = None
    details: dict[str, Any] = field(default_factory=dict)


def _claimable(kinds: Iterable[JobKind]) -> ColumnElement[bool]:
    other = aliased(Job)
    indexed_now = exists().where(
        other.story_id.is_not_distinct_from(Job.story_id),
        other.kind == JobKind.INDEX,
        other.state == JobState.RUNNING,
        other.lease_until > clock(),
        other.id != Job.id,
    )
    ready = or_(
        and_(Job.state == JobState.WAITING, Job.run_at <= clock()),
        and_(Job.state == JobState.RUNNING, Job.lease_until < clock()),
    )
    # Two workers on one story could put an older reading of it over a newer one.
    undisturbed = or_(Job.kind != JobKind.INDEX, ~indexed_now)
    return and_(Job.kind.in_(list(kinds)), ready, Job.attempt < Job.max_attempts, undisturbed)


def claim(session: Session, worker: str, kinds: Iterable[JobKind], limit: int = 1) -> list[Ticket]:
    """Take up to `limit` jobs, the most urgent first. The attempt is counted here, so that a job that kills
    its worker comes to an end."""
    chosen = (
        select(Job.id)
        .where(_claimable(kinds))
        .order_by(Job.priority.desc(), Job.run_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = (
        update(Job)
        .where(Job.id.in_(chosen.scalar_subquery()))
        .values(
            state=JobState.RUNNING,
            attempt=Job.attempt + 1,
            worker=worker,
            began_at=clock(),
            began_with=func.coalesce(Job.progress, 0.0),
            lease_until=clock() + LEASE,
            error=None,
        )
        .returning(Job.id, Job.kind, Job.attempt, Job.story_id, Job.recording_id, Job.details)
    )
    rows = session.execute(taken, execution_options={"synchronize_session": False}).all()
    return [Ticket(*row) for row in rows]


def _held(ticket: Ticket) -> ColumnElement[bool]:
    return and_(Job.id == ticket.id, Job.attempt == ticket.attempt, Job.state == JobState.RUNNING)


def fence(session: Session, ticket: Ticket) -> Job:
    """The job's row, locked until the commit. Raises LeaseLost where another attempt has begun."""
    job = session.scalars(select(Job).where(_held(ticket)).with_for_update()).one_or_none()
    if job is None:
        raise LeaseLost
    return job


def keep_trying(job: Job) -> None:
    """It has got on: only attempts without progress count towards giving up, or a long recording on a machine that
    is switched off every night would never be heard to its end."""
    job.max_attempts = max(job.max_attempts, job.attempt + TRIES)


def tries_left(session: Session, ticket: Ticket) -> int:
    return session.scalar(select(Job.max_attempts - Job.attempt).where(_held(ticket))) or 0


def renew(session: Session, ticket: Ticket) -> bool | None:
    """Keep the lease. True when somebody asked to cancel, None when the lease is lost."""
    query = update(Job).where(_held(ticket)).values(lease_until=clock() + LEASE).returning(Job.cancel)
    return session.execute(query, execution_options={"synchronize_session": False}).scalar_one_or_none()


def report(session: Session, ticket: Ticket, stage: str, progress: float | None) -> None:
    values = {"stage": stage, "progress": progress}
    session.execute(update(Job).where(_held(ticket)).values(values), execution_options={"synchronize_session": False})


def finish(session: Session, ticket: Ticket, state: JobState = JobState.DONE, error: str | None = None) -> None:
    """Raises LeaseLost."""
    job = fence(session, ticket)
    job.state, job.error, job.finished_at, job.lease_until = state, error, now(), None
    if state == JobState.DONE:
        job.progress = 1.0
    session.flush()


def put_back(session: Session, ticket: Ticket, seconds: float, *, counted: bool, error: str | None = None) -> None:
    """Let it be tried again after so many seconds. Where the same INDEX job waits already, this one is done."""
    job = fence(session, ticket)
    twin = select(Job.id).where(
        Job.kind == JobKind.INDEX, Job.story_id == job.story_id, Job.state == JobState.WAITING, Job.id != job.id
    )
    if job.kind == JobKind.INDEX and session.scalar(twin) is not None:
        finish(session, ticket)
        return
    try:
        with session.begin_nested():
            job.state, job.lease_until, job.error = JobState.WAITING, None, error
            job.attempt -= 0 if counted else 1
    except IntegrityError:  # the twin came in at this very moment
        session.refresh(job)
        finish(session, ticket)
        return
    later = update(Job).where(Job.id == job.id).values(run_at=clock() + seconds)
    session.execute(later, execution_options={"synchronize_session": False})


def release(session: Session, worker: str) -> int:
    """Give back what a worker held that is known to be dead: nobody has to wait for its lease to end."""
    query = update(Job).where(Job.worker.startswith(worker, autoescape=True), Job.state == JobState.RUNNING)
    done = session.execute(
        query.values(lease_until=clock() - 1).returning(Job.id), execution_options={"synchronize_session": False}
    ).all()
    session.execute(delete(WorkerBeat).where(WorkerBeat.name.startswith(worker, autoescape=True)))
    return len(done)


def bury(session: Session) -> list[Job]:
    """Jobs that have used up their attempts and whose worker is gone: each has killed its worker once too often."""
    gone = select(Job).where(Job.state == JobState.RUNNING, Job.lease_until < clock(), Job.attempt >= Job.max_attempts)
    buried = list(session.scalars(gone.with_for_update(skip_locked=True)))
    for job in buried:
        job.state, job.finished_at = JobState.FAILED, now()
        job.error = f"This was tried {job.attempt} times, and each time the work broke off."
    session.flush()
    return buried


def cancel(session: Session, job: Job) -> None:
    """A waiting job ends here; a running one is asked to stop, and keeps what it has done."""
    if job.state not in OPEN:
        raise Conflict("This work has ended already.")
    job.cancel = True
    if job.state == JobState.WAITING:
        job.state, job.finished_at = JobState.CANCELLED, now()
        if job.kind == JobKind.PROCESS:
            _rest(session, job)
    session.flush()


def _rest(session: Session, job: Job) -> None:
    """The story waits as a draft, unless another of its recordings is still to be heard."""
    others = select(Job.id).where(
        Job.story_id == job.story_id, Job.kind == JobKind.PROCESS, Job.state.in_(OPEN), Job.id != job.id
    )
    story = session.get(Story, job.story_id)
    if story is not None and story.state == StoryState.PROCESSING and session.scalar(others.limit(1)) is None:
        story.state = StoryState.DRAFT


def beat(session: Session, worker: str, kinds: Sequence[JobKind]) -> None:
    """Say that this worker lives."""
    row = session.get(WorkerBeat, worker) or WorkerBeat(name=worker)
    row.kinds = ",".join(kinds)
    session.add(row)
    session.flush()
    query = update(WorkerBeat).where(WorkerBeat.name == worker).values(beat_at=clock())
    session.execute(query, execution_options={"synchronize_session": False})


def leave(session: Session, worker: str) -> None:
    session.execute(delete(WorkerBeat).where(WorkerBeat.name == worker))


def living(session: Session, kind: JobKind) -> int:
    """How many workers live that take this kind of job."""
    takes = WorkerBeat.kinds.contains(kind)
    return session.scalar(select(func.count(WorkerBeat.name)).where(WorkerBeat.beat_at > clock() - ALIVE, takes)) or 0


def jobs_of(session: Session, story_ids: Sequence[int], job_ids: Sequence[int] = ()) -> list[Job]:
    """The jobs of these stories, and these jobs, in the order they were given."""
    found: dict[int, Job] = {}
    for some in batched(story_ids):
        found |= {job.id: job for job in session.scalars(select(Job).where(Job.story_id.in_(some)))}
    found |= {job.id: job for job in session.scalars(select(Job).where(Job.id.in_(job_ids)))}
    return [found[id_] for id_ in sorted(found)]


def open_jobs(session: Session, story_ids: Sequence[int], job_ids: Sequence[int] = ()) -> list[Job]:
    return [job for job in jobs_of(session, story_ids, job_ids) if job.state in OPEN]


def open_ids(session: Session, kinds: Iterable[JobKind]) -> list[int]:
    return list(session.scalars(select(Job.id).where(Job.kind.in_(list(kinds)), Job.state.in_(OPEN))))


def batched(ids: Sequence[int], size: int = 5_000) -> Iterator[Sequence[int]]:
    """SQLite takes 32,766 values in one statement."""
    return (ids[start : start + size] for start in range(0, len(ids), size))


def current(session: Session, story_id: int, kind: JobKind) -> Job | None:
    """Of each recording's latest job of this kind, the one that tells most: what runs, then what waits, then what went
    wrong, then what is done."""
    newest = select(func.max(Job.id)).where(Job.story_id == story_id, Job.kind == kind).group_by(Job.recording_id)
    told = (JobState.RUNNING, JobState.WAITING, JobState.FAILED, JobState.CANCELLED, JobState.DONE)
    return min(
        session.scalars(select(Job).where(Job.id.in_(newest))), key=lambda job: told.index(job.state), default=None
    )


def waiting_now(session: Session, kinds: Iterable[JobKind]) -> bool:
    """Whether there is anything left that will be done without somebody's help."""
    alive = and_(Job.state.in_(OPEN), Job.kind.in_(list(kinds)), Job.attempt < Job.max_attempts)
    return session.scalar(select(Job.id).where(alive).limit(1)) is not None
