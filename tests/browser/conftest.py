"""One archive, served as people serve it, and a real Chromium to read it with."""

import math
import os
import shutil
import struct
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import migrations
from archive.models import Account, Method, Passage, PassageState, RoleName, Scope, Story, StoryState, Takedown
from archive.services import (
    cautions,
    desk,
    messages,
    mixtapes,
    public_shelves,
    readings,
    renderings,
    saved_searches,
    takedowns,
)
from archive.services.access import OPERATOR
from archive.services.accounts import add_account, make_link
from archive.services.agreements import Agreement
from archive.services.anchors import anchored
from archive.services.intake import Arrived, take_in
from archive.services.readings import Felt
from archive.services.stories import About
from archive.services.tagging import tag_passage, tag_story
from archive.services.transcripts import passages_of
from archive.settings import Settings
from archive.wiring import House
from archive.worker import Worker
from tests.browser.telling import LONG, PASSAGES, TIDE, Said
from tests.conftest import free_port

# Without these Chromium calls home at every start; the last lets a page play before anybody has touched it.
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required",
    # A microphone that beeps once a second, and is lent without asking where a page may have one at all.
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
)  # fmt: skip


SOON_S = 5
RATE = 8000
LONGEST_SOUND_S = 120  # two hours of sound would only be encoded for minutes: a page does not weigh it


@dataclass(frozen=True)
class Archive:
    """Its address, the stories it holds, the id of a passage of the spoken one, and a link that signs a curator in.
    Somebody asked that something be taken down, and wrote to a narrator; the draft holds a warning, and so does the
    second passage of `warned`. The curator keeps a passage on a shelf."""

    base: str
    spoken: str
    long: str
    draft: str
    sign_in: str
    passage: int
    request: int
    code: str
    letter: str
    warned: str
    shelf: int


def tone(path: Path, seconds: int) -> Path:
    """A sound whose words can be known exactly, because the test says when they are said."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for second in range(seconds):
            loud = 3000 + 1000 * (second % 7)
            file.writeframes(b"".join(struct.pack("<h", int(loud * math.sin(n / 6))) for n in range(RATE)))
    return path


def tell(house: House, folder: Path, title: str, said: tuple[Said, ...], state: StoryState) -> str:
    """A story with sound, written by hand and not by a machine: its consent keeps the machine away."""
    scopes = {Scope.EXISTENCE: "open", Scope.MACHINE: "no", Scope.TEXT: "open", Scope.SOUND: "open"}
    agreed = Agreement(Method.FORM, scopes, person="Ana R.")
    seconds = min(math.ceil(said[-1].end_ms / 1000), LONGEST_SOUND_S)
    sound = tone(folder / f"{len(title)}.wav", seconds)
    about = About(title, ["Ana R."], interviewers=["M."], language="en", why_told="So that it is told once.")
    taken = take_in(house.db, house.storage, Arrived(sound, sound.name), about, agreed, by=OPERATOR)
    Worker(house).run(drain=True)
    with house.db.writing() as session:
        story = session.get_one(Story, taken.story_id)
        rows = [
            Passage(
                story_id=story.id, recording_id=story.recordings[0].id, ordinal=n, start_ms=each.start_ms,
                end_ms=each.end_ms, speaker=each.speaker, text=each.text, words=each.words,
                state=PassageState.MACHINE,
            )
            for n, each in enumerate(said)
        ]  # fmt: skip
        session.add_all(rows)
        session.flush()
        tag_story(session, story, "work", by=OPERATOR)
        tag_passage(session, rows[0], "doubt", by=OPERATOR)
        story.state = state
    Worker(house).run(drain=True)
    return taken.slug


def written_back(session: Session, spoken: str, draft: str) -> Takedown:
    """What people outside wrote, and a warning before the second passage of the draft."""
    told, warned = (session.scalars(select(Story).where(Story.slug == slug)).one() for slug in (spoken, draft))
    messages.write(session, told, "I called my brother the next morning.", sender="x", by=None)
    cautions.warn(session, warned, PASSAGES[1].start_ms, PASSAGES[1].end_ms, "an empty table", by=OPERATOR)
    return takedowns.ask(
        session, takedowns.Wish(f"/stories/{spoken}", "My name is in it.", contact="bo@example.org"), by=None
    )


def felt(session: Session, spoken: str, warned: str, by: Account) -> None:
    """How some passages feel to the curator, one of them warned of; and a shelf with a story and a passage on it."""
    told, low = (session.scalars(select(Story).where(Story.slug == slug)).one() for slug in (spoken, warned))
    shelf = public_shelves.shelf_by_slug(session, "hopeful-stories-about-people", by=by)
    public_shelves.put_story(session, shelf, told, by=by)
    for n, passage in enumerate(passages_of(session, told)[:4]):
        readings.read_passage(session, passage, Felt(1.5 - n, -1.0), by=by)
        public_shelves.put_passage(session, shelf, passage, by=by)
    readings.read_passage(session, passages_of(session, low)[1], Felt(-2.0, 2.0), by=by)
    readings.read_story(session, told, Felt(1.5, -1.0), by=by)


def _mixtape(session: Session, house: House, told: Story) -> None:
    """Somebody's, open to everyone: two clips and words between."""
    maker = add_account(session, "maker@example.org", RoleName.CONTRIBUTOR)
    tape = mixtapes.begin(session, "One winter", by=maker)
    for each in PASSAGES[1:3]:
        anchor = anchored(session, told.recordings[0], each.start_ms, each.end_ms, secret=house.secret_key)
        mixtapes.add_clip(session, tape, anchor.key, by=maker, secret=house.secret_key)
        mixtapes.add_words(session, tape, "And then:")
    mixtapes.show(session, tape, to_everyone=True)
    renderings.ask(session, tape, by=maker)


