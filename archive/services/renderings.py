"""A mixtape as one file: asked for by whoever makes it, made by a job, and thrown away when it is not true any more."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Job, JobKind, JobState, Mixtape, Rendering
from archive.services.access import Actor, Who, account_of, standing
from archive.services.errors import Conflict, NotFound

UNDER_WAY = (JobState.WAITING, JobState.RUNNING)
NAMED = "mixtape"  # in the details of a job
LOW = -1  # whoever waits for words or for sound comes first


def may_ask(held: Mixtape, *, by: Actor) -> bool:
    """Its maker, and those who keep the archive."""
    account = account_of(by)
    return account is not None and (account.id == held.account_id or Who.CURATOR in standing(by))


def ask(session: Session, held: Mixtape, *, by: Actor) -> Job:
    """Raises NotFound for whoever may hear it and not ask this of it, Conflict where it is being made already."""
    if not may_ask(held, by=by):
        raise NotFound("There is no such mixtape here.")
    if under_way(session, held.id):
        raise Conflict("It is being made already. It takes a minute or two.")
    return queue(session, held.id)


def queue(session: Session, mixtape_id: int) -> Job:
    job = Job(kind=JobKind.RENDER, details={NAMED: mixtape_id}, priority=LOW)
    session.add(job)
    session.flush()
    return job


def latest(session: Session, mixtape_id: int) -> Job | None:
    """The job that makes it, or made it, or could not."""
    mine = select(Job).where(Job.kind == JobKind.RENDER, Job.details[NAMED].as_integer() == mixtape_id)
    return session.scalars(mine.order_by(Job.id.desc()).limit(1)).first()


def under_way(session: Session, mixtape_id: int) -> bool:
    job = latest(session, mixtape_id)
    return job is not None and job.state in UNDER_WAY


def files_of(session: Session, mixtape_id: int) -> Sequence[Rendering]:
    return session.scalars(select(Rendering).where(Rendering.mixtape_id == mixtape_id)).all()


def throw_away(session: Session, mixtape_id: int, stamp: str | None = None) -> bool:
    """Its files lose their addresses with this transaction, and go from the disk after it. stamp: those that bear it
    alone. Gives whether there were any."""
    old = [each for each in files_of(session, mixtape_id) if stamp is None or each.stamp == stamp]
    for each in old:
        session.delete(each)
    if old:
        keys = [each.storage_key for each in old]
        session.add(Job(kind=JobKind.PURGE, details={"keys": keys}, priority=3))
    session.flush()
    return bool(old)
