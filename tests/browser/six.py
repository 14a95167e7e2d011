"""Six short stories of real speech, served to whoever makes mixtapes of them; and visits that note each fault."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from archive import migrations
from archive.models import JobKind, Method, Passage, PassageState, RoleName, Scope, Story, StoryState
from archive.services import mixtapes
from archive.services.access import OPERATOR
from archive.services.accounts import add_account, make_link
from archive.services.agreements import Agreement
from archive.services.anchors import anchored
from archive.services.intake import Arrived, take_in
from archive.services.stories import About
from archive.settings import Settings
from archive.wiring import House
from archive.worker import Worker
from tests.archive.sounds import heard, tone, written
from tests.browser.conftest import served

SPEECH = Path(__file__).parents[3] / "shared" / "data" / "audio" / "speech" / "jfk.flac"
SPEECH_HZ = 16_000
# What is said in it, passage by passage: each word with the moment at which it begins, in ms, and at last the end.
SAID: tuple[tuple[tuple[str, int], ...], ...] = (
    (("And", 320), ("so,", 680), ("my", 1100), ("fellow", 1360), ("Americans,", 1720), ("", 2400)),
    (("ask", 3300), ("not", 3900), ("", 4500)),
    (
        ("what", 5360), ("your", 5640), ("country", 5940), ("can", 6340), ("do", 6620), ("for", 6880), ("you,", 7120),
        ("", 7700),
    ),
    (
        ("ask", 8040), ("what", 8420), ("you", 8720), ("can", 8940), ("do", 9200), ("for", 9460), ("your", 9720),
        ("country.", 10040), ("", 10700),
    ),
)  # fmt: skip
TITLES = ("Ice on the river", "Bread before light", "The long street", "A borrowed coat", "Nine winters", "Salt")
GONE = "Taken back"


@dataclass(frozen=True)
class Six:
    """gaps: a mixtape open to everyone, whose first voice was taken back."""

    base: str
    slugs: tuple[str, ...]
    gaps: str
    cookies: Any


def taken_in(house: House, folder: Path, n: int, title: str) -> str:
    """The same voice, each time in a file of its own, a little softer."""
    if SPEECH.exists():
        sound = written(folder / f"{n}.wav", heard(SPEECH) * (1 - n / 20), rate=SPEECH_HZ)
    else:
        sound = tone(folder / f"{n}.wav", 11, hertz=220 + 40 * n)
    scopes = {Scope.EXISTENCE: "open", Scope.MACHINE: "no", Scope.TEXT: "open", Scope.SOUND: "open"}
    about = About(title, [f"Teller {n}"], language="en", why_told="So that it is told once.")
    agreed = Agreement(Method.FORM, scopes, person=f"Teller {n}")
    return take_in(house.db, house.storage, Arrived(sound, sound.name), about, agreed, by=OPERATOR).slug


def told(house: House, folder: Path) -> tuple[str, ...]:
    slugs = tuple(taken_in(house, folder, n, title) for n, title in enumerate((*TITLES, GONE)))
    Worker(house, [JobKind.DERIVE]).run(drain=True)
    with house.db.writing() as session:
        for story in session.scalars(select(Story)):
            session.add_all(_passage(story, ordinal, said) for ordinal, said in enumerate(SAID))
            story.remix, story.state = True, StoryState.PUBLISHED
    return slugs


def _passage(story: Story, ordinal: int, said: tuple[tuple[str, int], ...]) -> Passage:
    times = [at for _, at in said]
    return Passage(
        story_id=story.id, recording_id=story.recordings[0].id, ordinal=ordinal, start_ms=times[0], end_ms=times[-1],
        text=" ".join(word for word, _ in said[:-1]), state=PassageState.MACHINE, speaker=story.narrators[0].name,
        words={"s": times[:-1], "e": times[1:], "p": [0.9] * (len(said) - 1)},
    )  # fmt: skip


def _with_a_gap(house: House, gone: str, stays: str) -> str:
    with house.db.writing() as session:
        maker = add_account(session, "another@example.org", RoleName.CONTRIBUTOR)
        tape = mixtapes.begin(session, "With a gap", by=maker)
        for slug in (gone, stays):
            story = session.scalars(select(Story).where(Story.slug == slug)).one()
            anchor = anchored(session, story.recordings[0], 5360, 7700, secret=house.secret_key)
            mixtapes.add_clip(session, tape, anchor.key, by=maker, secret=house.secret_key)
        mixtapes.show(session, tape, to_everyone=True)
        session.scalars(select(Story).where(Story.slug == gone)).one().state = StoryState.WITHDRAWN
        return tape.slug


@contextmanager
def six_stories(folder: Path, chromium: Browser) -> Iterator[Six]:
    settings = Settings(data=folder / "data")
    settings.data.mkdir()
    house = House(settings)
    migrations.upgrade(settings.database)
    slugs = told(house, folder)
    gaps = _with_a_gap(house, slugs[-1], slugs[0])
    with house.db.writing() as session:
        link = make_link(session, add_account(session, "hands@example.org", RoleName.CONTRIBUTOR))
    house.close()
    with served(settings) as base:
        context = chromium.new_context()
        page = context.new_page()
        page.goto(f"{base}/signin/{link}")
        page.get_by_role("button", name="Sign in as").click()
        page.wait_for_load_state()
        cookies = context.storage_state()
        context.close()
        yield Six(base, slugs[:-1], gaps, cookies)


@contextmanager
def visits(chromium: Browser, six: Six) -> Iterator[Callable[..., Page]]:
    """visit(path, ...) opens a page in a browser of its own, of the one who makes mixtapes or of a stranger."""
    contexts, faults = [], []

    def visit(path: str, *, signed_in: bool = True, width: int = 1280, **how: Any) -> Page:
        cookies = six.cookies if signed_in else None
        context = chromium.new_context(
            viewport={"width": width, "height": 844}, reduced_motion="reduce", storage_state=cookies, **how
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(f"{path}: {fault}"))
        page.goto(six.base + path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Six]:
    with six_stories(tmp_path_factory.mktemp("six"), chromium) as made:
        yield made


@pytest.fixture
def visit(chromium: Browser, six: Six) -> Iterator[Callable[..., Page]]:
    with visits(chromium, six) as opened:
        yield opened
