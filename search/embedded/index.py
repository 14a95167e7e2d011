"""The embedded index itself: a folder that several processes share."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

import tantivy

from search.documents import Audience, PassageDocument
from search.embedded.batch import EmbeddedBatch, writing
from search.embedded.learnt import Learnt
from search.embedded.near import rows_of
from search.embedded.question import Question
from search.embedded.reader import FAULTS, Reader
from search.embedded.schema import SCHEMA, VERSION
from search.generations import Generations
from search.index import Answer, Batch, IndexUnavailable
from search.meaning.vectors import stands
from search.query import Query


class EmbeddedIndex:
    """A search.index.SearchIndex in a folder of this machine, made at the first writing where there is none.

    Any number of processes and threads may search while one writes. The next search sees what was written.
    """

    def __init__(self, folder: Path) -> None:
        self._generations = {audience: Generations(folder / audience.value, VERSION) for audience in Audience}
        self._readers = {audience: Reader(generations) for audience, generations in self._generations.items()}
        self._learnt = Learnt(folder / "alike.json")

    def search(self, query: Query) -> Answer:
        started = perf_counter()
        state, alike = self._readers[query.audience].now(), self._learnt.now()
        try:
            found = Question(query, state, alike).answer()
        except FAULTS as fault:
            raise IndexUnavailable(f"The search index could not answer: {fault}.") from fault
        counted, took_ms = found.counted, (perf_counter() - started) * 1000
        return Answer(
            found.hits,
            counted.total,
            counted.stories,
            took_ms,
            counted.facets,
            found.shown_for,
            counted.narrators,
            found.also,
        )

    @contextmanager
    def writing(self) -> Iterator[Batch]:
        with ExitStack() as ends:
            for generations in self._generations.values():
                ends.enter_context(generations.writing())
            yield EmbeddedBatch(self._generations, ends)

    def rebuild(self, audience: Audience, documents: Iterable[PassageDocument]) -> int:
        generations = self._generations[audience]
        with generations.writing():
            folder, number = generations.create(), 0
            try:
                with writing(folder, tantivy.Index(SCHEMA, str(folder))) as writer:
                    for passage in documents:
                        writer.add(passage)
                        number += 1
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            generations.adopt(folder)
        return number

    def learn(self, alike: Sequence[Sequence[str]]) -> None:
        self._learnt.keep(alike)

    def inventory(self, audience: Audience) -> Iterator[tuple[str, str, str]]:
        """A passage whose vector is lost has an empty stamp: it is not as it should be."""
        state = self._readers[audience].now()
        searcher = state.searcher
        every = searcher.search(tantivy.Query.all_query(), limit=max(1, searcher.num_docs), count=False)
        addresses = [address for _, address in every.hits]
        for address, row in zip(addresses, rows_of(searcher, addresses), strict=True):
            doc = searcher.doc(address)
            whole = row is None or stands(state.vectors, row)
            yield doc["id"][0], doc["story"][0], doc["stamp"][0] if whole else ""

    def health(self) -> str:
        public, staff = (self._readers[audience].searcher().num_docs for audience in Audience)
        return f"Tantivy {version('tantivy')} inside the process: {public} public passages, {staff} for staff."
