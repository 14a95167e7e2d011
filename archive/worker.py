"""The loop: claim a job, hand it to work/, record how it ended."""

import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import structlog
from sqlalchemy.exc import SQLAlchemyError

from archive.models import JobKind, JobState, Story, StoryState
from archive.services import pace
from archive.services.acts import heal
from archive.services.consent import refresh_expired
from archive.services.embargoes import open_due
from archive.services.erasing import erase_due
from archive.services.ledger import chain
from archive.services.uploads import expire, finish_left
from archive.wiring import House
from archive.work import jobs
from archive.work.derive import derive
from archive.work.index import AT_ONCE, index_stories
from archive.work.learn import learn
from archive.work.meaning import read_for_meaning
from archive.work.process import process
from archive.work.purge import purge
from archive.work.render import render
from archive.work.renewal import renew
from archive.work.watch import Cancelled, Hopeless, Later, Watch
from uploads.media import Stopped
from uploads.speech.weights import CannotHear
from uploads.storage import StorageFull, sweep

log = structlog.get_logger()

HANDLERS: dict[JobKind, Callable[[House, jobs.Ticket, Watch], None]] = {
    JobKind.PROCESS: process,
    JobKind.DERIVE: derive,
    JobKind.PURGE: purge,
    JobKind.MEANING: read_for_meaning,
    JobKind.LEARN: learn,
    JobKind.RENDER: render,
    JobKind.INDEX: lambda house, ticket, watch: index_stories(house, [ticket], watch),
}
IDLE = False
REST = 0.25  # seconds between two looks at an empty queue
HOUSEKEEPING = 10.0
HEALING = 600.0  # between two looks whether acts.jsonl lacks an act
NO_ROOM = "There is no room left on this machine to work on the recording. It is kept; make room and try again."
NOT_NOW = 2.0  # seconds until a job is tried again that was not at fault


