"""The archive as deploy/ puts it to the world: the real nginx with the real nginx.conf in front of the real web server.

Only places are changed: a socket, a folder and a port of the test's own.
"""

import os
import re
import shutil
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from archive.models import JobKind, RoleName, Scope
from archive.services.access import OPERATOR
from archive.services.accounts import add_account, make_link
from archive.services.agreements import Agreement
from archive.services.consent import Method
from archive.services.intake import Arrived, take_in
from archive.services.stories import About, publish, story_by_slug, unpublish
from archive.settings import Settings
from archive.wiring import House
from archive.worker import Worker
from tests.conftest import ROOT, free_port

DEPLOY = ROOT / "deploy"
MAX_UPLOAD = 12_000_000
OPEN = {Scope.EXISTENCE: "open", Scope.TEXT: "open", Scope.SOUND: "open"}  # no machine: nothing has to be transcribed
# As Debian's nginx.conf has it, down to compressing what it is not told to leave.
MAIN = """
daemon off;
worker_processes 1;
{user}
pid {folder}/nginx.pid;
error_log stderr warn;
events {{}}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    sendfile on;
    gzip on;
    include {folder}/site.conf;
}}
"""


@pytest.fixture
def nginx() -> str:
    """Where Debian's nginx is."""
    found = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    if found is None:
        pytest.skip("no nginx here, so what stands in front of the archive was NOT tested. On Debian: make system")
    return found


def written(folder: Path, settings: Settings, port: int) -> Path:
    """The configuration that is delivered, with this test's places; each of them has to be named in it."""
    text = (DEPLOY / "nginx.conf").read_text()
    for given, ours in {
        "/run/peer-stories/web.sock": f"{folder}/web.sock",
        "/var/lib/peer-stories/files/": f"{settings.data}/files/",
        "listen 80;": f"listen 127.0.0.1:{port};",
        "listen [::]:80;": "",
    }.items():
        assert text.count(given) == 1, given
        text = text.replace(given, ours)
    (folder / "site.conf").write_text(text)
    user = "user root;" if os.getuid() == 0 else ""  # a test's folder is open to its owner only
    main = folder / "nginx.conf"
    main.write_text(MAIN.format(folder=folder, user=user))
    return main


@dataclass(frozen=True)
class Front:
    """What a visitor can reach: base is nginx's address."""

    base: str
    house: House
    stop_the_program: Callable[[], None]

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(self.base + path, headers=headers, timeout=20)

    def sign_in(self) -> requests.Session:
        with self.house.db.writing() as session:
            token = make_link(session, add_account(session, "m@example.org", RoleName.INTERVIEWER))
        browser = requests.Session()
        self.send(browser, f"/signin/{token}", at=f"/signin/{token}")
        return browser

    def send(self, browser: requests.Session, path: str, *, at: str, **kw: dict[str, object]) -> requests.Response:
        page = browser.get(self.base + at, timeout=20)
        found = re.search(r'name="csrf_token"\s+value="([^"]+)"', page.text)
        assert found is not None, page.text
        return browser.post(self.base + path, {"csrf_token": found[1], **kw.pop("data", {})}, timeout=60, **kw)


@pytest.fixture
def front(
    nginx: str, tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str], house: House
) -> Iterator[Front]:
    folder, port = tmp_path_factory.mktemp("n"), free_port()  # a short name: a socket's path has 107 characters at most
    environment |= {
        "PEER_STORIES_ACCEL": "nginx",
        "PEER_STORIES_MAX_UPLOAD_BYTES": str(MAX_UPLOAD),
        "WEB_CONCURRENCY": "1",
    }
    program = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", DEPLOY / "gunicorn.conf.py", "--bind", f"unix:{folder}/web.sock",
         "--log-level", "warning", "archive.web.app:create()"],
        env=environment,
    )  # fmt: skip
    before = subprocess.Popen([nginx, "-p", folder, "-e", "stderr", "-c", written(folder, house.settings, port)])
    made = Front(f"http://127.0.0.1:{port}", house, lambda: _end(program))
    try:
        _wait(lambda: made.get("/health/live").status_code == 200)
        yield made
    finally:
        _end(before)
        _end(program)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(30)


def _wait(happens: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            if happens():
                return
        except requests.ConnectionError:
            pass
        assert time.monotonic() < until, "nginx and the program did not start"
        time.sleep(0.1)


def noise(path: Path, size: int) -> Path:
    """A WAV file of about so many bytes, different each time; nobody speaks in it."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes(os.urandom(size - size % 2))
    return path


@dataclass(frozen=True)
class Sound:
    path: str  # under /media/
    key: str  # in the store
    close: Callable[[], None]


@pytest.fixture
def sound(house: House, tmp_path: Path) -> Sound:
    """The listening copy of a story that everybody may hear."""
    agreed = Agreement(Method.FORM, OPEN, person="Ana R.")
    file = noise(tmp_path / "noise.wav", 900_000)
    taken = take_in(house.db, house.storage, Arrived(file, file.name), About("Noise", ["Ana R."]), agreed, by=OPERATOR)
    Worker(house, [JobKind.DERIVE]).run(drain=True)
    with house.db.writing() as session:
        story = story_by_slug(session, taken.slug, OPERATOR)
        publish(session, story, by=OPERATOR)
        copy = story.recordings[0].copies[0]

    def close() -> None:
        with house.db.writing() as session:
            unpublish(session, story_by_slug(session, taken.slug, OPERATOR), by=OPERATOR)

    return Sound(f"/media/{copy.id}", copy.storage_key, close)
