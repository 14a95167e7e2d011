"""Fifty kills with kill -9 while the index is being written, and whether index and database agree after each.

    python tests/bench/bench_kill_index.py [--kills 50] [--passages 3000] [--seed 1]

Needs ../shared. In each round the texts and the vectors of some stories change, or all is to be made anew; a worker
that indexes is killed at a random moment of its work, another one does the rest, and `peer-stories check` has to find
nothing. Then passages drawn by chance are asked for by their own vectors, and have to be the nearest to these.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import func, select, update

from archive import migrations
from archive.cli.house import quiet_logs
from archive.db import clock
from archive.models import Job, JobKind, JobState, Passage, PassageVector, Story, indexing
from archive.services.vectors import told_in_context
from archive.settings import Settings
from archive.wiring import House
from search.documents import Audience
from search.query import Mode, Query
from tests.bench.passages import made_up, make_corpus

ASKED = 20
LONGEST_S = 300


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--passages", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    quiet_logs()
    with tempfile.TemporaryDirectory(prefix="peer-stories-kill-") as name:
        folder = Path(name)
        settings = Settings(data=folder / "data")
        migrations.upgrade(settings.database)
        make_corpus(folder, given.passages)
        trial = Trial(House(settings), random.Random(given.seed), given.passages)
        trial.command("seed", str(folder / "corpus.jsonl"))
        trial.run(given.kills)


class Trial:
    def __init__(self, house: House, dice: random.Random, passages: int) -> None:
        self._house, self._dice = house, dice
        self._environment = {**os.environ, "PEER_STORIES_DATA": str(house.settings.data)}
        self._vectors = list(made_up(passages))

    def run(self, wanted: int) -> None:
        self._change(every=True)
        whole_s = self._undisturbed()
        print(f"undisturbed: {whole_s:.2f} s from the first job taken to the end", flush=True)
        kills = faults = strange = round_ = 0
        while kills < wanted:
            anew = round_ % 5 == 4
            self._change(every=anew)
            moment = self._dice.uniform(0, whole_s if anew else whole_s / 3)  # half the stories are sooner done
            killed = self._killed(moment)
            self._undisturbed()
            said = self.command("check", fails=True)
            wrong = self._strange()
            kills, faults, strange = kills + killed, faults + bool(said), strange + wrong
            print(
                f"{kills:3} {'anew ' if anew else ''}{'killed' if killed else 'had ended'} after {moment:.2f} s:"
                f" {said or 'agrees'}, {wrong} strange neighbours",
                flush=True,
            )
            round_ += 1
        print(f"{kills} kills: check found faults {faults} times, {strange} strange neighbours in {round_} rounds")

    def command(self, *words: str, fails: bool = False) -> str:
        """What a command says when it fails, which it may not unless told so."""
        command = [sys.executable, "-m", "archive.cli", *words]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, timeout=LONGEST_S)
        assert fails or done.returncode == 0, done.stderr
        return (done.stdout + done.stderr).strip() if done.returncode else ""

    def _change(self, *, every: bool) -> None:
        """New words and new vectors for half the passages of some stories, or of all, which are then made anew."""
        with self._house.db.writing() as session:
            ids = list(session.scalars(select(Story.id)))
            changed = ids if every else self._dice.sample(ids, max(1, len(ids) // 2))
            for passage in session.scalars(select(Passage).where(Passage.story_id.in_(changed))):
                if every or self._dice.random() < 0.5:
                    passage.text = f"{passage.text[:400]} {self._dice.randrange(1_000_000)}"
        with self._house.db.writing() as session:  # a changed text has lost its vector by now
            for passage in session.scalars(select(Passage).where(Passage.story_id.in_(changed))):
                vector = self._dice.choice(self._vectors)
                session.merge(PassageVector(passage_id=passage.id, model="made up", vector=vector))
            indexing.mark(session, changed)
            if every:
                session.add(Job(kind=JobKind.INDEX, story_id=None, priority=4))

    def _worker(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "archive.cli", "worker", "--kinds", "index", "--drain"]
        nowhere = subprocess.DEVNULL
        return subprocess.Popen(command, env=self._environment, stdout=nowhere, stderr=nowhere)

    def _undisturbed(self) -> float:
        worker = self._worker()
        self._until_taken(worker)
        began = time.monotonic()
        assert worker.wait(LONGEST_S) == 0
        return time.monotonic() - began

    def _killed(self, moment: float) -> bool:
        worker = self._worker()
        self._until_taken(worker)
        end = time.monotonic() + moment
        while worker.poll() is None and time.monotonic() < end:
            time.sleep(0.005)
        killed = worker.poll() is None
        worker.kill()
        worker.wait()
        with self._house.db.writing() as session:  # a minute passes
            held = update(Job).where(Job.state == JobState.RUNNING)
            session.execute(held.values(lease_until=clock() - 1))
        return killed

    def _until_taken(self, worker: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + LONGEST_S
        while worker.poll() is None and not self._jobs([JobState.RUNNING]):
            assert time.monotonic() < until, "no job was taken"
            time.sleep(0.005)

    def _jobs(self, states: Sequence[JobState]) -> int:
        with self._house.db.reading() as session:
            count = select(func.count(Job.id)).where(Job.kind == JobKind.INDEX, Job.state.in_(states))
            return session.scalar(count) or 0

    def _strange(self) -> int:
        """Passages that are not the nearest to their own vector as it stands among those around it; others may have
        the same one."""
        same: dict[bytes, set[str]] = {}
        with self._house.db.reading() as session:
            for story in session.scalars(select(Story.id)):
                told = select(Passage).where(Passage.story_id == story).order_by(Passage.ordinal)
                passages = session.scalars(told).all()
                for passage, vector in zip(passages, told_in_context(session, passages), strict=True):
                    if vector is not None:
                        same.setdefault(vector, set()).add(str(passage.id))
        wrong = 0
        for vector in self._dice.sample(sorted(same), ASKED):
            asked = Query(audience=Audience.PUBLIC, mode=Mode.MEANING, vector=vector, limit=len(same[vector]))
            wrong += {hit.id for hit in self._house.index.search(asked).hits} != same[vector]
        return wrong


if __name__ == "__main__":
    main()
