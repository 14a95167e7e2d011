"""What commands share: opening the house, and following jobs to their end."""

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import click
import structlog
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.models import Job, JobKind, JobState, Passage
from archive.settings import read
from archive.wiring import House
from archive.work import jobs
from archive.worker import Worker

ADDRESS = "address"  # a file in the data folder, while `up` serves
LOOK_EVERY = 0.2
# So many passages are waited for until they are read for what is meant, a minute or two; more than these a worker goes
# on with, while their words are found already.
WAITED_FOR = 10_000
PATIENCE = 2.0  # seconds that Ctrl-C waits for a piece of speech to end; a piece may take half a minute


def quiet_logs() -> None:
    """Only warnings, on standard error: standard output belongs to what the command says."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(30),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


@contextmanager
def opened() -> Iterator[House]:
    """The house that the environment names, with its database at this version."""
    quiet_logs()
    house = House(read())
    try:
        for sentence in house.make_ready():
            click.echo(sentence, err=True)
        yield house
    finally:
        house.close()


@dataclass(frozen=True, slots=True)
class Ended:
    state: JobState
    kind: JobKind
    error: str | None


def follow(house: House, story_ids: Sequence[int] = (), job_ids: Sequence[int] = ()) -> list[Ended]:
    """Wait until nothing is left to do for these stories and jobs, and give how their jobs ended.

    While a worker lives, it does the work; without one, or when it dies meanwhile, this process does.
    """
    own = _Own(house)
    with _bar() as bar:
        task = bar.add_task("getting ready", total=1.0)
        try:
            while True:
                with house.db.reading() as session:
                    left = _worth_waiting_for(session, jobs.open_jobs(session, story_ids, job_ids))
                    alive = all(jobs.living(session, kind) for kind in {job.kind for job in left})
                if not left:
                    break
                if not alive and not own.working:
                    own.start()
                now = next((job for job in left if job.state == JobState.RUNNING and job.stage), None)
                if now is not None:
                    bar.update(task, description=now.stage or "", completed=now.progress or 0.0)
                time.sleep(LOOK_EVERY)
        finally:
            own.end()
    with house.db.reading() as session:
        rows = jobs.jobs_of(session, story_ids, job_ids)
        return [Ended(job.state, job.kind, job.error) for job in rows]


def _worth_waiting_for(session: Session, left: list[Job]) -> list[Job]:
    """Not the reading for what is meant, where that is all that is left and takes long."""
    if not left or any(job.kind != JobKind.MEANING for job in left):
        return left
    many = 0
    for some in jobs.batched([job.story_id or 0 for job in left]):
        many += session.scalar(select(func.count(Passage.id)).where(Passage.story_id.in_(some))) or 0
    if many <= WAITED_FOR:
        return left
    click.echo(
        f"{many:,} passages are found by their words; a worker goes on reading them for what they mean.", err=True
    )
    return []


class _Own:
    """A worker in a thread of this process, for when there is no other."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._worker: Worker | None = None
        self._thread: threading.Thread | None = None

    @property
    def working(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        self._worker = Worker(self._house)
        self._thread = threading.Thread(target=self._worker.run, name="worker", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """What it is in the middle of is given back, to be done again by the next worker without waiting."""
        if self._worker is None or self._thread is None:
            return
        self._worker.stop.set()
        self._thread.join(PATIENCE)
        if self._thread.is_alive():
            with self._house.db.writing() as session:
                jobs.release(session, self._worker.name)


def _bar() -> Progress:
    """A progress bar on a terminal, silence elsewhere."""
    console = Console(stderr=True)
    columns = (
        TextColumn("  {task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn(),
    )  # fmt: skip
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def say(text: str) -> None:
    click.echo(text)


def address(house: House, path: str) -> str:
    """As people type it: the base that is set, else where `up` serves this archive now, else where it would."""
    served = house.settings.data / ADDRESS
    return f"{house.settings.base_url or (served.read_text() if served.exists() else 'http://127.0.0.1:8000')}{path}"
