"""The processes that read recordings, as the system knows them."""

import time
from collections.abc import Callable
from pathlib import Path


def readers(parent: int) -> list[int]:
    """The ids of those that live."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command, status = (folder / "cmdline").read_bytes(), (folder / "stat").read_text()
        except OSError:  # ended meanwhile
            continue
        if b"uploads.media.child" in command and int(status.rpartition(")")[2].split()[1]) == parent:
            found.append(int(folder.name))
    return found


def until(so: Callable[[], object], seconds: float = 60) -> None:
    """Wait until it is so."""
    end = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.01)
