"""Striking real speech in a quarter of an hour and in two hours: when the new copies are there, and what is left.

    PYTHONPATH=. python tests/bench/bench_strike.py [--hours 2]

Six utterances of ../shared/data/audio/long are struck by the times that people wrote down, in one recording as it is
and in one joined of it over and over. The archive lies in a temporary folder; its worker is a process of its own.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from sqlalchemy import select

from archive import migrations
from archive.cli.house import quiet_logs
from archive.models import Job, JobState, Method, Scope, Story
from archive.services import strikes
from archive.services.access import OPERATOR
from archive.services.agreements import EVERYTHING_BUT_REUSE, Agreement
from archive.services.intake import Arrived, take_in
from archive.services.sealing import spans_of
from archive.services.stories import About, publish, story_by_slug
from archive.settings import Settings
from archive.web.app import create
from archive.wiring import House
from tests.archive.leaks import Said, bare, public_copies, references, runs, silent_db, spoken, told
from tests.archive.sounds import SPEECH_RATE, heard, written
from tests.conftest import Visitor
from uploads.media import soundtrack
from uploads.speech.whisper import Transcriber

AUDIO = Path(__file__).parents[3] / "shared/data/audio/long"
STRUCK = (2, 7, 13, 21, 33, 45)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--hours", type=float, default=2.0)
    hours = arguments.parse_args().hours
    quiet_logs()
    said = references(AUDIO / "librispeech-other.json")
    struck = [said[n] for n in STRUCK]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        once = heard(AUDIO / "librispeech-other.flac")
        short = written(place / "quarter.flac", once, rate=SPEECH_RATE, codec="flac")
        _one(place / "short", short, said, struck, machine=True)
        times = round(hours * 3600 * SPEECH_RATE / len(once))
        long = written(place / "hours.flac", np.tile(once, times), rate=SPEECH_RATE, codec="flac")
        _one(place / "long", long, said, struck, machine=False)


def _one(data: Path, recording: Path, said: list[Said], struck: list[Said], *, machine: bool) -> None:
    house = House(Settings(data=data, whisper_threads=2))
    migrations.upgrade(house.settings.database)
    by = Visitor(create(house).test_client(), house)
    scopes = {**EVERYTHING_BUT_REUSE, Scope.MACHINE: "yes" if machine else "no"}
    agreed = Agreement(Method.WAIVER, scopes, reason="a bench")
    about = About(data.name, ["A reader"], language="en")
    taken = take_in(house.db, house.storage, Arrived(recording, recording.name), about, agreed, by=OPERATOR)
    print(f"\n{data.name}: {len(heard(recording)) / SPEECH_RATE:.0f} s of sound")
    _worked(house, "heard, and copies made")
    with house.db.writing() as session:
        publish(session, session.get_one(Story, taken.story_id), by=OPERATOR)
    before = hashlib.sha256(recording.read_bytes()).hexdigest()
    kept = runs(word for each in said if each not in struck for word in each.words)
    forbidden = set().union(*(runs(each.words) for each in struck)) - kept
    if machine:
        found = len(forbidden & runs(spoken(by, taken.slug)))
        print(f"  of {len(forbidden)} runs of four struck words, in the transcript before: {found}")
    with house.db.writing() as session:
        story = story_by_slug(session, taken.slug, OPERATOR)
        for each in struck:
            strikes.strike(session, story, strikes.spans_at(story, *each.span)[0], by=OPERATOR)
        spans = spans_of(strikes.strikes_of(session, story))
    found = len(forbidden & runs(bare(told(by, taken.slug))))
    print(f"  in everything written at once after: {found}; {len(spans)} spans")
    _worked(house, "copies without them")
    copies = public_copies(by, taken.slug, data)
    for path in copies:
        print(
            f"  {path.suffix}: loudest of the struck stretches {max(silent_db(path, each) for each in struck):.1f} dBFS"
        )
    with house.db.reading() as session:
        master = house.storage.path(story_by_slug(session, taken.slug, OPERATOR).recordings[0].storage_key)
    assert master is not None
    print(f"  master as it was: {hashlib.sha256(master.read_bytes()).hexdigest() == before}")
    if machine:
        print(f"  of them in what Whisper hears in the public copy: {len(forbidden & runs(_again(copies[0])))}")
    house.close()


def _worked(house: House, what: str) -> None:
    """A worker as in life, until nothing is left to do."""
    command = [sys.executable, "-m", "archive.cli", "worker", "--drain"]
    began, before = time.monotonic(), os.times()
    environment = os.environ | {"PEER_STORIES_DATA": str(house.settings.data), "PEER_STORIES_WHISPER_THREADS": "2"}
    subprocess.run(command, env=environment, check=True)
    took, after = time.monotonic() - began, os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    with house.db.reading() as session:
        failed = list(session.scalars(select(Job.error).where(Job.state == JobState.FAILED)))
    print(f"  {what}: {took:.1f} s, {spent:.1f} processor seconds, the worker's start included {failed or ''}")


def _again(path: Path) -> list[str]:
    hears = Transcriber(None, device="cpu", threads=2)
    track = soundtrack(path, path.with_suffix(".pcm"))
    return bare(" ".join(word.text for piece in hears.pieces(track) for word in hears.hear(track, piece, "en")))


if __name__ == "__main__":
    main()
