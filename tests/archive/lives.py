"""The whole life of a story while its web server and its worker are killed with kill -9, and what stands afterwards."""

import contextlib
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import requests
from sqlalchemy import select

from archive.models import Heard, Job, JobKind, JobState, Method, Passage, Recording, RoleName, Scope, Story, StoryState
from archive.services.access import OPERATOR
from archive.services.accounts import add_account, make_link
from archive.services.agreements import Agreement
from archive.services.intake import open_draft
from archive.services.stories import About, remove_story, story_by_slug
from archive.services.transcripts import passages_of
from archive.wiring import House
from tests.conftest import environment_of, free_port

EMAIL = "interviewer@example.org"
PIECE = 64 * 1024
LONGEST_S = 300
ALL = {Scope.EXISTENCE: "open", Scope.MACHINE: "yes", Scope.TEXT: "open", Scope.SOUND: "open"}
TUS = {"Tus-Resumable": "1.0.0"}
Read = list[tuple[int | None, int | None, str, str | None, object]]


@dataclass
class Life:
    """One archive under `peer-stories up`, which is started again whenever its web server was killed."""

    house: House
    killed: list[str] = field(default_factory=list)
    went_on_s: list[float] = field(default_factory=list)  # from a worker's death to the next one's claim

    def __post_init__(self) -> None:
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self._over = threading.Event()
        self._log = (self.house.settings.data / "up.log").open("a")
        self._up: subprocess.Popen[bytes] | None = None

    @contextlib.contextmanager
    def served(self) -> Iterator[None]:
        keeper = threading.Thread(target=self._keep, daemon=True)
        keeper.start()
        try:
            yield
        finally:
            self._over.set()
            keeper.join(60)
            self._log.close()

    def _keep(self) -> None:
        environment = environment_of(self.house.settings) | {"PATH": "/usr/bin:/bin"}
        command = [sys.executable, "-m", "archive.cli", "up", "--port", str(self.port)]
        while not self._over.is_set():
            self._up = subprocess.Popen(command, env=environment, stdout=self._log, stderr=self._log)
            while self._up.poll() is None and not self._over.wait(0.1):
                pass
        if self._up and self._up.poll() is None:
            self._up.terminate()
            self._up.wait(60)

    def kill(self, what: str) -> bool:
        """-9 to every process of the web server, or to the worker; False where none runs at this moment."""
        mark = "gunicorn" if what == "web" else "archive.cli worker"
        up = self._up.pid if self._up else 0
        children = subprocess.run(["pgrep", "-P", str(up)], capture_output=True, text=True, check=False).stdout.split()
        pids = [int(pid) for pid in children if mark in _command(int(pid))]
        for pid in list(pids):
            below = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
            pids += [int(each) for each in below.stdout.split()]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)
        if pids:
            self.killed.append(what)
        return bool(pids)

    def begin(self) -> str:
        with self.house.db.writing() as session:
            agreed = Agreement(Method.FORM, ALL, person="Ana R.")
            story = open_draft(session, About("A whole life", ["Ana R."], language="en"), agreed, by=OPERATOR)
            story.owner_id = add_account(session, EMAIL, RoleName.INTERVIEWER).id
            return story.slug

    def send(self, slug: str, recording: Path) -> None:
        """In small pieces, going on after every break, as a client would."""
        where: str | None = None
        body = recording.read_bytes()
        browser = self._signed_in()
        while True:
            try:
                if where is None:
                    told = f"filename {_coded(recording.name)},story {_coded(slug)}"
                    headers = {**TUS, "Upload-Length": str(len(body)), "Upload-Metadata": told}
                    made = browser.post(f"{self.base}/studio/uploads", timeout=20, headers=headers)
                    where = made.headers["Location"]
                offset = int(browser.head(self.base + where, headers=TUS, timeout=20).headers["Upload-Offset"])
                if offset == len(body) and self.recorded(slug):
                    return
                headers = {**TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
                browser.patch(self.base + where, body[offset : offset + PIECE], timeout=30, headers=headers)
            except (requests.RequestException, KeyError):
                time.sleep(0.2)

    def publish(self, slug: str) -> None:
        browser = self._signed_in()
        while self.state(slug) != StoryState.PUBLISHED:
            with contextlib.suppress(requests.RequestException, TypeError):
                page = browser.get(f"{self.base}/studio/{slug}", timeout=20).text
                token = re.search(r'name="csrf_token"\s+value="([^"]+)"', page)[1]  # type: ignore[index]
                if narrator := re.search(r'name="narrator" value="(\d+)"', page):
                    form = {"csrf_token": token, "narrator": narrator[1]}
                    browser.post(f"{self.base}/studio/{slug}/reviewed", form, timeout=20)
                browser.post(f"{self.base}/studio/{slug}/publish", {"csrf_token": token}, timeout=20)
            time.sleep(0.2)

    def _signed_in(self) -> requests.Session:
        while True:
            browser = requests.Session()
            try:
                with self.house.db.writing() as session:
                    token = make_link(session, add_account(session, EMAIL, RoleName.INTERVIEWER))
                page = browser.get(f"{self.base}/signin/{token}", timeout=20).text
                csrf = re.search(r'name="csrf_token"\s+value="([^"]+)"', page)
                if csrf:
                    browser.post(f"{self.base}/signin/{token}", {"csrf_token": csrf[1]}, timeout=20)
                    return browser
            except requests.RequestException:
                time.sleep(0.2)

    def recorded(self, slug: str) -> str | None:
        """The SHA-256 of the story's recording, once it is one."""
        with self.house.db.reading() as session:
            query = select(Recording.sha256).join(Story, Story.id == Recording.story_id).where(Story.slug == slug)
            return session.scalars(query).one_or_none()

    def state(self, slug: str) -> StoryState:
        with self.house.db.reading() as session:
            return story_by_slug(session, slug, OPERATOR).state

    def live(self, recording: Path) -> str:
        """From the first byte to the public page; gives the slug."""
        slug = self.begin()
        self.send(slug, recording)
        self.wait(lambda: self.state(slug) == StoryState.REVIEW)
        self.publish(slug)
        self.wait(self.at_rest)
        return slug

    def at_rest(self) -> bool:
        with self.house.db.reading() as session:
            alive = select(Job.id).where(Job.state.in_([JobState.WAITING, JobState.RUNNING]))
            return session.scalars(alive.limit(1)).first() is None

    def wait(self, happens: object) -> None:
        until = time.monotonic() + LONGEST_S
        while not happens():  # type: ignore[operator]
            assert time.monotonic() < until, "it did not happen in time"
            time.sleep(0.1)

    def read(self, slug: str) -> Read:
        with self.house.db.reading() as session:
            told = passages_of(session, story_by_slug(session, slug, OPERATOR))
            return [(each.start_ms, each.end_ms, each.text, each.speaker, each.words) for each in told]

    def doubles(self) -> int:
        """Pieces, passages and jobs that failed, that should not be there."""
        with self.house.db.reading() as session:
            heard = list(session.execute(select(Heard.recording_id, Heard.start_ms)))
            told = list(session.execute(select(Passage.recording_id, Passage.start_ms)))
            failed = list(session.scalars(select(Job.id).where(Job.state == JobState.FAILED)))
        return len(heard) - len(set(heard)) + len(told) - len(set(told)) + len(failed)

    def take_out(self, slug: str) -> None:
        with self.house.db.writing() as session:
            remove_story(session, story_by_slug(session, slug, OPERATOR), by=OPERATOR)
        self.wait(self.at_rest)


class Killer(threading.Thread):
    """Kills web and worker by turns of chance, until stopped or `most` kills are done."""

    def __init__(self, life: Life, dice: random.Random, most: int, apart_s: tuple[float, float]) -> None:
        super().__init__(daemon=True)
        self.life, self.dice, self.most, self.apart_s = life, dice, most, apart_s
        self.stop = threading.Event()

    def run(self) -> None:
        done = 0
        while done < self.most and not self.stop.wait(self.dice.uniform(*self.apart_s)):
            what = self.dice.choice(["web", "worker"])
            held = self._held() if what == "worker" else None
            if self.life.kill(what):
                done += 1
                if held is not None:
                    self._watch(held)

    def _held(self) -> tuple[int, str | None] | None:
        with self.life.house.db.reading() as session:
            running = select(Job.id, Job.worker).where(Job.state == JobState.RUNNING, Job.kind == JobKind.PROCESS)
            row = session.execute(running).first()
            return (row.id, row.worker) if row else None

    def _watch(self, held: tuple[int, str | None]) -> None:
        """How long until another worker has the job that the dead one held."""
        began = time.monotonic()
        while time.monotonic() - began < 30 and not self.stop.is_set():
            with self.life.house.db.reading() as session:
                job = session.get(Job, held[0])
                if job is None or job.state != JobState.RUNNING or job.worker != held[1]:
                    self.life.went_on_s.append(time.monotonic() - began)
                    return
            time.sleep(0.05)


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def _coded(text: str) -> str:
    from base64 import b64encode

    return b64encode(text.encode()).decode()
