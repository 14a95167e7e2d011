"""What a running job says and hears: its progress, a wish to cancel, a lease that was lost."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from archive.db import Database
from archive.models import Job
from archive.work import jobs
from uploads.speech.segments import Piece

log = structlog.get_logger()

SAY_EVERY = 0.5  # seconds between two writes of progress


class Hopeless(Exception):
    """Trying again would not help. str() is one sentence for the person."""


class Later(Exception):
    """Not now, and not this job's fault: try again without counting the attempt."""


class Cancelled(Exception):
    """Somebody asked to stop; what is done is kept."""


def still_wanted(session: Session, ticket: jobs.Ticket) -> Job:
    """The job's row, asked in the transaction that writes: a consent or a story taken back a moment ago stops these
    very words, and these copies. Raises Cancelled, and LeaseLost as jobs.fence does."""
    job = jobs.fence(session, ticket)
    if job.cancel:
        raise Cancelled
    return job


class Watch:
    """Renews the lease from a thread of its own while the job is worked on.

    `stopping` is the worker's own wish to end: the job is then given back, not cancelled.
    """

    def __init__(
        self, db: Database, ticket: jobs.Ticket, stopping: threading.Event, beside: Sequence[jobs.Ticket] = ()
    ) -> None:
        self._db, self._ticket, self._stopping, self._beside = db, ticket, stopping, beside
        self._over = threading.Event()
        self._cancelled = threading.Event()
        self._lost = threading.Event()
        self._said_at = 0.0
        self._thread = threading.Thread(target=self._keep, name=f"lease of job {ticket.id}", daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _keep(self) -> None:
        while not self._over.wait(jobs.BEAT):
            try:
                self._renew()
            except SQLAlchemyError:
                log.exception("could not renew a lease", job=self._ticket.id)  # the next beat may still be in time

    def _renew(self) -> None:
        with self._db.writing() as session:
            wish = jobs.renew(session, self._ticket)
            for ticket in self._beside:  # done in the same batch
                jobs.renew(session, ticket)
        if wish is None:
            self._lost.set()
        elif wish:
            self._cancelled.set()

    def stop(self) -> bool:
        """Whether the work should break off at the next good place; for long steps that ask now and then."""
        return self._stopping.is_set() or self._cancelled.is_set() or self._lost.is_set()

    def check(self) -> None:
        """Raises Cancelled, Later (the worker is ending) or LeaseLost where the work should break off."""
        if self._lost.is_set():
            raise jobs.LeaseLost
        if self._cancelled.is_set():
            raise Cancelled
        if self._stopping.is_set():
            raise Later("The worker is stopping.")

    def say(self, stage: str, progress: float | None = None) -> None:
        """What is being done, and how much of it, 0 to 1. Written now and then; also asks whether to stop."""
        if time.monotonic() - self._said_at < SAY_EVERY:
            return
        self._said_at = time.monotonic()
        with self._db.writing() as session:
            jobs.report(session, self._ticket, stage, progress)
        self._renew()
        self.check()

    def through(
        self, pieces: Iterable[Piece], whole_ms: Callable[[], int], stage: str, low: float, high: float
    ) -> Iterator[Piece]:
        """Each piece in turn, telling how far into the recording it begins and stopping between two where asked to.

        whole_ms says how long the recording probably is, 0 while nobody knows: pieces need not all be known yet.
        """
        for piece in pieces:
            probably = whole_ms()
            self.say(stage, low + (high - low) * (min(1.0, piece.start_ms / probably) if probably else 0.0))
            self.check()
            yield piece

    def teller(self, stage: str, low: float, high: float) -> Callable[[float], None]:
        """A callback that puts a step's own share, 0 to 1, between low and high of the whole job."""
        return lambda share: self.say(stage, low + (high - low) * share)
