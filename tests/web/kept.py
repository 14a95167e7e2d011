"""A story that is given away as a keepsake, and how a test opens it."""

import io
import re
from datetime import date
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

from archive.models import Method, Rights, Scope, Story
from archive.services.access import OPERATOR
from archive.services.agreements import Agreement
from archive.services.consent import record_consent
from archive.services.stories import About
from archive.wiring import House
from tests.conftest import Visitor
from tests.web.spoken import OPEN_TO_ALL, Spoken, spoken_story

TEXTS = (
    "We kept the kaleidoscope under the floor that year",
    "and the quicksilver stood behind it in the dark",
    "until my brother came back <from> the harbour at last",
)
CC = "http://creativecommons.org/licenses/by-nc/4.0/"
HERTZ = 330  # of every tone in these tests
FINAL = "Copies cannot be called back."


def under_the_floor(house: House, folder: Path) -> Spoken:
    about = About(
        "Under the floor", ["Ana R."], interviewers=["M."], place="Skagaströnd", recorded_on=date(2026, 5, 4),
        why_told="So that it is told once.", themes=["exile"], language="en",
    )  # fmt: skip
    return spoken_story(house, folder, about, TEXTS, theme="exile")


def given_away(house: House, told: Spoken, licence: str | None = CC, **scopes: str) -> None:
    """As its narrator and its keepers say it."""
    with house.db.writing() as session:
        story = session.get_one(Story, told.id)
        said = {**OPEN_TO_ALL, Scope.REMIX: "yes"} | {Scope(name): value for name, value in scopes.items()}
        record_consent(session, story, Agreement(Method.FORM, said, person="Ana R."), by=OPERATOR)
        session.add(Rights(story_id=told.id, licence=licence, holder="Ana R.", statement="Please name her."))


def at(told: Spoken) -> str:
    return f"/stories/{told.slug}/keepsake.zip"


def opened(by: Visitor, address: str) -> dict[str, bytes]:
    """The files of the folder, by their names within it."""
    answer = by.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/zip"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    with ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        assert {each.compress_type for each in archive.infolist()} == {ZIP_STORED}
        folders = {name.partition("/")[0] for name in archive.namelist()}
        assert len(folders) == 1
        assert all(re.fullmatch(r"[a-z0-9-]{1,80}/[A-Za-z0-9-]+\.[a-z0-9]+", name) for name in archive.namelist())
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def text_of(files: dict[str, bytes]) -> str:
    return "\n".join(data.decode() for name, data in files.items() if not name.startswith("sound"))
