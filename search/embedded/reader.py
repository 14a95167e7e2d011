"""Who reads: always the last commit, whichever process made it."""

from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import tantivy

from search.embedded.clauses import codes
from search.embedded.schema import SCHEMA, VECTORS
from search.generations import Generations
from search.index import IndexUnavailable
from search.meaning.vectors import EMPTY, Matrix, mapped

FAULTS = (OSError, ValueError)  # what Tantivy raises


@dataclass(frozen=True, slots=True)
class State:
    """What is searched: passages and vectors of one generation, and the codes of its languages."""

    searcher: tantivy.Searcher
    vectors: Matrix
    codes: tuple[str, ...]


class Reader:
    """Gives a searcher that sees the last commit, with the vectors of its passages."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._lock = Lock()
        self._index = tantivy.Index(SCHEMA)  # in memory and empty, until there is something in the folder
        self._now = State(self._index.searcher(), EMPTY, ())
        self._folder: Path | None = None
        self._commit: tuple[int, int] | None = None

    def now(self) -> State:
        with self._lock:
            try:
                self._look()
            except (*FAULTS, IndexUnavailable):
                self._look_again()
            return self._now

    def searcher(self) -> tantivy.Searcher:
        return self.now().searcher

    def _look(self) -> None:
        folder = self._generations.current()
        if folder is None:
            return
        file = (folder / "meta.json").stat()  # a new file takes its place at every commit
        commit = (file.st_ino, file.st_mtime_ns)
        if (folder, commit) == (self._folder, self._commit):
            return
        if folder != self._folder:
            self._index = opened(folder)
        self._index.reload()
        # Vectors last: whoever writes them does so before the commit, so that none of a passage's is missing.
        searcher = self._index.searcher()
        self._now = State(searcher, mapped(folder / VECTORS), tuple(codes(searcher)))
        self._folder, self._commit = folder, commit

    def _look_again(self) -> None:
        """A rebuild may have swept the folder away just after its name was read; twice in a row it is a fault."""
        try:
            self._look()
        except FAULTS as fault:
            raise IndexUnavailable(damaged(fault)) from fault


def opened(folder: Path) -> tantivy.Index:
    try:
        index = tantivy.Index.open(str(folder))
    except FAULTS as fault:
        raise IndexUnavailable(damaged(fault)) from fault
    index.config_reader("manual")
    return index


def damaged(fault: Exception) -> str:
    return f"The search index is damaged ({fault}); make it anew with: peer-stories reindex"
