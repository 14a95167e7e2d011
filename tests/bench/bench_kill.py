"""kill -9 of the worker, twenty times at random moments on one recording: is every word where it would have been?

python tests/bench/bench_kill.py [RECORDING] [--kills 20] [--seed 1]
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from archive import migrations
from archive.settings import Settings
from archive.wiring import House
from tests.archive.killing import hear_killed, hear_undisturbed

LONG = Path(__file__).resolve().parents[3] / "shared/data/audio/long/librispeech-other.flac"


def opened(folder: str) -> tuple[House, dict[str, str]]:
    house = House(Settings(data=Path(folder)))
    migrations.upgrade(house.settings.database)
    return house, {**os.environ, "PEER_STORIES_DATA": folder}


def main() -> None:
    reading = argparse.ArgumentParser()
    reading.add_argument("recording", type=Path, nargs="?", default=LONG)
    reading.add_argument("--kills", type=int, default=20)
    reading.add_argument("--seed", type=int, default=1)
    given = reading.parse_args()
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        undisturbed, seconds = hear_undisturbed(*opened(one), given.recording)
        print(f"undisturbed: {len(undisturbed)} passages in {seconds:.0f} s")
        began = time.monotonic()
        lives = (1.0, max(seconds / 6, 6.0))  # long enough that most lives get on by a piece
        killed, moments = hear_killed(*opened(two), given.recording, given.kills, lives, given.seed)
        print(f"killed {len(moments)} times, after {moments} s of each life; done in {time.monotonic() - began:.0f} s")
    words = sum(len(text.split()) for _, _, text, _ in undisturbed)
    print(f"{'the same' if killed == undisturbed else 'NOT the same'}: {len(killed)} passages, {words} words")
    sys.exit(killed != undisturbed)


if __name__ == "__main__":
    main()
