"""A worker that is killed again and again while it hears a recording."""

import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import select

from archive.models import Heard, JobState, Passage
from archive.services.access import OPERATOR
from archive.services.consent import waiver
from archive.services.intake import Arrived, take_in
from archive.services.stories import About
from archive.wiring import House
from archive.work import jobs

Said = list[tuple[int | None, int | None, str, str]]


def bring_in(house: House, recording: Path) -> int:
    """The story's id; its first jobs wait."""
    about = About(recording.stem, ["Somebody"], language="en")
    return take_in(
        house.db, house.storage, Arrived(recording, recording.name), about, waiver("a trial"), by=OPERATOR
    ).story_id


def drain(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "archive.cli", "worker", "--kinds", "process", "--drain"]
    return subprocess.Popen(command, env=environment)


def hear_undisturbed(house: House, environment: dict[str, str], recording: Path) -> tuple[Said, float]:
    """What is heard when nobody kills anybody, and how many seconds that takes."""
    story_id = bring_in(house, recording)
    began = time.monotonic()
    assert drain(environment).wait(1_200) == 0
    return said(house, story_id), time.monotonic() - began


def hear_killed(
    house: House, environment: dict[str, str], recording: Path, kills: int, within: tuple[float, float], seed: int = 1
) -> tuple[Said, list[float]]:
    """What is heard when the worker gets kill -9 so many times, each at a random moment of its life, and those moments.

    A dead worker's lease is given back as `peer-stories up` does it, so that nobody waits for its end.
    """
    story_id = bring_in(house, recording)
    with house.db.writing() as session:
        for job in jobs.jobs_of(session, [story_id]):
            job.max_attempts = 1_000  # many blows are the trial itself here; giving up after some has a test of its own
    dice = random.Random(seed)
    moments: list[float] = []
    while len(moments) < kills:
        worker = drain(environment)
        moment = dice.uniform(*within)
        try:
            worker.wait(moment)
            break  # it was done before the blow fell
        except subprocess.TimeoutExpired:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        moments.append(round(moment, 2))
        with house.db.writing() as session:
            jobs.release(session, f"{socket.gethostname()}:{worker.pid}:")
    assert drain(environment).wait(1_200) == 0
    with house.db.reading() as session:
        assert [job.state for job in jobs.jobs_of(session, [story_id]) if job.kind == "process"] == [JobState.DONE]
        bounds = session.execute(select(Heard.start_ms, Heard.end_ms)).all()
    assert len(bounds) == len(set(bounds)), "a piece was heard twice"
    return said(house, story_id), moments


def said(house: House, story_id: int) -> Said:
    """Every passage with its words and their times, in order."""
    with house.db.reading() as session:
        rows = session.scalars(select(Passage).where(Passage.story_id == story_id).order_by(Passage.ordinal))
        return [(row.start_ms, row.end_ms, row.text, str(row.words)) for row in rows]
