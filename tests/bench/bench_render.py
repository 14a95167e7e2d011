"""One file of a mixtape of 20 clips and of 500: seconds, megabytes, the most memory, and a request for a part of it.

    PYTHONPATH=. python tests/bench/bench_render.py

Clips of four seconds out of a recording of forty minutes; the worker is a process of its own.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import select

from archive import migrations
from archive.cli.house import quiet_logs
from archive.models import JobKind, MixtapeItem, Passage, PassageState, Rendering, RoleName, Story
from archive.services import mixtapes, renderings
from archive.services.access import OPERATOR
from archive.services.accounts import add_account
from archive.services.agreements import Agreement
from archive.services.anchors import anchored
from archive.services.intake import Arrived, take_in
from archive.services.stories import About, publish
from archive.settings import Settings
from archive.web.app import create
from archive.wiring import House
from archive.worker import Worker
from tests.archive.sounds import tone
from tests.web.spoken import OPEN_TO_ALL, Method

CLIP_S, PASSAGES = 4, 600


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--work", type=Path, help="a house whose mixtape is rendered")
    quiet_logs()
    if data := arguments.parse_args().work:
        _render(data)
        return
    for many in (20, 500):
        with tempfile.TemporaryDirectory() as folder:
            _one(Path(folder), many)


def _render(data: Path) -> None:
    house = House(Settings(data=data))
    before, began = _memory(), time.monotonic()
    Worker(house, [JobKind.RENDER]).run(drain=True)
    print(f"  {time.monotonic() - began:.1f} s; memory {before:.0f} MB before, {_memory():.0f} MB at the most")


def _one(place: Path, clips: int) -> None:
    house = House(Settings(data=place / "data"))
    migrations.upgrade(house.settings.database)
    house.__dict__["embedder"] = None
    slug = _mixtape(house, place, clips)
    print(f"{clips} clips, {clips * CLIP_S} s of sound")
    subprocess.run([sys.executable, __file__, "--work", str(place / "data")], check=True)
    with house.db.reading() as session:
        print("  MB:", {each.kind.value: round(each.size / 1e6, 2) for each in session.scalars(select(Rendering))})
    client = create(house).test_client()
    asked = []
    for _ in range(5):
        began = time.monotonic()
        answer = client.get(f"/mixtapes/{slug}/mixtape.mp3", headers={"Range": "bytes=0-99"})
        asked.append(time.monotonic() - began)
        if answer.status_code != 206:
            raise SystemExit(answer.text)
    print(f"  a request for some bytes, with every consent asked anew: {min(asked) * 1000:.0f} ms")


def _memory() -> float:
    """The most so far; ru_maxrss would be the parent's."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _mixtape(house: House, place: Path, clips: int) -> str:
    sound = tone(place / "tone.wav", CLIP_S * PASSAGES)
    agreed = Agreement(Method.FORM, OPEN_TO_ALL, person="Ana R.")
    taken = take_in(house.db, house.storage, Arrived(sound, "tone.wav"), About("Long", ["Ana R."]), agreed, by=OPERATOR)
    Worker(house, [JobKind.DERIVE]).run(drain=True)
    with house.db.writing() as session:
        story = session.get_one(Story, taken.story_id)
        recording = story.recordings[0]
        session.add_all(
            Passage(
                story_id=story.id, recording_id=recording.id, ordinal=n, start_ms=n * 4000, end_ms=n * 4000 + 3990,
                text="and we walked over the ice to school", state=PassageState.MACHINE, speaker="Ana R.",
                words={"s": [n * 4000 + w * 490 for w in range(8)], "e": [n * 4000 + w * 490 + 480 for w in range(8)],
                       "p": [0.9] * 8},
            )
            for n in range(PASSAGES)
        )  # fmt: skip
        session.flush()
        publish(session, story, by=OPERATOR)
        story.remix = True
        owner = add_account(session, "a@example.org", RoleName.CONTRIBUTOR)
        tape = mixtapes.begin(session, "Bench", by=owner)
        for n in range(clips):
            at = anchored(session, recording, n * 4000, n * 4000 + 3990, secret=house.secret_key)
            session.add(
                MixtapeItem(
                    mixtape_id=tape.id,
                    ordinal=n,
                    recording_id=recording.id,
                    start_ms=at.start_ms,
                    end_ms=at.end_ms,
                    said=at.said,
                )
            )
        mixtapes.show(session, tape, to_everyone=True)
        renderings.ask(session, tape, by=owner)
        return tape.slug


if __name__ == "__main__":
    main()
