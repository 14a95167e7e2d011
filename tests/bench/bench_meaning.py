"""What a search by meaning takes: memory and time over many vectors, each asked of a process that has just begun.

    python tests/bench/bench_meaning.py [--vectors 250000] [--questions 200]

Vectors are made up (see passages.py); passages hold a few words each, as only their number matters here. `memory` is
what the searching process holds of its own (anonymous), and what it has mapped of the files that all processes share.
"""

import argparse
import multiprocessing
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from time import perf_counter

from search.documents import Audience, Field, PassageDocument
from search.embedded import EmbeddedIndex
from search.query import Filter, Mode, OneOf, Query
from tests.bench.bench_search import at
from tests.bench.passages import made_up
from tests.bench.peers import bytes_in

STORY = 100  # passages
WORDS = ("We", "walked", "along", "the", "river", "and", "somebody", "sang", "about", "winter", "before", "noon")


def documents(number: int) -> Iterator[PassageDocument]:
    for place, vector in enumerate(made_up(number)):
        story, said = str(place // STORY), f"{WORDS[place % len(WORDS)]} {WORDS[place * 7 % 5]} {place}"
        theme = ("seldom",) if place % 100 == 0 else ("tenth",) if place % 10 == 1 else ()
        yield PassageDocument(
            id=str(place), story=story, ordinal=place, text=said, title="", themes=theme, vector=vector
        )


def asked(folder: Path, number: int, questions: int) -> None:
    index = EmbeddedIndex(folder)
    index.search(Query(audience=Audience.PUBLIC, text="river"))
    memory("words only")
    vectors = list(islice(made_up(number), questions))
    started = perf_counter()
    index.search(Query(audience=Audience.PUBLIC, mode=Mode.MEANING, vector=vectors[0]))
    print(f"the first search: {(perf_counter() - started) * 1000:.1f} ms")
    memory("after meaning")
    shapes: dict[str, tuple[Mode, str, Filter | None]] = {
        "meaning": (Mode.MEANING, "", None),
        "meaning, 1 in 10": (Mode.MEANING, "", OneOf(Field.THEME, ("tenth",))),
        "meaning, 1 in 100": (Mode.MEANING, "", OneOf(Field.THEME, ("seldom",))),
        "both, one word": (Mode.BOTH, "river ", None),
        "words, one word": (Mode.WORDS, "river ", None),
    }
    for name, (mode, text, where) in shapes.items():

        def ask(vector: bytes, mode: Mode = mode, text: str = text, where: Filter | None = where) -> float:
            started = perf_counter()
            query = Query(audience=Audience.PUBLIC, text=text, where=where, mode=mode, vector=vector)
            index.search(query)
            return (perf_counter() - started) * 1000

        told(name, [ask(vector) for vector in vectors])
        if where is None:
            told(f"{name}, 4 threads", threaded(ask, vectors))
    memory("at the end")


def threaded(ask: Callable[[bytes], float], vectors: list[bytes]) -> list[float]:
    with ThreadPoolExecutor(4) as threads:
        return list(threads.map(ask, vectors))


def told(name: str, times: list[float]) -> None:
    print(f"{name:28}" + "".join(f"  p{percent} {at(times, percent):7.1f} ms" for percent in (50, 95, 99)))


def memory(when: str) -> None:
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    own, shared = (int(lines[name].split()[0]) / 1024 for name in ("RssAnon", "RssFile"))
    print(f"memory {when}: {own:.0f} MB of its own, {shared:.0f} MB of shared files")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--vectors", type=int, default=250_000)
    parser.add_argument("--questions", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        started = perf_counter()
        EmbeddedIndex(folder).rebuild(Audience.PUBLIC, documents(given.vectors))
        took = perf_counter() - started
        files = sum(path.stat().st_size for path in folder.glob("*/*/vectors.*"))
        print(
            f"{given.vectors:,} vectors written in {took:.0f} s: {files / 1e6:.0f} of {bytes_in(folder) / 1e6:.0f} MB"
        )
        spawned = multiprocessing.get_context("spawn")
        process = spawned.Process(target=asked, args=(folder, given.vectors, given.questions))
        process.start()
        process.join()


if __name__ == "__main__":
    main()
