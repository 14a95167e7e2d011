"""Twenty kills with kill -9 at random moments, twice: a round each, and all in one job.

    python tests/bench/bench_kill.py [--rounds 20] [--seed 1] [--model base]

Needs the real recordings of ../shared/data. Prints for each kill its moment (seconds after the worker's start), how
many pieces stood there, and whether the transcript is the one of an undisturbed run, word for word and time for time.
"""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from archive import migrations
from archive.cli.house import quiet_logs
from archive.settings import Settings
from archive.wiring import House
from tests.archive.kills import Bench, Read
from tests.archive.sounds import joined

SPOKEN = Path(__file__).parents[3] / "shared/data/audio/lj"
FILES = 8
APART_S = 11.0  # so long a silence ends a piece, and there is a commit between any two sentences


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", default="base")
    given = parser.parse_args()
    quiet_logs()
    dice = random.Random(given.seed)  # noqa: S311  moments, not secrets
    with tempfile.TemporaryDirectory(prefix="peer-stories-kill-") as folder:
        trial(Path(folder), given.rounds, given.model, dice)


def trial(folder: Path, rounds: int, model: str, dice: random.Random) -> None:
    data = folder / "data"
    settings = Settings(data=data)
    migrations.upgrade(settings.database)
    environment = {**os.environ, "PEER_STORIES_DATA": str(data), "PEER_STORIES_WHISPER_MODEL": model}
    bench = Bench(House(settings), environment)
    recording = joined(folder / "told.wav", sorted(SPOKEN.glob("*.mp3"))[:FILES], APART_S)
    slug = bench.begin(recording)
    wanted, whole_s = bench.undisturbed(slug)
    words = sum(len(text.split()) for _, _, _, text, _ in wanted)
    print(
        f"undisturbed: {whole_s:.1f} s, {bench.pieces()} pieces, {len(wanted)} passages, {words} words, model {model}"
    )
    bench.take_out(slug)
    same = [round_(bench, recording, wanted, dice.uniform(0, whole_s)) for _ in range(rounds)]
    print(f"{sum(same)} of {rounds} rounds with one kill each gave the undisturbed transcript")
    one_job(bench, recording, wanted, [dice.uniform(0, whole_s / 2) for _ in range(rounds)])


def after(seconds: float) -> Callable[[], bool]:
    until = time.monotonic() + seconds
    return lambda: time.monotonic() > until


def round_(bench: Bench, recording: Path, wanted: Read, moment: float) -> bool:
    slug = bench.begin(recording)
    killed = bench.kill(after(moment))
    pieces = bench.pieces()
    read, _ = bench.undisturbed(slug)
    same = read == wanted and bench.doubles() == 0
    kind = "killed" if killed else "had ended"
    print(f"{moment:6.2f} s {kind}: {pieces} pieces, attempts {bench.job().attempt}, {'same' if same else 'DIFFERENT'}")
    bench.take_out(slug)
    return same


def one_job(bench: Bench, recording: Path, wanted: Read, moments: list[float]) -> None:
    slug = bench.begin(recording)
    kills = 0
    for moment in moments:
        kills += bench.kill(after(moment))
        print(f"{moment:6.2f} s: {bench.pieces()} pieces", flush=True)
    read, _ = bench.undisturbed(slug)
    job = bench.job()
    same = read == wanted and bench.doubles() == 0
    print(f"one job, {kills} kills: {job.state}, attempts {job.attempt}, {'same' if same else 'DIFFERENT'}")


if __name__ == "__main__":
    main()
