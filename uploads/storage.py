"""Where files are kept: masters, which nobody ever alters, and copies, which can be made again."""

import errno
import hashlib
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from uploads.whole_file import StorageFull, full_disk_told, make_folder, sweep, sync, written_whole

__all__ = ["BadKey", "LocalStorage", "Received", "Storage", "StorageFull", "TooLarge", "master_key", "receive", "sweep"]

READ_BYTES = 256 * 1024  # smaller reads cost a player most of its speed, larger ones memory for each listener
_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
_MASTERS = "masters/"


class BadKey(ValueError):
    """A key that we did not make: it could lead out of the folder, or to a file that is still being written."""


class TooLarge(Exception):
    """The incoming file is larger than this archive takes. str() is one sentence for the person."""

    def __init__(self, limit: int) -> None:
        size = f"{limit / 1e9:.1f} GB" if limit >= 1e8 else f"{limit / 1e6:.1f} MB"
        super().__init__(f"This file is larger than this archive takes ({size} at most). Nothing of it was stored.")


class Storage(Protocol):
    """Bytes by key. A missing key raises FileNotFoundError, a key that is not ours BadKey."""

    def put(self, source: Path, key: str, *, give: bool = False) -> None:
        """Store source under key, whole and durable or not at all; StorageFull where there is no room.

        give says that source's own bytes may become the stored ones, without a copy: nobody may write to it any more.
        Its name stays, and is removed by whoever gave it once nothing can go wrong. A key under masters/ names its
        content (see master_key), so a second put of it changes nothing; any other key is replaced in one step.
        """

    def open_range(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes from start, length of them or to the end, in reads of at most 256 KiB."""

    def size(self, key: str) -> int:
        """Length in bytes."""

    def path(self, key: str) -> Path | None:
        """Where a local program can read the file, or None where the store is elsewhere."""

    def exists(self, key: str) -> bool:
        """Whether something is stored under key."""

    def delete(self, key: str) -> None:
        """Remove what is stored under key; nothing happens when there is nothing."""


def master_key(sha256: str) -> str:
    """The key of the master with this SHA-256 (hexadecimal). Two levels keep folders short."""
    return f"{_MASTERS}{sha256[:2]}/{sha256}"


class LocalStorage:
    """A Storage in one folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, source: Path, key: str, *, give: bool = False) -> None:
        target = self._file(key)
        if not (key.startswith(_MASTERS) and target.exists()):
            with written_whole(target) as part:
                if not (give and _linked(source, part)):
                    shutil.copyfile(source, part)
                part.chmod(0o440 if key.startswith(_MASTERS) else 0o640)

    def open_range(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        file = self.path(key)  # here and not in the generator, so that a missing file is told before the first byte
        return _read(file, start, file.stat().st_size if length is None else start + length)

    def size(self, key: str) -> int:
        return self._file(key).stat().st_size

    def path(self, key: str) -> Path:
        file = self._file(key)
        if not file.exists():
            raise FileNotFoundError(errno.ENOENT, "nothing is stored under this key", key)
        return file

    def exists(self, key: str) -> bool:
        return self._file(key).is_file()

    def delete(self, key: str) -> None:
        self._file(key).unlink(missing_ok=True)

    def _file(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise BadKey(f"not a key of this archive: {key!r}")
        return self.folder / key


def _linked(source: Path, target: Path) -> bool:
    """Give the file a second name where the file system can: no room, no time, and source stays if anything fails."""
    try:
        target.hardlink_to(source)
    except OSError as error:
        if error.errno not in {errno.EXDEV, errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK}:
            raise
        return False
    return True


def _read(file: Path, start: int, end: int) -> Iterator[bytes]:
    with file.open("rb") as source:
        source.seek(start)
        while start < end and (block := source.read(min(READ_BYTES, end - start))):
            start += len(block)
            yield block


class Stream(Protocol):
    """What receive() reads from: an open file, a request's body, a form's upload."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Received:
    """A file that has arrived whole. Whoever receives it moves it into a Storage or removes it."""

    path: Path
    sha256: str
    size: int


def receive(stream: Stream, folder: Path, limit: int) -> Received:
    """Write an incoming stream into folder under a name of our own, hashing as it comes.

    limit is in bytes. Raises TooLarge past it, StorageFull without room, and whatever the stream raises; no file stays
    behind then. The name the sender gave plays no part, so nothing in it can do harm.
    """
    digest, size = hashlib.sha256(), 0
    make_folder(folder)
    path = folder / f"{secrets.token_hex(16)}.received"
    try:
        with full_disk_told():
            with path.open("xb") as target:
                while block := stream.read(4 * READ_BYTES):
                    size += len(block)
                    if size > limit:
                        raise TooLarge(limit)
                    digest.update(block)
                    target.write(block)
            sync(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Received(path, digest.hexdigest(), size)
