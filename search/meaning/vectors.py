"""Vectors in a file: kept row by row, mapped by every process that searches, and compared exactly.

A row is DIMENSIONS little-endian float32. Rows are only ever added at the end, or overwritten with noughts when what
they meant is gone; a file is never made shorter while somebody may have mapped it. Whoever keeps a row number keeps the
vector. Float32, although PassageDocument has float16: numpy compares it twenty times faster, and all processes share
one copy in memory.
"""

import json
import os
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from search.documents import DIMENSIONS
from search.query import NEAR, NEAREST, REACH

Matrix: TypeAlias = NDArray[np.float32]  # a vector, or a row each
EMPTY: Final[Matrix] = np.zeros((0, DIMENSIONS), "<f4")
_ROW_BYTES: Final = DIMENSIONS * 4
_AT_ONCE = 4_096  # rows kept back before they are written
_BLOCK, _GROWTH = 2 * NEAREST, 4  # so many candidates are looked at first, and so many times more each time after
_BLOCKS_END = 50_000


def read(vector: bytes) -> Matrix:
    """A PassageDocument.vector as numbers. Raises ValueError where it has another length."""
    if len(vector) != DIMENSIONS * 2:
        raise ValueError(f"A vector has {DIMENSIONS * 2} bytes, not {len(vector)}.")
    return np.frombuffer(vector, "<f2").astype("<f4")


def mapped(path: Path) -> Matrix:
    """All whole rows of the file as it is now, shared with every process that maps it; none where there is no file."""
    rows = _rows(path)
    if not rows:
        return EMPTY
    return np.asarray(np.memmap(path, "<f4", "r", shape=(rows, DIMENSIONS)))


@lru_cache
def _threads() -> ThreadpoolController:
    """For comparing in one thread: memory is the limit, and more threads would only wait for it, and for each other."""
    return ThreadpoolController()


def stands(vectors: Matrix, row: int) -> bool:
    """Whether there is a vector in this row."""
    return row < len(vectors) and bool(vectors[row].any())


def nearest(
    vectors: Matrix,
    asked: Matrix,
    allowed: Callable[[Sequence[int]], Collection[int]],
    among: Sequence[int] | None = None,
    reach: float = REACH,
) -> list[tuple[int, float]]:
    """The NEAREST rows at most, nearest first, each with its cosine: none below NEAR, nor by `reach` below the first.

    `allowed` says which of some rows may be found; it is asked again, for more, until enough are. Where it is known
    that only a few rows may be, `among` names them, and no others are compared.
    """
    with _threads().limit(limits=1, user_api="blas"):
        scores = vectors @ asked if among is None else vectors[among] @ asked
    close = np.flatnonzero(scores >= NEAR)
    order = close[np.argsort(-scores[close], kind="stable")]
    rows = order if among is None else np.asarray(among)[order]
    found: list[tuple[int, float]] = []
    start, size = 0, _BLOCK
    while start < len(rows) and len(found) < NEAREST:
        block = rows[start : start + size].tolist()
        passed = set(allowed(block))
        cosines = scores[order[start : start + size]].tolist()
        found += [(row, cosine) for row, cosine in zip(block, cosines, strict=True) if row in passed]
        start, size = start + size, min(size * _GROWTH, _BLOCKS_END)
        if found and cosines[-1] < found[0][1] - reach:
            break
    return [(row, cosine) for row, cosine in found[:NEAREST] if cosine >= found[0][1] - reach]


class VectorFile:
    """The file for the one who writes to it. In this order, so that whoever dies in between leaves nothing wrong:

    `append` and `read` while documents are made, `keep` before the index commits, `forget` after it. A note beside the
    file says what is in doubt meanwhile: the next writer asks for it (`doubtful`), finds out which of these rows the
    index uses, and forgets the others.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._note = path.with_suffix(".doubtful")
        self._kept = _rows(path)
        self._waiting: list[bytes] = []
        self.length = self._kept

    def reach(self, length: int) -> None:
        """Blank rows at the end of a file that has lost some: their numbers are not given away again."""
        if self.length < length:
            with self._path.open("ab") as file:
                file.truncate(length * _ROW_BYTES)
            self.length = self._kept = length

    def append(self, vector: Matrix) -> int:
        """Gives the number of its row."""
        self._waiting.append(vector.astype("<f4").tobytes())
        self.length += 1
        if len(self._waiting) >= _AT_ONCE:
            self._noted(())
            self._write()
        return self.length - 1

    def read(self, rows: Sequence[int]) -> list[Matrix]:
        """Rows that have been kept."""
        return list(mapped(self._path)[list(rows)]) if rows else []

    def keep(self, freed: Iterable[int]) -> None:
        """All that was appended is on the disk after this. `freed` are rows that the index will no longer use."""
        given_up = sorted(freed)
        if self.length == self._kept and not given_up:
            return
        self._noted(given_up)
        self._write()
        with self._path.open("ab") as file:
            os.fsync(file.fileno())

    def doubtful(self) -> list[int]:
        """Rows of which an earlier writer, who has died, did not learn whether they are used; in order."""
        try:
            note: dict[str, Any] = json.loads(self._note.read_text())
        except FileNotFoundError:
            return []
        return sorted({*note["freed"], *range(note["appended"], self._kept)})

    def forget(self, unused: Iterable[int]) -> None:
        """Overwrites these rows, and takes the note away: nothing is in doubt any more."""
        rows = sorted(unused)
        if rows:
            with self._path.open("r+b") as file:
                for row in rows:
                    file.seek(row * _ROW_BYTES)
                    file.write(bytes(_ROW_BYTES))
                file.flush()
                os.fsync(file.fileno())
        self._kept = self.length
        self._note.unlink(missing_ok=True)

    def _noted(self, freed: Sequence[int]) -> None:
        waiting = self._note.with_suffix(".new")
        with waiting.open("w") as file:
            json.dump({"appended": self._kept, "freed": list(freed)}, file)
            file.flush()
            os.fsync(file.fileno())
        waiting.replace(self._note)

    def _write(self) -> None:
        """At the end of the last whole row: half a row may be left of somebody who died."""
        if self._waiting:
            with self._path.open("r+b" if self._path.exists() else "wb") as file:
                file.seek((self.length - len(self._waiting)) * _ROW_BYTES)
                file.write(b"".join(self._waiting))
            self._waiting.clear()


def _rows(path: Path) -> int:
    try:
        return path.stat().st_size // _ROW_BYTES
    except FileNotFoundError:
        return 0
