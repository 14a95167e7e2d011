"""While a worker lives, commands hand over to it; without one they do the work themselves."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from archive.cli.up import _fill_index
from archive.models import Job, JobKind, JobState, WorkerBeat
from archive.wiring import House
from search.documents import Audience
from tests.archive.sounds import tone
from tests.conftest import Ran
from tests.factories import a_story

Run = Callable[..., Ran]
WHO = ("--narrator", "Ana R.", "--title")


@contextmanager
def a_worker(house: House, environment: dict[str, str], *words: str) -> Iterator[subprocess.Popen[bytes]]:
    worker = subprocess.Popen([sys.executable, "-m", "archive.cli", "worker", *words], env=environment)
    try:
        until = time.monotonic() + 30
        while not beats(house):
            assert time.monotonic() < until, "the worker does not live"
            time.sleep(0.05)
        yield worker
    finally:
        worker.terminate()
        assert worker.wait(30) == 0


def beats(house: House) -> list[str]:
    with house.db.reading() as session:
        return list(session.scalars(select(WorkerBeat.name)))


def done_by(house: House) -> dict[JobKind, str]:
    with house.db.reading() as session:
        done = session.scalars(select(Job).where(Job.state == JobState.DONE))
        return {job.kind: (job.worker or "").split(":")[1] for job in done}


def test_add_hands_over_to_the_worker_that_lives_and_returns_when_it_is_done(
    house: House, environment: dict[str, str], peer_stories: Run, tmp_path: Path
) -> None:
    with a_worker(house, environment) as worker:
        ran = peer_stories("add", str(tone(tmp_path / "a.wav")), *WHO, "Sound", "--waiver", "a test", "--json")
        told = json.loads(ran.out)
        assert (ran.code, told["slug"], told["state"]) == (0, "sound", "review")
        assert set(done_by(house).values()) == {str(worker.pid)}
        assert set(done_by(house)) >= {JobKind.PROCESS, JobKind.DERIVE}
        slug = a_story(house)
        assert peer_stories("unpublish", slug).code == 0
        assert peer_stories("reindex").code == 0
        assert set(done_by(house).values()) == {str(worker.pid)}
    assert beats(house) == []  # it said good-bye


def test_a_worker_that_takes_other_kinds_is_not_waited_for(
    house: House, environment: dict[str, str], peer_stories: Run, tmp_path: Path
) -> None:
    with a_worker(house, environment, "--kinds", "purge") as worker:
        ran = peer_stories("add", str(tone(tmp_path / "a.wav")), *WHO, "Sound")
        assert ran.code == 0
        assert str(worker.pid) not in done_by(house).values()


def test_drain_ends_when_nothing_is_left_and_does_all_of_it(house: House, peer_stories: Run) -> None:
    for n in range(60):
        a_story(house, f"Story {n}", texts=("One.",))
    ran = peer_stories("worker", "--drain")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    with house.db.reading() as session:
        assert set(session.scalars(select(Job.state))) == {JobState.DONE}
    assert len({story for _, story, _ in house.index.inventory("public")}) == 60
    assert beats(house) == []


def test_an_index_of_another_version_is_made_anew_when_the_archive_starts(
    house: House, work: Callable[[], None]
) -> None:
    a_story(house)
    work()
    _fill_index(house)
    assert rebuilding(house) == 0
    (house.settings.data / "index" / "public" / "CURRENT").write_text("v0-older")
    _fill_index(house)
    assert rebuilding(house) == 1
    work()
    assert len(list(house.index.inventory(Audience.PUBLIC))) > 0


def rebuilding(house: House) -> int:
    with house.db.reading() as session:
        whole = select(Job.id).where(Job.kind == JobKind.INDEX, Job.story_id.is_(None), Job.state == JobState.WAITING)
        return len(list(session.scalars(whole)))
