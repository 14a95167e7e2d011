"""The index is made anew while two readers go on asking: how many questions failed, or got half an answer.

    python tests/bench/bench_rebuild.py [--passages 250000] [--corpus FOLDER] [--words-only]

A reader of this process and one in a process of its own ask one question after another, by words and (unless
--words-only) by meaning and both, from before the rebuild to after it. The passages are the same before and after, so
that any answer with another total is counted as a wrong one.
"""

import argparse
import multiprocessing
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from search.documents import Audience
from search.embedded import EmbeddedIndex
from search.index import IndexUnavailable
from search.query import Mode, Query
from tests.bench.bench_search import at
from tests.bench.passages import Corpus, Question, make_corpus, make_questions
from tests.bench.peers import FACETS


@dataclass
class Asked:
    times_ms: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    wrong: int = 0

    def __str__(self) -> str:
        times = ", ".join(f"p{percent} {at(self.times_ms, percent):.1f} ms" for percent in (50, 95, 99))
        failures = f"{len(self.failed)} failed{' (' + self.failed[0] + ')' if self.failed else ''}"
        return f"{len(self.times_ms):,} questions, {failures}, {self.wrong} with another total; {times}"


def keep_asking(index: EmbeddedIndex, questions: list[Question], modes: list[Mode], over: Callable[[], bool]) -> Asked:
    asked, totals = Asked(), dict[tuple[int, Mode], int]()
    while not over():
        for number, question in enumerate(questions):
            for mode in modes:
                vector = None if mode is Mode.WORDS else question.vector
                query = Query(audience=Audience.PUBLIC, text=question.text, facets=FACETS, mode=mode, vector=vector)
                started = perf_counter()
                try:
                    total = index.search(query).total
                except IndexUnavailable as fault:
                    asked.failed.append(str(fault))
                    continue
                asked.times_ms.append((perf_counter() - started) * 1000)
                asked.wrong += totals.setdefault((number, mode), total) != total
    return asked


def elsewhere(folder: Path, questions: list[Question], modes: list[Mode], over: Any, told: Any) -> None:
    told.put(keep_asking(EmbeddedIndex(folder), questions, modes, over.is_set))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--passages", type=int, default=250_000)
    parser.add_argument("--corpus", type=Path, help="a folder with a corpus made before")
    parser.add_argument("--words-only", action="store_true")
    given = parser.parse_args()
    modes = [Mode.WORDS] if given.words_only else list(Mode)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if given.corpus is None:
            make_corpus(folder, given.passages)
        corpus = Corpus(given.corpus or folder, given.passages, meant=not given.words_only)
        questions = make_questions(corpus, 50, seed=1)
        index = EmbeddedIndex(folder / "index")
        index.rebuild(Audience.PUBLIC, corpus)
        spawned = multiprocessing.get_context("spawn")
        over, told = spawned.Event(), spawned.Queue()
        other = spawned.Process(target=elsewhere, args=(folder / "index", questions, modes, over, told))
        results: list[Asked] = []
        reading = (EmbeddedIndex(folder / "index"), questions, modes, over.is_set)
        here = threading.Thread(target=lambda: results.append(keep_asking(*reading)))
        other.start()
        here.start()
        started = perf_counter()
        number = index.rebuild(Audience.PUBLIC, corpus)
        took = perf_counter() - started
        over.set()
        here.join()
        print(f"{number:,} passages made anew in {took:.0f} s while questions went on")
        print(f"in the same process: {results[0]}")
        print(f"in another process:  {told.get()}")
        other.join()


if __name__ == "__main__":
    main()
