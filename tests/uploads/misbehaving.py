"""What a file could make the process that reads it do, as tasks for uploads.media.confined."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path


def hang(tell, folder: str) -> None:
    (Path(folder) / "pid").write_text(str(os.getpid()))
    time.sleep(60)


def chatter(tell, folder: str) -> None:
    """Lives on, and says so, until it is ended."""
    (Path(folder) / "pid").write_text(str(os.getpid()))
    while True:
        tell(0.5)
        time.sleep(0.01)


def spin(tell) -> None:
    while True:
        tell(0.5)


def swell(tell) -> None:
    held = []
    while True:
        held.append(bytearray(64 << 20))


def write_on(tell, part: str) -> None:
    with open(part, "wb") as file:
        while True:
            file.write(bytes(1 << 20))


def crash(tell) -> None:
    ctypes.string_at(8)


def be_killed(tell) -> None:
    signal.raise_signal(signal.SIGKILL)


def be_ended(tell) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.raise_signal(signal.SIGTERM)


def babble(tell) -> None:
    """Say something that is no answer, as a process does that a file has taken over."""
    os.write(tell._descriptor, b"x" * 3_000_000 + b"\n")


def mistake(tell) -> None:
    tell.nothing_of_this_name  # noqa: B018


def surprise(tell) -> None:
    raise KeyError("a header")


def find(tell, path: str) -> int:
    return Path(path).stat().st_size


def reach_out(tell, port: int) -> dict[str, object]:
    """What a process may still do, as far as it can tell itself."""
    found: dict[str, object] = {"environment": sorted(os.environ)}
    for name, attempt in {
        "connects": lambda: socket.create_connection(("127.0.0.1", port), 1).close(),
        "runs a program": lambda: subprocess.run([sys.executable, "-c", ""], check=True),
        "forks": lambda: os.fork() or os._exit(0),
        "signals its parent": lambda: os.kill(os.getppid(), 0),
        "keeps a core": lambda: None if __import__("resource").getrlimit(4)[1] else 1 / 0,
        "has threads": lambda: threading.Thread(target=int).start(),
    }.items():
        try:
            attempt()
            found[name] = True
        except Exception:
            found[name] = False
    return found