class Worker:
    """One at a time. `stop` may be set from a signal or another thread."""

    def __init__(self, house: House, kinds: Sequence[JobKind] = tuple(JobKind)) -> None:
        self.house, self.kinds = house, tuple(kinds)
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.stop = threading.Event()
        self._kept_at, self._healed_at = -HOUSEKEEPING, -HEALING

    def run(self, *, drain: bool = False) -> None:
        """Until stopped; with drain, until nothing is left that can be done without somebody's help."""
        sweep(self.house.bench)  # parts that a killed run left long ago
        beating = threading.Thread(target=self._beat, name="beat", daemon=True)
        beating.start()
        try:
            while not self.stop.is_set():
                if self._turn() == IDLE and drain and not self._left():
                    return
        finally:
            self.stop.set()
            beating.join()
            with suppress(SQLAlchemyError), self.house.db.writing() as session:
                jobs.leave(session, self.name)

    def _turn(self) -> bool:
        """One look at the house and one step; a database that is away is waited for."""
        try:
            self._keep_house()
            return self.step()
        except SQLAlchemyError:
            log.exception("the database does not answer")
            self.stop.wait(NOT_NOW)
            return not IDLE

    def step(self) -> bool:
        """Do one job, or one batch of INDEX jobs. False when there was none."""
        with self.house.db.writing() as session:
            tickets = jobs.claim(session, self.name, self.kinds)
            if tickets and tickets[0].kind == JobKind.INDEX:
                tickets += jobs.claim(session, self.name, [JobKind.INDEX], AT_ONCE - 1)
        if not tickets:
            self.stop.wait(REST)
            return False
        if tickets[0].kind == JobKind.INDEX:
            self._index(tickets)
        else:
            self._do(tickets[0])
        return True

    def _beat(self) -> None:
        while True:
            try:
                with self.house.db.writing() as session:
                    jobs.beat(session, self.name, self.kinds)
            except SQLAlchemyError:
                log.exception("could not say that this worker lives")  # the database may be back at the next beat
            if self.stop.wait(jobs.BEAT):
                return

    def _left(self) -> bool:
        with self.house.db.reading() as session:
            return jobs.waiting_now(session, self.kinds)

    def _keep_house(self) -> None:
        if time.monotonic() - self._kept_at < HOUSEKEEPING:
            return
        self._kept_at = time.monotonic()
        with self.house.db.writing() as session:
            for job in jobs.bury(session):
                fail_story(session.get(Story, job.story_id) if job.kind == JobKind.PROCESS else None)
            refresh_expired(session)
            open_due(session)
            erase_due(session)
            pace.forget(session)
        with self.house.db.writing() as session:
            chain(session)
        if time.monotonic() - self._healed_at >= HEALING:
            self._healed_at = time.monotonic()
            heal(self.house.db, self.house.acts)
            renew(self.house)
        finish_left(self.house.db, self.house.storage, self.house.incoming)
        expire(self.house.db, self.house.incoming)
        self.house.letters.keep_house()

    def _index(self, tickets: list[jobs.Ticket]) -> None:
        """As one batch; where that fails, one by one, so that a single story cannot hold up the others."""
        try:
            with Watch(self.house.db, tickets[0], self.stop, beside=tickets[1:]) as watch:
                index_stories(self.house, tickets, watch)
        except Exception as error:
            waits = isinstance(error, (Later, jobs.LeaseLost))
            for ticket in tickets:
                self._failed(ticket, error) if waits or len(tickets) == 1 else self._do(ticket)
            return
        for ticket in tickets:
            self._settle(ticket, JobState.DONE)

    def _do(self, ticket: jobs.Ticket) -> None:
        began = time.monotonic()
        try:
            with Watch(self.house.db, ticket, self.stop) as watch:
                HANDLERS[ticket.kind](self.house, ticket, watch)
            if ticket.kind == JobKind.INDEX:
                self._settle(ticket, JobState.DONE)
        except Exception as error:
            self._failed(ticket, error)
        else:
            log.info("job done", job=ticket.id, kind=ticket.kind, seconds=round(time.monotonic() - began, 1))

    def _settle(self, ticket: jobs.Ticket, state: JobState, error: str | None = None) -> None:
        try:
            with self.house.db.writing() as session:
                jobs.finish(session, ticket, state, error)
                if ticket.kind == JobKind.PROCESS and state == JobState.FAILED:
                    fail_story(session.get(Story, ticket.story_id))
                if ticket.kind == JobKind.PROCESS and state == JobState.CANCELLED:
                    rest_story(session.get(Story, ticket.story_id))
        except jobs.LeaseLost:
            log.warning("lease lost", job=ticket.id, kind=ticket.kind)

    def _failed(self, ticket: jobs.Ticket, error: Exception) -> None:
        match error:
            case jobs.LeaseLost():
                log.warning("lease lost", job=ticket.id, kind=ticket.kind)
            case Cancelled():
                self._settle(ticket, JobState.CANCELLED)
            case Hopeless() | CannotHear():
                self._settle(ticket, JobState.FAILED, str(error))
            case StorageFull():
                self._settle(ticket, JobState.FAILED, NO_ROOM)
            case Later() | Stopped():
                self._put_back(ticket, 0.0 if self.stop.is_set() else NOT_NOW, counted=False, error=str(error))
            case _:
                log.exception("job failed", job=ticket.id, kind=ticket.kind, attempt=ticket.attempt)
                self._again(ticket, error)

    def _again(self, ticket: jobs.Ticket, error: Exception) -> None:
        sentence = f"Something went wrong while working on this ({type(error).__name__}: {error}). Nothing was lost."
        with self.house.db.reading() as session:
            left = jobs.tries_left(session, ticket)
        if left <= 0:
            self._settle(ticket, JobState.FAILED, sentence)
        else:
            self._put_back(ticket, jobs.BACK_OFF[-min(left, len(jobs.BACK_OFF))], counted=True, error=sentence)

    def _put_back(self, ticket: jobs.Ticket, seconds: float, *, counted: bool, error: str) -> None:
        try:
            with self.house.db.writing() as session:
                jobs.put_back(session, ticket, seconds, counted=counted, error=error)
        except jobs.LeaseLost:
            log.warning("lease lost", job=ticket.id, kind=ticket.kind)


def fail_story(story: Story | None) -> None:
    if story is not None and story.state == StoryState.PROCESSING:
        story.state = StoryState.FAILED


def rest_story(story: Story | None) -> None:
    """Cancelled: what was heard is kept, and the story waits as a draft."""
    if story is not None and story.state == StoryState.PROCESSING:
        story.state = StoryState.DRAFT


def run_until_signalled(house: House, kinds: Sequence[JobKind], *, drain: bool) -> None:
    """The main loop of a worker process: SIGTERM and Ctrl-C end it at the next piece, with nothing lost."""
    worker = Worker(house, kinds)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop.set())
    worker.run(drain=drain)