def until(page: Page, happens: str) -> None:
    """Waits for a script's answer; Playwright's own way needs eval, which these pages forbid."""
    end = time.monotonic() + SOON_S
    while not page.evaluate(happens):
        assert time.monotonic() < end, f"it did not happen: {happens}"
        page.wait_for_timeout(20)


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All on one worker of xdist: each would otherwise make and serve an archive of its own."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("browser")
    settings = Settings(data=folder / "data")
    settings.data.mkdir()
    house = House(settings)
    migrations.upgrade(settings.database)
    spoken = tell(house, folder, "The year I stopped pretending", PASSAGES, StoryState.PUBLISHED)
    long = tell(house, folder, "Two hours in one kitchen", LONG, StoryState.PUBLISHED)
    draft = tell(house, folder, "Not yet for everyone", PASSAGES[:3], StoryState.REVIEW)
    warned = tell(house, folder, "Low tide", TIDE, StoryState.PUBLISHED)
    with house.db.writing() as session:
        curator = add_account(session, "curator@example.org", RoleName.CURATOR)
        link = make_link(session, curator)
        passage = passages_of(session, session.scalars(select(Story).where(Story.slug == spoken)).one())[1].id
        for story in session.scalars(select(Story)):
            story.remix = story.embed = True  # as consents would have it
        _mixtape(session, house, session.scalars(select(Story).where(Story.slug == spoken)).one())
        asked = written_back(session, spoken, draft)
        told = session.scalars(select(Story).where(Story.slug == warned)).one()
        cautions.warn(session, told, TIDE[1].start_ms, TIDE[1].end_ms, "a death", by=OPERATOR)
        shelf = desk.keep(session, passage, by=curator).shelf_id
        saved_searches.save_search(session, "q=kitchen", "Kitchens", by=curator)
        felt(session, spoken, warned, curator)
    letter = house.letters.written()[0].id
    house.close()
    with served(settings) as base:
        yield Archive(
            base, spoken, long, draft, f"{base}/signin/{link}", passage, asked.id, asked.code, letter, warned, shelf
        )


class served:  # noqa: N801  reads as a sentence where it is used
    def __init__(self, settings: Settings) -> None:
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        self.log = settings.data / "up.log"
        held = {key: value for key, value in os.environ.items() if not key.startswith("PEER_STORIES_")}
        self.environment = held | {"PEER_STORIES_DATA": str(settings.data), "PATH": ""}
        self.command = [sys.executable, "-m", "archive.cli", "up", "--port", str(port)]

    def __enter__(self) -> str:
        with self.log.open("w") as log:
            self.process = subprocess.Popen(self.command, env=self.environment, stdout=log, stderr=log)
        until = time.monotonic() + 60
        while "Ctrl-C" not in self.log.read_text():
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"up did not start: {self.log.read_text()}")
            time.sleep(0.1)
        return self.base

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(30)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("NO CHROMIUM: none of the browser tests ran. Debian has it as `chromium`; or set CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def curators_cookies(chromium: Browser, archive: Archive) -> Any:
    """A sign-in link works once, so one visit signs in for all tests."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(archive.sign_in)
    page.get_by_role("button", name="Sign in as").click()
    page.wait_for_url("**/studio")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def open_page(chromium: Browser, request: pytest.FixtureRequest, archive: Archive) -> Iterator[Callable[..., Page]]:
    """Opens an address in a browser of its own. A fault in a script, or a part that is missing, fails the test."""
    contexts, faults = [], []

    def note(page: Page, said: ConsoleMessage) -> None:
        expected = said.location["url"] == page.url or "/studio/uploads" in said.location["url"]
        if said.type == "error" and not expected:  # a page may well be a 404 itself, and uploads speak in such codes
            faults.append(f"{page.url}: {said.text}")

    def go(
        path: str, *, width: int = 1280, dark: bool = False, scripts: bool = True, curator: bool = False,
        offline_is_no_fault: bool = False,
    ) -> Page:  # fmt: skip
        context = chromium.new_context(
            viewport={"width": width, "height": 844}, color_scheme="dark" if dark else "light",
            java_script_enabled=scripts, reduced_motion="reduce", permissions=["clipboard-read", "clipboard-write"],
            storage_state=request.getfixturevalue("curators_cookies") if curator else None,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(f"{path}: {fault}"))
        if not offline_is_no_fault:
            page.on("console", lambda said: note(page, said))
        page.goto(archive.base + path)
        return page

    yield go
    for context in contexts:
        context.close()
    assert faults == []
