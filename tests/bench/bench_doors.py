"""How soon a story is found after it was opened, and how soon it is gone after it was withdrawn.

    PYTHONPATH=. python tests/bench/bench_doors.py [--times 30] [--others 500]

`peer-stories up` runs over an archive with so many other stories. A story is published in one process and looked for
over HTTP; then it is withdrawn, looked for at once, and the index itself is asked until nothing of it is left. Both
in ms from the commit.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path

from archive import migrations
from archive.cli.house import quiet_logs
from archive.models import Story, StoryState, WithdrawalKind
from archive.services.access import OPERATOR
from archive.services.stories import publish
from archive.services.withdrawal import withdraw
from archive.settings import Settings
from archive.wiring import House
from archive.worker import Worker
from search.documents import Audience
from search.query import Query
from tests.conftest import environment_of, free_port
from tests.factories import a_story, story_row

LONGEST_S = 20.0


def until(happens: Callable[[], bool]) -> float:
    """Milliseconds until it happens; LONGEST_S where it does not."""
    began = time.perf_counter()
    while not happens() and time.perf_counter() - began < LONGEST_S:
        time.sleep(0.01)
    return (time.perf_counter() - began) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--others", type=int, default=500)
    given = parser.parse_args()
    quiet_logs()
    with tempfile.TemporaryDirectory(prefix="peer-stories-doors-") as name:
        settings = Settings(data=Path(name) / "data", whisper_threads=2)
        migrations.upgrade(settings.database)
        house = House(settings)
        for n in range(given.others):
            a_story(house, f"Another {n}", texts=tuple(f"We spoke of bread {n} {m}." for m in range(20)))
        Worker(house).run(drain=True)
        port = free_port()
        command = [sys.executable, "-m", "archive.cli", "up", "--port", str(port)]
        up = subprocess.Popen(command, env=environment_of(settings), stdout=subprocess.PIPE, text=True)
        try:
            while "Ctrl-C" not in (up.stdout.readline() if up.stdout else "Ctrl-C"):
                pass
            trial(house, f"http://127.0.0.1:{port}/api/v1/search?mode=words&q=", given.times)
        finally:
            up.terminate()
            up.wait(30)


def trial(house: House, search: str, times: int) -> None:
    opened, gone, shown = [], [], 0
    for n in range(times):
        word = f"zanzibar{n}x"
        slug = a_story(house, f"Doors {n}", texts=tuple(f"We spoke of {word} {m}." for m in range(20)))
        number = story_row(house, slug).id
        with house.db.writing() as session:
            session.get_one(Story, number).state = StoryState.REVIEW
        holds, finds = partial(left, house, number), partial(found, search + word)
        until(lambda holds=holds: not holds())  # type: ignore[misc]
        with house.db.writing() as session:
            publish(session, session.get_one(Story, number), by=OPERATOR, unseen="a trial")
        opened.append(until(lambda finds=finds: finds() == 20))  # type: ignore[misc]
        with house.db.writing() as session:
            withdraw(session, session.get_one(Story, number), WithdrawalKind.SEALED, by=OPERATOR)
        shown += finds()
        gone.append(until(lambda holds=holds: not holds()))  # type: ignore[misc]
    for name, measured in (("published until found", opened), ("withdrawn until gone from the index", gone)):
        print(f"{name}: median {statistics.median(measured):.0f} ms, longest {max(measured):.0f} ms, of {times}")
    print(f"passages shown after a withdrawal: {shown}")


def found(address: str) -> int:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return int(json.load(answer)["total_passages"])


def left(house: House, story: int) -> int:
    """Passages of a story that the index holds."""
    texts = Query(audience=Audience.PUBLIC, text="zanzibar", limit=1000)
    return sum(hit.story == str(story) for hit in house.index.search(texts).hits)


if __name__ == "__main__":
    main()
