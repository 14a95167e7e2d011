"""A house of one's own for each test: a real database, a real index, real files, real weights.

With PEER_STORIES_TEST_POSTGRES set to a server's address, the same tests run on PostgreSQL, each in a database made
from one migrated template.
"""

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import create_engine, text
from werkzeug.test import TestResponse

from archive import migrations
from archive.models import RoleName
from archive.services.accounts import add_account, make_link
from archive.settings import Settings
from archive.web.app import create
from archive.wiring import House
from archive.worker import Worker

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = os.environ.get("PEER_STORIES_TEST_POSTGRES")


class _Compiled(BytecodeCache):
    """Each test makes an application of its own; templates are compiled once for all of them."""

    def __init__(self) -> None:
        self._held: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._held:
            bucket.bytecode_from_string(self._held[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._held[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Compiled()}


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real interviews and recordings that are no part of this project."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real recordings are not here: ../shared/data is absent")
    return folder


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated database, to be copied: migrating anew for each test would take most of the time."""
    if POSTGRES is None:
        url = f"sqlite:///{tmp_path_factory.mktemp('template') / 'template.sqlite'}"
        migrations.upgrade(url)
        yield url
        return
    name = f"template_{secrets.token_hex(4)}"
    _postgres(f"create database {name}")
    migrations.upgrade(f"{POSTGRES}/{name}")
    yield name
    _postgres(f"drop database {name} with (force)")


def _postgres(statement: str) -> None:
    engine = create_engine(f"{POSTGRES}/stories", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@contextmanager
def furnished(data: Path, template: str) -> Iterator[Settings]:
    """Settings of a house in this folder, its database a copy of the template."""
    data.mkdir()
    if POSTGRES is None:
        shutil.copyfile(template.removeprefix("sqlite:///"), data / "archive.sqlite")
        yield Settings(data=data, whisper_threads=2)
        return
    name = f"test_{secrets.token_hex(6)}"
    _postgres(f"create database {name} template {template}")
    yield Settings(data=data, database_url=f"{POSTGRES}/{name}", whisper_threads=2)
    _postgres(f"drop database {name} with (force)")


@pytest.fixture
def settings(tmp_path: Path, template: str) -> Iterator[Settings]:
    with furnished(tmp_path / "data", template) as made:
        yield made


@pytest.fixture
def another_house(tmp_path: Path, template: str) -> Iterator[Callable[[], tuple[House, dict[str, str]]]]:
    """Makes further houses, each with what a process needs to open it."""
    with ExitStack() as ends:

        def build() -> tuple[House, dict[str, str]]:
            made = ends.enter_context(furnished(tmp_path / secrets.token_hex(4), template))
            house = House(made)
            ends.callback(house.close)
            return house, environment_of(made)

        yield build


@pytest.fixture(scope="session")
def transcriber() -> object:
    """The real model, loaded once for all tests of this process."""
    from uploads.speech.whisper import Transcriber

    return Transcriber(None, device="cpu", threads=2)


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    """Without a sentence model, as where its weights are not installed: most tests are not about what is meant, and
    show that all else works without. Processes that tests start have it, and so has knowing_house."""
    opened = House(settings)
    opened.__dict__["embedder"] = None
    yield opened
    opened.close()


@pytest.fixture
def knowing_house(house: House) -> House:
    """A house whose worker knows what words mean."""
    from search.meaning.model import MiniLM, NoModel

    try:
        house.__dict__["embedder"] = MiniLM(house.settings.whisper_threads)
    except NoModel as reason:
        pytest.skip(str(reason))
    return house


@pytest.fixture
def hearing_house(house: House, transcriber: object) -> House:
    """A house whose worker can hear, without loading the model again."""
    house.__dict__["transcriber"] = transcriber
    return house


@pytest.fixture
def work(house: House) -> Callable[[], None]:
    """Do all the work that waits."""
    return lambda: Worker(house).run(drain=True)


class Visitor:
    """Somebody with a browser: keeps cookies, and sends forms as the pages would."""

    def __init__(self, client: FlaskClient, house: House) -> None:
        self.client, self.house = client, house

    def get(self, path: str, **kw: object) -> TestResponse:
        return self.client.get(path, **kw)  # type: ignore[arg-type]

    def post(self, path: str, data: dict[str, object] | None = None, *, at: str = "/signin") -> TestResponse:
        """Send a form with the token that the page `at` holds."""
        found = re.search(r'name="csrf_token"\s+value="([^"]+)"', self.get(at).text)
        if found is None:
            raise AssertionError(f"{at} holds no form")
        return self.client.post(path, data={"csrf_token": found[1], **(data or {})})

    def signs_in(self, role: RoleName, email: str = "") -> "Visitor":
        with self.house.db.writing() as session:
            token = make_link(session, add_account(session, email or f"{role}@example.org", role))
        answer = self.post(f"/signin/{token}", at=f"/signin/{token}")
        if answer.status_code != 303:
            raise AssertionError(answer.text)
        return self


@pytest.fixture
def visitor(house: House) -> Callable[[], Visitor]:
    """Makes visitors, each with a browser of their own."""
    app = create(house)
    return lambda: Visitor(app.test_client(), house)


@pytest.fixture
def stranger(visitor: Callable[[], Visitor]) -> Visitor:
    return visitor()


@pytest.fixture
def interviewer(visitor: Callable[[], Visitor]) -> Visitor:
    return visitor().signs_in(RoleName.INTERVIEWER)


@pytest.fixture
def contributor(visitor: Callable[[], Visitor]) -> Visitor:
    return visitor().signs_in(RoleName.CONTRIBUTOR)


@pytest.fixture
def curator(visitor: Callable[[], Visitor]) -> Visitor:
    return visitor().signs_in(RoleName.CURATOR)


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    """What a process needs to open this test's house."""
    return environment_of(settings)


def environment_of(settings: Settings) -> dict[str, str]:
    held = {key: value for key, value in os.environ.items() if not key.startswith("PEER_STORIES_")}
    held |= {"PEER_STORIES_DATA": str(settings.data), "PEER_STORIES_WHISPER_THREADS": "2", "COLUMNS": "200"}
    return held | ({"PEER_STORIES_DATABASE_URL": settings.database_url} if settings.database_url else {})


@pytest.fixture
def peer_stories(environment: dict[str, str]) -> Callable[..., Ran]:
    """Runs the command as a person would, in a process of its own."""

    def run(*words: str, **more: str) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "archive.cli", *words],
            env=environment | more, capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def live_server(environment: dict[str, str], settings: Settings) -> Iterator[str]:
    """`peer-stories up` as people start it: its address. Ends with the test."""
    port = free_port()
    command = [sys.executable, "-m", "archive.cli", "up", "--port", str(port)]
    log = (settings.data / "up.log").open("w+")
    process = subprocess.Popen(command, env=environment | {"PATH": ""}, stdout=log, stderr=log)
    base = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 60
        while "Ctrl-C" not in Path(log.name).read_text():
            if process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"up did not start: {Path(log.name).read_text()}")
            time.sleep(0.1)
        with urllib.request.urlopen(f"{base}/health/live", timeout=5) as answer:
            assert answer.status == 200
        yield base
    finally:
        process.terminate()
        process.wait(30)
        log.close()
        sys.stdout.write(Path(log.name).read_text()[-4000:])  # shown by pytest where the test fails
