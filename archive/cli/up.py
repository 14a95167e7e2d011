"""peer-stories up: web, worker and, where there is one, a search server, started and stopped together."""

import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from contextlib import suppress

import click
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from archive.cli.house import ADDRESS, opened, say
from archive.cli.themes import begin_with_starter
from archive.models import Job, JobKind, RoleName, Story
from archive.services.access import visible_to
from archive.services.accounts import add_account, make_link
from archive.services.errors import Resting
from archive.wiring import House
from archive.work import jobs
from search.documents import Audience
from search.index import IndexUnavailable
from search.server import own

OWNER = "curator@localhost"
PROCESSES = min(2, os.cpu_count() or 1)  # of the web server: one alone leaves the second core to nobody
STOP_SECONDS = 20.0
START_SECONDS = 60.0


class Children:
    """Processes that live and end with this one."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        # A session of their own: Ctrl-C reaches us, and we end them in order.
        child = subprocess.Popen(command, env=self.environment, start_new_session=True)  # noqa: S603
        self.running[name] = child
        return child

    def end(self) -> None:
        """Ask web and worker together and wait for both; then the search server: the worker may be writing to it."""
        for names in (("web", "worker"), ("search",)):
            asked = [self.running[name] for name in names if name in self.running]
            for child in asked:
                child.terminate()
            for child in asked:
                try:
                    child.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()


def _refuse_taken(host: str, port: int) -> None:
    """Said before anything is started; gunicorn would try for five seconds and then say it in five lines."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn will
            probe.bind((host, port))
            probe.listen()
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE:
            raise Resting(f"Port {port} is taken by another program; choose another one with --port.") from fault
        raise Resting(f"Nothing can be served at {host}, port {port}: {fault.strerror}.") from fault


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _wait_for(url: str, child: subprocess.Popen[bytes], what: str) -> None:
    until = time.monotonic() + START_SECONDS
    while not _answers(url):
        if child.poll() is not None or time.monotonic() > until:
            raise Resting(f"{what} did not start; what it said stands above.")
        time.sleep(0.1)


def _start_search(house: House, children: Children) -> None:
    """A Meilisearch on the PATH is used where no other is named; without one the embedded index serves."""
    binary = shutil.which("meilisearch")
    if house.settings.search_url or binary is None:
        return
    server = own.start(house.own_server, binary, children.environment)
    children.running["search"] = server.process
    try:
        _wait_for(f"{server.url}/health", server.process, "Meilisearch")
    except Resting as failed:
        raise Resting(f"Meilisearch did not start; what it said is in {server.log}.") from failed


def _fill_index(house: House) -> None:
    """An index that was never filled, or that another backend has stood in for since, is made from the database."""
    marker = house.settings.data / "indexed-by"
    served_before = marker.read_text() if marker.exists() else ""
    with house.db.writing() as session:
        any_story = session.scalar(select(Story.id).where(visible_to(None)).limit(1))
        if any_story is not None and (_is_empty(house) or served_before not in ("", house.index_name)):
            session.add(Job(kind=JobKind.INDEX, story_id=None, priority=4))
    marker.write_text(house.index_name)


def _is_empty(house: House) -> bool:
    """An index that another version has made counts as empty, and so does one that is damaged."""
    try:
        return next(house.index.inventory(Audience.PUBLIC), None) is None
    except IndexUnavailable:
        return True


def _signin_link(house: House, base: str) -> str:
    with house.db.writing() as session:
        return f"{base}/signin/{make_link(session, add_account(session, OWNER, RoleName.CURATOR))}"


def _start_worker(children: Children) -> subprocess.Popen[bytes]:
    return children.start("worker", sys.executable, "-m", "archive.cli", "worker")


def _release(house: House, pid: int) -> None:
    """What a dead worker held is free at once; nobody waits for its lease to end."""
    with suppress(SQLAlchemyError), house.db.writing() as session:  # if the database is away, the lease ends by itself
        jobs.release(session, f"{socket.gethostname()}:{pid}:")


def _watch_over(house: House, children: Children, stop: threading.Event) -> None:
    """Until stopped, or until the web ends. A worker that dies is started again."""
    while not stop.wait(0.2):
        if children.running["web"].poll() is not None:
            raise Resting("The web server has ended; what it said stands above.")
        worker = children.running["worker"]
        if worker.poll() is not None:
            _release(house, worker.pid)
            _start_worker(children)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--open", "open_browser", is_flag=True, help="Open the site in a browser.")
def up(host: str, port: int, open_browser: bool) -> None:
    """Bring the database up to date, start web and one worker, and print the address. Ctrl-C stops all."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    _refuse_taken(host, port)
    with opened() as house:
        shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104  only compared
        base = house.settings.base_url or f"http://{shown}:{port}"
        children = Children({**os.environ, "PEER_STORIES_BASE_URL": base})
        try:
            _start_search(house, children)
            web = children.start(
                "web", sys.executable, "-m", "gunicorn", "--bind", f"{host}:{port}", "--worker-class", "gthread",
                "--workers", str(PROCESSES), "--threads", "16", "--graceful-timeout", "5", "--log-level", "warning",
                "--no-control-socket",
                "--limit-request-line", "8190",  # the most that gunicorn takes: searches live in addresses
                "archive.web.app:create()",
            )  # fmt: skip
            _start_worker(children)
            _wait_for(f"http://{shown}:{port}/health/live", web, "The web server")
            _fill_index(house)
            begin_with_starter(house)
            (house.settings.data / ADDRESS).write_text(base)
            say(f"\nPeer Stories is at {base}\nSign in as curator, once: {_signin_link(house, base)}\nCtrl-C stops it.")
            if open_browser:
                webbrowser.open(base)
            _watch_over(house, children, stop)
            say("Stopping …")
        finally:
            (house.settings.data / ADDRESS).unlink(missing_ok=True)
            children.end()
            if worker := children.running.get("worker"):
                _release(house, worker.pid)  # one that had to be killed: the next start goes on at once
