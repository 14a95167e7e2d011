"""Files that are there whole or not at all: written under another name, made durable, then renamed."""

import errno
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# EFBIG is what a quota by RLIMIT_FSIZE or an old file system answers; for the person it is the same thing.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_PART = ".part"


class StorageFull(Exception):
    """There is no room on the disk. str() is one sentence for the person; nothing half-written stays behind."""

    def __init__(self) -> None:
        super().__init__(
            "There is no room left on this machine to keep the file. Nothing was stored and nothing was lost; "
            "make room and bring it in again."
        )


@contextmanager
def full_disk_told() -> Iterator[None]:
    """Turn the system's ways to say "no room" into StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull from error
        raise


@contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """Hand out a name beside target to write under; when the block ends well, that file becomes target.

    The file and its folder are synced, so what has target's name survives a power cut. On any error the part is removed
    and target stays as it was. The name is new each time: two writers of one target (a worker that lost its lease and
    the one that took over) never write into each other's file; the last to finish wins, with a whole file.
    """
    make_folder(target.parent)
    part = target.parent / f".{target.name}.{secrets.token_hex(6)}{_PART}"
    try:
        with full_disk_told():
            yield part
            sync(part)
            part.replace(target)
            sync(target.parent)
    finally:
        part.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Make folder and what leads to it, each synced into its parent, or a power cut would lose what is put in them."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync(folder.parent)


def sync(path: Path) -> None:
    """Wait until the disk holds this file, or this folder's list of names."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(folder: Path, older_than_s: float = 86_400) -> int:
    """Remove parts that a killed process left under folder; returns how many. A part being written is younger."""
    limit = time.time() - older_than_s
    stale = [part for part in folder.rglob(f".*{_PART}") if part.stat().st_mtime < limit]
    for part in stale:
        part.unlink(missing_ok=True)
    return len(stale)
