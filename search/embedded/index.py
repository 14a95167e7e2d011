"""The embedded index itself: who reads, who writes, and what becomes visible when."""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from time import perf_counter

import tantivy

from search.documents import Audience, PassageDocument
from search.embedded.question import Question
from search.embedded.schema import SCHEMA, VERSION, document
from search.generations import Generations
from search.index import Answer, Batch, IndexBusy, IndexUnavailable
from search.query import Query

_WRITER_BYTES = 64_000_000
_FAULTS = (OSError, ValueError)  # what Tantivy raises


class EmbeddedIndex:
    """A search.index.SearchIndex in a folder of this machine, made at the first writing where there is none.

    Any number of processes and threads may search while one writes. The next search sees what was written.
    """

    def __init__(self, folder: Path) -> None:
        self._generations = {audience: Generations(folder / audience.value, VERSION) for audience in Audience}
        self._readers = {audience: _Reader(generations) for audience, generations in self._generations.items()}

    def search(self, query: Query) -> Answer:
        started = perf_counter()
        searcher = self._readers[query.audience].searcher()
        try:
            question = Question(query, searcher)
            clause, counted, shown_for = question.settle()
            hits = tuple(question.hits(clause))
        except _FAULTS as fault:
            raise IndexUnavailable(f"The search index could not answer: {fault}.") from fault
        took_ms = (perf_counter() - started) * 1000
        return Answer(hits, counted.total, counted.stories, took_ms, counted.facets, shown_for)

    @contextmanager
    def writing(self) -> Iterator[Batch]:
        with ExitStack() as ends:
            for generations in self._generations.values():
                ends.enter_context(generations.writing())
            yield _Batch(self._generations, ends)

    def rebuild(self, audience: Audience, documents: Iterable[PassageDocument]) -> int:
        generations = self._generations[audience]
        with generations.writing():
            folder, number = generations.create(), 0
            try:
                with _committing(tantivy.Index(SCHEMA, str(folder))) as writer:
                    for passage in documents:
                        writer.add_document(document(passage))
                        number += 1
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            generations.adopt(folder)
        return number

    def learn(self, alike: Sequence[Sequence[str]]) -> None:
        raise NotImplementedError

    def inventory(self, audience: Audience) -> Iterator[tuple[str, str, str]]:
        searcher = self._readers[audience].searcher()
        every = searcher.search(tantivy.Query.all_query(), limit=max(1, searcher.num_docs), count=False)
        for _, address in every.hits:
            doc = searcher.doc(address)
            yield doc["id"][0], doc["story"][0], doc["stamp"][0]

    def health(self) -> str:
        public, staff = (self._readers[audience].searcher().num_docs for audience in Audience)
        return f"Tantivy {version('tantivy')} inside the process: {public} public passages, {staff} for staff."


class _Batch:
    """A search.index.Batch. An audience's writer is opened at the first change for it, and commits when `ends` does."""

    def __init__(self, generations: Mapping[Audience, Generations], ends: ExitStack) -> None:
        self._generations = generations
        self._ends = ends
        self._writers: dict[Audience, tantivy.IndexWriter] = {}

    def put(self, audience: Audience, story: str, documents: Sequence[PassageDocument]) -> None:
        if any(passage.story != story for passage in documents):
            raise ValueError(f"A passage of another story was put among those of {story}.")
        self.drop(audience, story)
        for passage in documents:
            self._writers[audience].add_document(document(passage))

    def drop(self, audience: Audience, story: str) -> None:
        if audience not in self._writers:
            index = self._index(self._generations[audience])
            self._writers[audience] = self._ends.enter_context(_committing(index))
        self._writers[audience].delete_documents_by_term("story", story)

    def _index(self, generations: Generations) -> tantivy.Index:
        folder = generations.current()
        if folder is not None:
            return _opened(folder)
        folder = generations.create()
        index = tantivy.Index(SCHEMA, str(folder))
        generations.adopt(folder)
        return index


class _Reader:
    """Gives a searcher that sees the last commit, whichever process made it."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._lock = Lock()
        self._index = tantivy.Index(SCHEMA)  # in memory and empty, until there is something in the folder
        self._searcher = self._index.searcher()
        self._folder: Path | None = None
        self._commit: tuple[int, int] | None = None

    def searcher(self) -> tantivy.Searcher:
        with self._lock:
            try:
                self._look()
            except (*_FAULTS, IndexUnavailable):
                self._look_again()
            return self._searcher

    def _look(self) -> None:
        folder = self._generations.current()
        if folder is None:
            return
        file = (folder / "meta.json").stat()  # a new file takes its place at every commit
        commit = (file.st_ino, file.st_mtime_ns)
        if (folder, commit) == (self._folder, self._commit):
            return
        if folder != self._folder:
            self._index = _opened(folder)
        self._index.reload()
        self._searcher, self._folder, self._commit = self._index.searcher(), folder, commit

    def _look_again(self) -> None:
        """A rebuild may have swept the folder away just after its name was read; twice in a row it is a fault."""
        try:
            self._look()
        except _FAULTS as fault:
            raise IndexUnavailable(_damaged(fault)) from fault


@contextmanager
def _committing(index: tantivy.Index) -> Iterator[tantivy.IndexWriter]:
    """Commits what was written in the block, or takes all of it back.

    Then waits until segments are merged: a writer let go earlier would leave them small for ever, and one that is
    merely forgotten keeps Tantivy's lock. One thread keeps passages in the order they came; the caller's own work
    takes another core.
    """
    with _refusing_plainly():
        writer = index.writer(_WRITER_BYTES, 1)
    try:
        yield writer
        with _refusing_plainly():
            writer.commit()
    except BaseException:
        with suppress(*_FAULTS):
            writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()


@contextmanager
def _refusing_plainly() -> Iterator[None]:
    try:
        yield
    except _FAULTS as fault:
        if "LockBusy" in str(fault):
            raise IndexBusy("Another process is writing to the search index.") from fault
        raise IndexUnavailable(f"The search index cannot be written: {fault}.") from fault


def _opened(folder: Path) -> tantivy.Index:
    try:
        index = tantivy.Index.open(str(folder))
    except _FAULTS as fault:
        raise IndexUnavailable(_damaged(fault)) from fault
    index.config_reader("manual")
    return index


def _damaged(fault: Exception) -> str:
    return f"The search index is damaged ({fault}); make it anew with: peer-stories reindex"
