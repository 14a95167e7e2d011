"""A story with sound, whose words the test writes itself: its consent keeps the machine away."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import func, select

from archive.models import Account, JobKind, Method, Passage, PassageState, Scope, Story
from archive.services.access import OPERATOR, Actor
from archive.services.agreements import EVERYTHING_BUT_REUSE, Agreement
from archive.services.intake import Arrived, take_in
from archive.services.stories import About, publish
from archive.services.tagging import tag_passage
from archive.wiring import House
from archive.worker import Worker
from tests.archive.sounds import tone

OPEN_TO_ALL = {**EVERYTHING_BUT_REUSE, Scope.MACHINE: "no"}


@dataclass(frozen=True)
class Spoken:
    """A story, and the ids under which its parts have addresses."""

    id: int
    slug: str
    passages: list[int] = field(default_factory=list)
    taggings: list[int] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)


def spoken_story(
    house: House,
    folder: Path,
    about: About,
    texts: tuple[str, ...],
    *,
    theme: str,
    by: Actor = OPERATOR,
    hertz: float = 330,
) -> Spoken:
    """Open to everyone, two seconds a passage, with word times; the theme stands on its first passage. Its sound is a
    tone of so many hertz."""
    key = f"{about}{texts}{theme}{hertz}"
    return _once(house, key, lambda: _told(house, folder, about, texts, theme, by, hertz), by)


def _told(
    house: House, folder: Path, about: About, texts: tuple[str, ...], theme: str, by: Actor, hertz: float
) -> Spoken:
    agreed = Agreement(Method.FORM, OPEN_TO_ALL, person=about.narrators[0])
    seconds = 2 * len(texts)
    sound = tone(folder / f"{about.title}.wav", seconds, loud=0.1 + len(about.title) / 200, hertz=hertz)
    taken = take_in(house.db, house.storage, Arrived(sound, sound.name), about, agreed, by=by)
    Worker(house, [JobKind.DERIVE]).run(drain=True)
    with house.db.writing() as session:
        story = session.get_one(Story, taken.story_id)
        passages = [_passage(story, n, text) for n, text in enumerate(texts)]
        session.add_all(passages)
        session.flush()
        tagging = tag_passage(session, passages[0], theme, by=OPERATOR)
        publish(session, story, by=OPERATOR)
        story.opening = texts[0]
        copies = [copy.id for copy in story.recordings[0].copies]
        return Spoken(story.id, story.slug, [passage.id for passage in passages], [tagging.id], copies)


_MADE: dict[str, tuple[Path, Spoken]] = {}  # what was made in this process, to be copied as the template is


def _once(house: House, key: str, tell: Callable[[], Spoken], by: Actor) -> Spoken:
    """The first story of a house is taken in, encoded and told once for all tests that begin with the same one."""
    database = house.settings.data / "archive.sqlite"
    with house.db.reading() as session:
        new = not sum(session.scalar(select(func.count(each.id))) or 0 for each in (Story, Account))
    if not (new and database.is_file() and by is OPERATOR):
        return tell()
    if key not in _MADE:
        made, kept = tell(), Path(mkdtemp(prefix="told-", dir=house.settings.data.parent.parent))
        with closing(sqlite3.connect(database)) as one, closing(sqlite3.connect(kept / "archive.sqlite")) as two:
            one.backup(two)
        shutil.copytree(house.settings.data, kept, dirs_exist_ok=True, ignore=_but_files)
        _MADE[key] = kept, made
        return made
    kept, made = _MADE[key]
    shutil.copytree(kept, house.settings.data, dirs_exist_ok=True, ignore=_but_files)
    with closing(sqlite3.connect(kept / "archive.sqlite")) as one, closing(sqlite3.connect(database)) as two:
        one.backup(two)
    return made


_but_files = shutil.ignore_patterns("archive.sqlite*", "index*")


def _passage(story: Story, n: int, text: str) -> Passage:
    many = len(text.split())
    starts = [n * 2000 + word * 2000 // many for word in range(many)]
    times = {"s": starts, "e": [start + 100 for start in starts], "p": [0.9] * many}
    return Passage(
        story_id=story.id, recording_id=story.recordings[0].id, ordinal=n, start_ms=n * 2000, end_ms=n * 2000 + 1900,
        text=text, words=times, confidence=0.9, state=PassageState.MACHINE,
    )  # fmt: skip
