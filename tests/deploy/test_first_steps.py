"""What a stranger meets in the terminal when something is in the way: one clear sentence, and no traceback."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.models import Job, JobKind, JobState
from archive.wiring import House
from tests.conftest import Ran
from tests.deploy.conftest import DEPLOY, ROOT


def test_a_port_that_is_taken_is_told_before_anything_starts(peer_stories: Callable[..., Ran]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = peer_stories("up", "--port", str(port))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"Port {port} is taken by another program; choose another one with --port.\n"


def _install(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", DEPLOY / "install.sh", folder, ".", "Installing …"],
        env={"PATH": os.environ["PATH"], "PYTHON": python}, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_an_old_python_and_a_missing_one_are_named_and_nothing_is_made(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    # It answers as Python 3.9 does: no to the first question, and with its version to the second.
    old.write_text('#!/bin/sh\ncase "$2" in *version_info*) exit 1;; *) echo 3.9.2;; esac\n')
    old.chmod(0o755)
    refused = _install(tmp_path / "venv", str(old))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"Peer Stories needs Python 3.11 or newer, and {old} is 3.9.2.")
    refused = _install(tmp_path / "venv", "python-that-is-not-here")
    assert refused.returncode == 1
    assert "there is no python-that-is-not-here here" in refused.stderr
    assert not (tmp_path / "venv").exists()


@pytest.mark.speech
def test_ctrl_c_while_the_machine_listens_ends_at_once_and_what_it_was_at_is_free(
    house: House, environment: dict[str, str], shared: Path
) -> None:
    words = [
        "add",
        str(shared / "audio/interview/bsha.mp3"),
        "--title",
        "Interrupted",
        "--narrator",
        "N",
        "--publish",
    ]
    started = time.monotonic()
    adding = subprocess.Popen(
        [sys.executable, "-m", "archive.cli", *words], env=environment, stderr=subprocess.PIPE, text=True
    )
    _wait(lambda: _state(house) == (JobState.RUNNING, "listening"))
    began = time.monotonic()
    adding.send_signal(signal.SIGINT)
    _, said = adding.communicate(timeout=90)
    assert time.monotonic() - began < began - started, "stopping took longer than starting and loading the model"
    assert (adding.returncode, said.strip()) == (1, "Stopped.")
    with house.db.reading() as session:
        job = session.scalars(select(Job).where(Job.kind == JobKind.PROCESS)).one()
    assert job.state == JobState.WAITING or (job.lease_until or 0) < time.time()


def _state(house: House) -> tuple[JobState, str | None]:
    with house.db.reading() as session:
        job = session.scalars(select(Job).where(Job.kind == JobKind.PROCESS)).one_or_none()
        return (job.state, job.stage) if job else (JobState.WAITING, None)


def _wait(happens: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not happens():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.1)
