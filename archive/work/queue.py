"""The queue as people see it: what runs, how long it may take, what waits and what failed; and what they can do."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.db import clock
from archive.models import Job, JobKind, JobState, Story, StoryState, WorkerBeat
from archive.services.access import Action, Actor, require
from archive.services.errors import Conflict, NotFound
from archive.work.jobs import ALIVE, OPEN, TRIES

SHOWN = 100
FIRST = 9  # the priority of what a curator wants done before everything else
TELLING = 0.03  # of the work has to be done in this attempt before it says how long the rest may take
TELLING_S = 10.0


@dataclass(frozen=True, slots=True)
class Queued:
    """A job and its story's title and address, None where the story is gone or all stories are meant. left_s is an
    estimate in seconds, None where nobody can say."""

    job: Job
    title: str | None
    slug: str | None
    left_s: float | None = None


def left(job: Job, now: float) -> float | None:
    """Seconds that the rest may take, if it goes on as it went in this attempt. now is on the database's clock."""
    if job.state != JobState.RUNNING or job.began_at is None or job.progress is None:
        return None
    done, took = job.progress - (job.began_with or 0.0), now - job.began_at
    if done < TELLING or took < TELLING_S:
        return None
    return (1.0 - job.progress) * took / done


def queue(session: Session, *, by: Actor) -> list[Queued]:
    """What runs, then what waits in the order in which it will be taken, then what failed, the latest first."""
    require(by, Action.SEE_QUEUE)
    order = {JobState.RUNNING: 0, JobState.WAITING: 1, JobState.FAILED: 2}
    rows = session.execute(
        select(Job, Story.title, Story.slug)
        .outerjoin(Story, Story.id == Job.story_id)
        .where(Job.state.in_(order))
        .order_by(Job.priority.desc(), Job.run_at, Job.id)
        .limit(SHOWN * 3)
    ).all()
    now = session.scalar(select(clock())) or 0.0
    shown = [Queued(job, title, slug, left(job, now)) for job, title, slug in rows]
    return sorted(shown, key=lambda each: order[each.job.state])[:SHOWN]


def ahead_of(session: Session, job: Job) -> int:
    """How many jobs of its kind are taken before it."""
    earlier = (Job.priority > job.priority) | ((Job.priority == job.priority) & (Job.run_at < job.run_at))
    query = select(func.count(Job.id)).where(Job.kind == job.kind, Job.state == JobState.WAITING, earlier)
    running = select(func.count(Job.id)).where(Job.kind == job.kind, Job.state == JobState.RUNNING)
    return (session.scalar(query) or 0) + (session.scalar(running) or 0)


def workers(session: Session) -> list[str]:
    """The names of the workers that live."""
    query = select(WorkerBeat.name).where(WorkerBeat.beat_at > clock() - ALIVE).order_by(WorkerBeat.name)
    return list(session.scalars(query))


def job_by_id(session: Session, job_id: int, *, by: Actor) -> Job:
    require(by, Action.SEE_QUEUE)
    job = session.get(Job, job_id)
    if job is None:
        raise NotFound("This work is not on record.")
    return job


def again(session: Session, job: Job, *, by: Actor) -> None:
    """Let a failed job be tried once more, with all its tries; what it had done is not done again."""
    require(by, Action.SEE_QUEUE)
    if job.state != JobState.FAILED:
        raise Conflict("Only work that failed can be tried again.")
    twin = select(Job.id).where(Job.kind == JobKind.INDEX, Job.story_id == job.story_id, Job.state == JobState.WAITING)
    if job.kind == JobKind.INDEX and session.scalar(twin) is not None:
        session.delete(job)  # the same waits already
        session.flush()
        return
    job.state, job.cancel, job.finished_at = JobState.WAITING, False, None
    job.max_attempts = job.attempt + TRIES
    story = session.get(Story, job.story_id) if job.kind == JobKind.PROCESS else None
    if story is not None and story.state == StoryState.FAILED:
        story.state = StoryState.PROCESSING
    session.flush()


def first(session: Session, job: Job, *, by: Actor) -> None:
    """Take it before everything else that waits."""
    require(by, Action.SEE_QUEUE)
    if job.state not in OPEN:
        raise Conflict("This work has ended already.")
    job.priority = FIRST
    session.flush()
