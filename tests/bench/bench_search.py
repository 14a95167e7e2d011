"""Three ways to search the same passages with the same questions: Tantivy, Meilisearch, SQLite FTS5.

    python tests/bench/bench_search.py --passages 100000 [--modes words,meaning,both] [--corpus FOLDER]

FOLDER holds corpus.jsonl and interviews.jsonl as ../shared/tools/make_corpus.py writes them; without it they are made
in a temporary folder. Meilisearch takes part where PEER_STORIES_SEARCH_URL (and …_SEARCH_KEY) is set.

Each question is one to four words of a passage drawn by chance: whole, or the last one half typed, or one with a slip.
Each engine gives the best 20, the total, the number of stories and of narrators and four facets over all matches,
within some years. The time holds what a page needs besides: the texts, read from a database that decides whether they
may be shown, and the marks in them. "recall" is the share of questions whose own passage is among those 20.

Meaning is asked of vectors that are made up (see passages.py): their times are true, their recall says nothing. More
than 250,000 passages are searched by words alone unless --modes says otherwise.
"""

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from search.query import Mode
from tests.bench.passages import KINDS, Corpus, Question, make_corpus, make_questions
from tests.bench.peers import Archive, Engine, Fts5, engines

MEANT_UP_TO = 250_000


@dataclass(frozen=True)
class Result:
    name: str
    documents_per_s: float
    size: int
    times_ms: list[float]
    found: list[bool]


def trials(
    engine: Engine, archive: Archive, corpus: Corpus, questions: list[Question], modes: list[Mode]
) -> list[Result]:
    started = perf_counter()
    engine.build(corpus)
    speed, size = corpus.number / (perf_counter() - started), engine.size()
    results = []
    for mode in [Mode.WORDS] if isinstance(engine, Fts5) else modes:
        for question in questions[:20]:  # so that all begin with warm files
            engine.ask(question, mode)
        times, found = [], []
        for question in questions:
            started = perf_counter()
            ids = archive.shown(engine.ask(question, mode), question.text)
            times.append((perf_counter() - started) * 1000)
            found.append(question.source in ids)
        results.append(Result(f"{engine.name} {mode}", speed, size, times, found))
    return results


def table(results: list[Result], questions: list[Question]) -> Iterator[str]:
    base = at(results[-1].times_ms, 95)
    heads = ["p50 ms", "p95 ms", "p99 ms", "FTS5/p95", "docs/s", "MB", "recall", *KINDS]
    yield f"{'':20}" + "".join(f"{head:>10}" for head in heads)
    for result in results:
        times = [at(result.times_ms, share) for share in (50, 95, 99)]
        cells = [f"{value:.1f}" for value in times] + [f"{base / times[1]:.1f}", f"{result.documents_per_s:,.0f}"]
        cells += [f"{result.size / 1e6:.0f}", f"{share(result.found):.3f}"]
        for kind in KINDS:
            of_kind = [hit for hit, question in zip(result.found, questions, strict=True) if question.kind == kind]
            cells.append(f"{share(of_kind):.3f}")
        yield f"{result.name:20}" + "".join(f"{cell:>10}" for cell in cells)


def at(times: list[float], percent: int) -> float:
    return sorted(times)[min(len(times) - 1, len(times) * percent // 100)]


def share(found: list[bool]) -> float:
    return sum(found) / len(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--modes", help="of: words,meaning,both")
    parser.add_argument("--corpus", type=Path, help="a folder with a corpus made before")
    args = parser.parse_args()
    usual = "words,meaning,both" if args.passages <= MEANT_UP_TO else "words"
    modes = [Mode(name) for name in (args.modes or usual).split(",")]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if args.corpus is None:
            make_corpus(folder, args.passages)
        corpus = Corpus(args.corpus or folder, args.passages, meant=modes != [Mode.WORDS])
        questions = make_questions(corpus, args.questions, args.seed)
        archive = Archive(folder / "archive.db")
        archive.fill(corpus)
        results = [each for engine in engines(folder) for each in trials(engine, archive, corpus, questions, modes)]
        print(f"{corpus.number:,} passages, {len(questions)} questions, four facets, a filter, top 20 with marks")
        print("\n".join(table(results, questions)))


if __name__ == "__main__":
    main()
