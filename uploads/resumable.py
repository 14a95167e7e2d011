"""A file that arrives in pieces at an offset: what tus 1.0.0 asks of a disk, without the HTTP.

The file's size is the offset. Nothing else remembers it, so nothing can disagree with it after a crash.
"""

import base64
import binascii
import fcntl
import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from uploads.storage import READ_BYTES, Stream
from uploads.whole_file import StorageFull, full_disk_told, make_folder, sync

ALGORITHMS = ("sha1", "sha256", "md5")  # tus asks for sha1 at least
_ID = re.compile(r"[0-9a-f]{32}")


class WrongOffset(Exception):
    """The piece does not begin where the file ends. held is where it ends, in bytes."""

    def __init__(self, held: int) -> None:
        super().__init__(f"The file here is {held} bytes long so far.")
        self.held = held


class TooLong(Exception):
    """More came than was announced. The file is as it was before."""


class WrongChecksum(Exception):
    """The piece is not what was sent, or is not whole. The file is as it was before."""


class Busy(Exception):
    """Somebody else is writing to this file at this moment."""


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a piece should hash to. algorithm is one of ALGORITHMS."""

    algorithm: str
    digest: bytes

    @classmethod
    def read(cls, header: str) -> "Checksum":
        """From tus' Upload-Checksum, "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=". Raises ValueError for anything else."""
        algorithm, _, coded = header.strip().partition(" ")
        if algorithm not in ALGORITHMS:
            raise ValueError(f"unknown algorithm {algorithm!r}")
        try:
            digest = base64.b64decode(coded.strip(), validate=True)
        except binascii.Error as fault:
            raise ValueError("no base64") from fault
        if len(digest) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
            raise ValueError(f"no {algorithm} digest")
        return cls(algorithm, digest)


def path_of(folder: Path, id_: str) -> Path:
    """Where the file of this id lies. Raises ValueError for an id that is not ours."""
    if not _ID.fullmatch(id_):
        raise ValueError(f"not the id of an upload: {id_!r}")
    return folder / f"{id_}.arriving"


def begin(folder: Path, id_: str) -> None:
    """An empty file. Raises StorageFull."""
    make_folder(folder)
    with full_disk_told():
        path_of(folder, id_).open("xb").close()
        sync(folder)


def arrived(folder: Path, id_: str) -> int:
    """How many bytes are here; 0 where there is no file (any more)."""
    try:
        return path_of(folder, id_).stat().st_size
    except FileNotFoundError:
        return 0


def discard(folder: Path, id_: str) -> None:
    """Nothing happens where there is no file."""
    path_of(folder, id_).unlink(missing_ok=True)


@contextmanager
def held(folder: Path, id_: str) -> Iterator[FileIO]:
    """The file, open for writing at its end, and locked: a second writer gets Busy. FileNotFoundError where it is gone.

    The lock is the kernel's and ends with the process that holds it, so that a server that was killed blocks nobody.
    """
    with FileIO(path_of(folder, id_), "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise Busy from taken
        file.seek(0, os.SEEK_END)
        yield file


def append(file: FileIO, offset: int, piece: Stream, most: int, checksum: Checksum | None = None) -> int:
    """Write a piece at offset, and give the new length. file is as `held` hands it out; most is how many bytes may
    come. Raises WrongOffset, TooLong, WrongChecksum, StorageFull, and whatever the stream raises.

    Where the line breaks off, what has come is kept, except under a checksum: half a piece cannot be checked.
    """
    length = file.tell()
    if length != offset:
        raise WrongOffset(length)
    keep = False
    try:
        _pour(piece, file, most, checksum)
        keep = True
    except (TooLong, WrongChecksum, StorageFull):
        raise
    except BaseException:
        keep = checksum is None
        raise
    finally:
        if not keep:
            file.truncate(offset)
            file.seek(offset)
        os.fsync(file.fileno())
    return file.tell()


def _pour(piece: Stream, file: FileIO, most: int, checksum: Checksum | None) -> None:
    digest = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
    came = 0
    while block := piece.read(READ_BYTES):
        came += len(block)
        if came > most:
            raise TooLong
        if digest:
            digest.update(block)
        with full_disk_told():
            _write(file, block)
    if digest and checksum and digest.digest() != checksum.digest:
        raise WrongChecksum


def _write(file: FileIO, block: bytes) -> None:
    rest = memoryview(block)
    while rest:  # a disk that is nearly full takes a part of it first
        rest = rest[file.write(rest) :]


def join(folder: Path, parts: Sequence[str], whole: str) -> int:
    """Write the parts one after another into the (empty) file of whole; gives its length. Raises StorageFull."""
    with held(folder, whole) as target, full_disk_told():
        target.truncate(0)
        target.seek(0)
        for part in parts:
            with path_of(folder, part).open("rb") as source:
                while block := source.read(READ_BYTES):
                    _write(target, block)
        os.fsync(target.fileno())
        return target.tell()
