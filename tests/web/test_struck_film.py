"""A film in the archive: what is struck in it is neither heard nor seen in what the public gets, and the rest is."""

from pathlib import Path

from sqlalchemy import select

from archive.models import Copy, CopyKind, JobKind, Story
from archive.services import strikes
from archive.services.access import OPERATOR
from archive.services.agreements import waiver
from archive.services.intake import Arrived, take_in
from archive.services.stories import About, publish
from archive.wiring import House
from archive.worker import Worker
from tests.conftest import Visitor
from tests.uploads.films import film, flashes, tones

STRUCK = (2_000, 4_000)  # of six seconds, in each of which it flashes and sounds once


def served(house: House, by: Visitor, folder: Path) -> Path:
    """The film as anybody may have it, in a file."""
    with house.db.reading() as session:
        copy = session.scalars(select(Copy).where(Copy.kind == CopyKind.VIDEO)).one()
    path = folder / f"{copy.id}.mp4"
    answer = by.get(f"/media/{copy.id}")
    assert answer.status_code == 200
    path.write_bytes(answer.data)
    return path


def test_a_struck_stretch_of_a_film_is_dark_and_silent_for_everybody(
    house: House, stranger: Visitor, tmp_path: Path
) -> None:
    source = film(tmp_path / "film.mp4")
    about = About("Six flashes", ["Ana R."])
    taken = take_in(house.db, house.storage, Arrived(source, source.name), about, waiver("a test"), by=OPERATOR)
    Worker(house, [JobKind.DERIVE]).run(drain=True)
    with house.db.writing() as session:
        publish(session, session.get_one(Story, taken.story_id), by=OPERATOR)
    before = served(house, stranger, tmp_path)
    assert len(flashes(before)) == len(tones(before)) == 6
    with house.db.writing() as session:
        story = session.get_one(Story, taken.story_id)
        strikes.strike(session, story, strikes.spans_at(story, *STRUCK)[0], by=OPERATOR)
    assert stranger.get(f"/media/{before.stem}").status_code == 404
    Worker(house, [JobKind.DERIVE]).run(drain=True)
    after = served(house, stranger, tmp_path)
    assert after.stem != before.stem
    assert [round(at) for at in flashes(after)] == [0, 1, 4, 5]
    assert [round(at) for at in tones(after) if not 2 <= at < 2.5] == [
        0,
        1,
        4,
        5,
    ]  # and a soft one says what is missing
