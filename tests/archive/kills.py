"""A worker in a process of its own, killed with kill -9, and what stands in the archive afterwards."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select, update

from archive.db import clock
from archive.models import Heard, Job, JobKind, JobState, Method, Passage, Scope
from archive.services.access import OPERATOR
from archive.services.agreements import Agreement
from archive.services.intake import Arrived, take_in
from archive.services.stories import About, remove_story, story_by_slug
from archive.services.transcripts import passages_of
from archive.wiring import House
from archive.worker import Worker

LONGEST_S = 240
MAY_BE_HEARD = Agreement(Method.FORM, {Scope.MACHINE: "yes"}, person="Ana R.")
Read = list[tuple[int, int | None, int | None, str, object]]


@dataclass(frozen=True)
class Bench:
    """An archive whose worker is started, and killed, from here."""

    house: House
    environment: dict[str, str]

    def begin(self, recording: Path) -> str:
        """A story whose PROCESS job waits. One that held the same recording is taken out first."""
        about = About("Told once", ["Ana R."], language="en")
        arrived = Arrived(recording, recording.name)
        return take_in(self.house.db, self.house.storage, arrived, about, MAY_BE_HEARD, by=OPERATOR).slug

    def take_out(self, slug: str) -> None:
        with self.house.db.writing() as session:
            remove_story(session, story_by_slug(session, slug, OPERATOR), by=OPERATOR)
        Worker(self.house, [JobKind.PURGE, JobKind.INDEX]).run(drain=True)

    def worker(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "archive.cli", "worker", "--kinds", "process", "--drain"]
        return subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def undisturbed(self, slug: str) -> tuple[Read, float]:
        """The transcript, and how many seconds a worker took from its start to its end."""
        began = time.monotonic()
        worker = self.worker()
        assert worker.wait(LONGEST_S) == 0
        return self.read(slug), time.monotonic() - began

    def kill(self, when: Callable[[], bool]) -> bool:
        """Start a worker and kill it as soon as `when` says so; False where it had done everything before."""
        worker = self.worker()
        until = time.monotonic() + LONGEST_S
        while worker.poll() is None and not when():
            assert time.monotonic() < until, "the moment to kill never came"
            time.sleep(0.01)
        killed = worker.poll() is None
        worker.kill()
        worker.wait()
        self.forget()
        return killed

    def forget(self) -> None:
        """Wait for the lease of a killed worker to end, without waiting."""
        with self.house.db.writing() as session:  # a minute passes
            held = update(Job).where(Job.state == JobState.RUNNING, Job.kind == JobKind.PROCESS)
            session.execute(held.values(lease_until=clock() - 1))

    def pieces(self) -> int:
        with self.house.db.reading() as session:
            return session.scalar(select(func.count(Heard.id))) or 0

    def job(self) -> Job:
        with self.house.db.reading() as session:
            return session.scalars(
                select(Job).where(Job.kind == JobKind.PROCESS).order_by(Job.id.desc()).limit(1)
            ).one()

    def read(self, slug: str) -> Read:
        with self.house.db.reading() as session:
            told = passages_of(session, story_by_slug(session, slug, OPERATOR))
            return [(each.ordinal, each.start_ms, each.end_ms, each.text, each.words) for each in told]

    def doubles(self) -> int:
        """Pieces, and passages, that stand there twice."""
        with self.house.db.reading() as session:
            starts = list(session.scalars(select(Heard.start_ms)))
            passages = list(session.scalars(select(Passage.start_ms)))
        return len(starts) - len(set(starts)) + len(passages) - len(set(passages))
