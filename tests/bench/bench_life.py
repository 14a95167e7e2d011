"""Web server and worker killed with kill -9, fifty times at random, during the whole lives of stories.

    PYTHONPATH=. python tests/bench/bench_life.py [--kills 50] [--seed 1]

Each life: a draft, an upload in small pieces, the machine's hearing, copies, a public page, the search index. Prints
for each whether transcript and recording are those of an undisturbed life, how many things were there twice or failed,
and how long it took until another worker went on with what a killed one had held. Needs ../shared/data.
"""

import argparse
import hashlib
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from archive import migrations
from archive.cli.house import quiet_logs
from archive.settings import Settings
from archive.wiring import House
from tests.archive.lives import Killer, Life
from tests.archive.sounds import joined
from tests.conftest import environment_of

SPOKEN = Path(__file__).parents[3] / "shared/data/audio/lj"
APART_S = 11.0
A_LIFE = 5  # kills at most: a job that comes to nothing five times in a row is given up, and rightly


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    quiet_logs()
    with tempfile.TemporaryDirectory(prefix="peer-stories-life-") as name:
        lives(Path(name), given.kills, random.Random(given.seed))  # noqa: S311


def lives(folder: Path, kills: int, dice: random.Random) -> None:
    settings = Settings(data=folder / "data", whisper_threads=2)
    migrations.upgrade(settings.database)
    recording = joined(folder / "told.wav", sorted(SPOKEN.glob("*.mp3"))[:6], APART_S)
    life = Life(House(settings))
    with life.served():
        began = time.monotonic()
        slug = life.live(recording)
        wanted, sha256 = life.read(slug), hashlib.sha256(recording.read_bytes()).hexdigest()
        print(f"undisturbed: {time.monotonic() - began:.0f} s, {len(wanted)} passages", flush=True)
        while len(life.killed) < kills:
            life.take_out(slug)
            before, began = len(life.killed), time.monotonic()
            killer = Killer(life, dice, min(A_LIFE, kills - before), (0.3, 8.0))
            killer.start()
            slug = life.live(recording)
            killer.stop.set()
            killer.join()
            same, kept = life.read(slug) == wanted, life.recorded(slug) == sha256
            print(
                f"{len(life.killed) - before} kills in {time.monotonic() - began:.0f} s: the same words {same}, "
                f"the same recording {kept}, twice or failed {life.doubles()}",
                flush=True,
            )
    waits = sorted(life.went_on_s)
    if waits:
        print(f"another worker went on after {waits[len(waits) // 2]:.1f} s (median), {waits[-1]:.1f} s (most)")
    checked = subprocess.run([sys.executable, "-m", "archive.cli", "check"], env=environment_of(settings), check=False)
    print(f"{len(life.killed)} kills; check ended with {checked.returncode}")


if __name__ == "__main__":
    main()
