"""Work for later: a row in the transaction that makes it necessary."""

from enum import StrEnum

from sqlalchemy import Float, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Base, Json, Key, Moment, Name, Prose, Seconds, clock, now, states


class JobKind(StrEnum):
    PROCESS = "process"
    DERIVE = "derive"
    INDEX = "index"
    PURGE = "purge"
    MEANING = "meaning"  # vectors of a story's passages
    LEARN = "learn"  # what the thesaurus says, for the index
    RENDER = "render"  # a mixtape as one file; details name it


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


WAITING_INDEX = text("state = 'waiting' and kind = 'index'")


class Job(Base):
    """run_at, lease_until are seconds on the database's clock. story_id is no foreign key: what is gone must
    still leave the index and the disk. Every write of a worker is fenced by `attempt`: a zombie changes nothing."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_claim", "state", "priority", "run_at"),
        Index("ix_job_story", "story_id", "kind", "state"),
        # One INDEX job waits for a story at most; one that is running does not stand for one that is waiting.
        Index(
            "uq_job_waiting_index", "story_id", unique=True, sqlite_where=WAITING_INDEX, postgresql_where=WAITING_INDEX
        ),
    )

    id: Mapped[Key]
    kind: Mapped[JobKind] = mapped_column(states(JobKind))
    story_id: Mapped[int | None]
    recording_id: Mapped[int | None]
    details: Mapped[Json] = mapped_column(default=dict)
    state: Mapped[JobState] = mapped_column(states(JobState), default=JobState.WAITING)
    priority: Mapped[int] = mapped_column(default=0)
    run_at: Mapped[Seconds] = mapped_column(default=clock())
    attempt: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int] = mapped_column(default=5)
    began_at: Mapped[Seconds | None]  # this attempt; with began_with it tells how much time is left
    began_with: Mapped[float | None] = mapped_column(Float)  # the progress at that moment
    lease_until: Mapped[Seconds | None]
    worker: Mapped[str | None] = mapped_column(String(120))
    stage: Mapped[Name | None]
    progress: Mapped[float | None] = mapped_column(Float)
    error: Mapped[Prose | None]
    cancel: Mapped[bool] = mapped_column(default=False)
    restricts: Mapped[bool] = mapped_column(default=False)  # INDEX: the story shows less from now on
    created_at: Mapped[Moment] = mapped_column(default=now)
    finished_at: Mapped[Moment | None]


class WorkerBeat(Base):
    """A worker says here that it lives. name is host:pid:random."""

    __tablename__ = "worker"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    kinds: Mapped[str] = mapped_column(String(120))
    beat_at: Mapped[Seconds] = mapped_column(default=clock())
