"""Who writes: passages to Tantivy, their vectors beside it, and what becomes visible when."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import tantivy

from search.documents import Audience, PassageDocument
from search.embedded.clauses import with_one_of
from search.embedded.counting import number
from search.embedded.near import rows_of
from search.embedded.reader import FAULTS, opened
from search.embedded.schema import SCHEMA, VECTORS, document
from search.generations import Generations
from search.index import IndexBusy, IndexUnavailable
from search.meaning.vectors import Matrix, VectorFile, read

_WRITER_BYTES = 64_000_000
_AT_ONCE = 1_000  # rows in one question
_Spare = defaultdict[bytes, list[int]]  # rows by the vector that stands in them


class EmbeddedBatch:
    """A search.index.Batch. An audience's writer is opened at the first change for it, and commits when `ends` does."""

    def __init__(self, generations: Mapping[Audience, Generations], ends: ExitStack) -> None:
        self._generations = generations
        self._ends = ends
        self._writers: dict[Audience, Writer] = {}

    def put(self, audience: Audience, story: str, documents: Sequence[PassageDocument]) -> None:
        if any(passage.story != story for passage in documents):
            raise ValueError(f"A passage of another story was put among those of {story}.")
        if audience not in self._writers:
            generations = self._generations[audience]
            folder = generations.current() or _first(generations)
            self._writers[audience] = self._ends.enter_context(writing(folder, opened(folder)))
        self._writers[audience].replace(story, documents)

    def drop(self, audience: Audience, story: str) -> None:
        self.put(audience, story, ())


class Writer:
    """Changes to one generation. A story's rows are used again where the vectors are the same."""

    def __init__(self, index: tantivy.Index, tantivy_writer: tantivy.IndexWriter, vectors: VectorFile) -> None:
        self._searcher = index.searcher()
        self._tantivy = tantivy_writer
        self._vectors = vectors
        vectors.reach(_rows_named(self._searcher))
        self._spare: dict[str, _Spare] = {}  # by story: rows that it used before this batch, or earlier in it
        self._used: dict[str, list[tuple[bytes, int]]] = defaultdict(list)
        doubtful = vectors.doubtful()
        if doubtful:
            vectors.forget(set(doubtful) - self._in_use(doubtful))

    def replace(self, story: str, documents: Sequence[PassageDocument]) -> None:
        if story not in self._spare:
            self._spare[story] = self._held(story)
        for vector, row in self._used.pop(story, ()):
            self._spare[story][vector].append(row)
        self._tantivy.delete_documents_by_term("story", story)
        for passage in documents:
            self.add(passage)

    def add(self, passage: PassageDocument) -> None:
        row = None
        if passage.vector is not None:
            vector = read(passage.vector)
            row = self._row(passage.story, vector)
        self._tantivy.add_document(document(passage, row))

    def _row(self, story: str, vector: Matrix) -> int:
        spare = self._spare.get(story)
        if spare is None:  # the index is made anew, nothing can be used again
            return self._vectors.append(vector)
        content = vector.tobytes()
        row = spare[content].pop(0) if spare[content] else self._vectors.append(vector)
        self._used[story].append((content, row))
        return row

    def commit(self) -> None:
        freed = [row for spare in self._spare.values() for rows in spare.values() for row in rows]
        self._vectors.keep(freed)
        self._tantivy.commit()
        self._vectors.forget(freed)

    def _held(self, story: str) -> _Spare:
        """The rows of a story's passages as they were committed."""
        query = tantivy.Query.term_query(SCHEMA, "story", story)
        found = self._searcher.search(query, limit=max(1, number(self._searcher, query)), count=False)
        rows = [row for row in rows_of(self._searcher, [address for _, address in found.hits]) if row is not None]
        spare: _Spare = defaultdict(list)
        for row, vector in zip(rows, self._vectors.read(rows), strict=True):
            spare[vector.tobytes()].append(row)
        return spare

    def _in_use(self, rows: Sequence[int]) -> set[int]:
        used: set[int | None] = set()
        for start in range(0, len(rows), _AT_ONCE):
            some = rows[start : start + _AT_ONCE]
            found = self._searcher.search(with_one_of("row", some), limit=len(some), count=False)
            used.update(rows_of(self._searcher, [address for _, address in found.hits]))
        return {row for row in used if row is not None}


def _rows_named(searcher: tantivy.Searcher) -> int:
    """Passages name no row from this number on."""
    last = searcher.aggregate(tantivy.Query.all_query(), {"last": {"max": {"field": "row"}}})["last"]["value"]
    return 0 if last is None else int(last) + 1


@contextmanager
def writing(folder: Path, index: tantivy.Index) -> Iterator[Writer]:
    """Commits what was written in the block, or takes all of it back.

    Then waits until segments are merged: a writer let go earlier would leave them small for ever, and one that is
    merely forgotten keeps Tantivy's lock. One thread keeps passages in the order they came; the caller's own work
    takes another core.
    """
    with _refusing_plainly():
        tantivy_writer = index.writer(_WRITER_BYTES, 1)
    try:
        with _refusing_plainly():
            writer = Writer(index, tantivy_writer, VectorFile(folder / VECTORS))
        yield writer
        with _refusing_plainly():
            writer.commit()
    except BaseException:
        with suppress(*FAULTS):
            tantivy_writer.rollback()
        raise
    finally:
        tantivy_writer.wait_merging_threads()


@contextmanager
def _refusing_plainly() -> Iterator[None]:
    try:
        yield
    except FAULTS as fault:
        if "LockBusy" in str(fault):
            raise IndexBusy("Another process is writing to the search index.") from fault
        raise IndexUnavailable(f"The search index cannot be written: {fault}.") from fault


def _first(generations: Generations) -> Path:
    folder = generations.create()
    tantivy.Index(SCHEMA, str(folder))
    generations.adopt(folder)
    return folder
