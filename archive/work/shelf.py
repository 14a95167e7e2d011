"""Files that a job has made: onto the shelf, and off it again where nobody will name them."""

import hashlib
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import select

from archive.models import Copy, CopyKind, Rendering, RenderingKind, Uncut
from archive.work.house import House

Row = TypeVar("Row", Copy, Uncut)


@dataclass(frozen=True, slots=True)
class File:
    """A stored copy, before or after a row names it. size in bytes; sha256 is over its content."""

    kind: CopyKind
    key: str
    media_type: str
    size: int
    sha256: str

    @classmethod
    def of(cls, row: Copy | Uncut) -> Self:
        return cls(row.kind, row.storage_key, row.media_type, row.size, row.sha256)

    @property
    def suffix(self) -> str:
        return Path(self.key).suffix

    @property
    def moves(self) -> bool:
        return self.kind == CopyKind.VIDEO

    def row(self, table: type[Row]) -> Row:
        return table(
            kind=self.kind, storage_key=self.key, media_type=self.media_type, size=self.size, sha256=self.sha256
        )


@contextmanager
def folder(house: House) -> Iterator[Path]:
    """On the workbench, and gone afterwards."""
    made = Path(tempfile.mkdtemp(prefix="copies-", dir=house.bench))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def store(house: House, master: str, path: Path, media_type: str, kind: CopyKind) -> File:
    """Keep a copy of the recording whose master has this SHA-256, under a name that says what is in it; path is given
    away."""
    size = path.stat().st_size
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    key = f"copies/{master[:2]}/{master}-{digest[:12]}{path.suffix}"
    house.storage.put(path, key, give=True)
    return File(kind, key, media_type, size, digest)


def kind_of(media_type: str, codec: str) -> CopyKind:
    if media_type.startswith("video/"):
        return CopyKind.VIDEO
    return CopyKind.OPUS if codec == "opus" else CopyKind.AAC


@contextmanager
def kept_or_taken_back(house: House, stored: Sequence[File]) -> Iterator[None]:
    """The recording is gone, or another worker has it: files that no row names would stay for ever."""
    try:
        yield
    except BaseException:
        keys = [file.key for file in stored]
        with house.db.reading() as session:
            named = set(session.scalars(select(Copy.storage_key).where(Copy.storage_key.in_(keys))))
            named |= set(session.scalars(select(Uncut.storage_key).where(Uncut.storage_key.in_(keys))))
        for key in set(keys) - named:
            house.storage.delete(key)
        raise


def store_rendering(house: House, mixtape_id: int, path: Path, kind: RenderingKind) -> tuple[str, int, str]:
    """Its key, size and SHA-256; path is given away. A new file has a new key: an old one may wait to be deleted."""
    size = path.stat().st_size
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    key = f"renderings/{mixtape_id}/{secrets.token_hex(8)}.{kind}"
    house.storage.put(path, key, give=True)
    return key, size, digest


@contextmanager
def rendered_or_taken_back(house: House, keys: Sequence[str]) -> Iterator[None]:
    """As kept_or_taken_back, for the files of a mixtape."""
    try:
        yield
    except BaseException:
        with house.db.reading() as session:
            named = set(session.scalars(select(Rendering.storage_key).where(Rendering.storage_key.in_(keys))))
        for key in set(keys) - named:
            house.storage.delete(key)
        raise
