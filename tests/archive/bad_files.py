"""Files that people bring by mistake, each with a part of the sentence that they should read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, select

from archive.models import Consent, Job, Person, Recording, Story, Theme
from archive.wiring import House
from tests.archive.sounds import cut_short, silent_video, tone, unknown_codec


def empty(folder: Path) -> Path:
    (folder / "empty.mp3").touch()
    return folder / "empty.mp3"


def text_file(folder: Path) -> Path:
    (folder / "notes.mp3").write_text("Dear Ana, here are the questions for Thursday.\n" * 40)
    return folder / "notes.mp3"


def list_of_files(folder: Path) -> Path:
    """A list that would play its neighbour: somebody else's file on this machine."""
    tone(folder / "neighbour.wav")
    (folder / "list.mp3").write_text("ffconcat version 1.0\nfile neighbour.wav\n")
    return folder / "list.mp3"


def without_its_end(folder: Path) -> Path:
    return cut_short(folder / "half.m4a", tone(folder / "whole.m4a", 5, codec="aac", rate=44_100), 0.5)


def strange(folder: Path) -> Path:
    return unknown_codec(folder / "strange.wav")


def picture_only(folder: Path) -> Path:
    return silent_video(folder / "picture.mp4")


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "an empty file": (empty, "it is empty"),
    "a text named .mp3": (text_file, "not a sound or video file"),
    "a list named .mp3": (list_of_files, "a list that points to other files"),
    "a file without its end": (without_its_end, "its end is missing"),
    "an unknown codec": (strange, "in a way that we cannot play"),
    "a video without sound": (picture_only, "a video without sound"),
}


def kept(house: House) -> list[str]:
    """All that is left in the archive: rows, stored files, files that were arriving. Empty where nothing is."""
    with house.db.reading() as session:
        rows = {table.__tablename__: session.scalar(select(func.count(table.id)))
                for table in (Story, Recording, Person, Theme, Consent, Job)}  # fmt: skip
    folders = ("files", "incoming", "bench")
    files = [path for folder in folders for path in (house.settings.data / folder).rglob("*") if path.is_file()]
    return [f"{count} {name}" for name, count in rows.items() if count] + [str(path) for path in files]


@contextmanager
def unharmed(path: Path) -> Iterator[None]:
    """The file somebody brought stays where it was, as it was."""
    before = path.read_bytes()
    yield
    assert path.read_bytes() == before
