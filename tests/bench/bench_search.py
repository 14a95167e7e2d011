"""Three ways to search the same passages with the same questions: Tantivy, Meilisearch, SQLite FTS5.

    python tests/bench/bench_search.py --passages 100000 --corpus FOLDER

FOLDER holds corpus.jsonl and interviews.jsonl as ../shared/tools/make_corpus.py writes them; without it they are made
in a temporary folder. Meilisearch takes part where PEER_STORIES_SEARCH_URL (and …_SEARCH_KEY) is set.

Each question is one to four words of a passage drawn by chance: whole, or the last one half typed, or one with a slip.
Each engine gives the best 20, the total, the number of stories and four facets over all matches, within some years.
"recall" is the share of questions whose own passage is among those 20.
"""

import argparse
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from meilisearch import Client

from search.documents import Audience, Field, PassageDocument
from search.embedded import EmbeddedIndex
from search.index import SearchIndex
from search.query import Between, Query
from search.server import MeilisearchIndex
from search.tokens import terms

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
FACETS = (Field.THEME, Field.NARRATOR, Field.PLACE, Field.YEAR)
KINDS = ("whole", "prefix", "slip")
URL, KEY = os.environ.get("PEER_STORIES_SEARCH_URL"), os.environ.get("PEER_STORIES_SEARCH_KEY")


@dataclass(frozen=True)
class Question:
    text: str
    kind: str
    source: str
    since: int


@dataclass(frozen=True)
class Result:
    name: str
    documents_per_s: float
    size: int
    times_ms: list[float]
    found: list[bool]


def make_corpus(folder: Path, passages: int) -> None:
    tool = [sys.executable, str(SHARED / "tools" / "make_corpus.py"), str(SHARED / "data")]
    out = ["--out", str(folder / "corpus.jsonl"), "--interviews", str(folder / "interviews.jsonl")]
    subprocess.run([*tool, "--passages", str(passages), *out], check=True)


def read(folder: Path, passages: int) -> list[PassageDocument]:
    with (folder / "interviews.jsonl").open() as lines:
        interviews = {line["interview"]: line for line in map(json.loads, lines)}
    documents: list[PassageDocument] = []
    with (folder / "corpus.jsonl").open() as lines:
        for number, line in enumerate(lines):
            if number == passages:
                break
            passage = json.loads(line)
            documents.append(document(number, passage, interviews[passage["interview"]]))
    return documents


def document(number: int, passage: dict[str, Any], interview: dict[str, Any]) -> PassageDocument:
    return PassageDocument(
        id=f"p{number}",
        story=passage["interview"],
        ordinal=number,
        text=passage["text"],
        title=interview["title"],
        language="en",
        speaker=passage["speaker"],
        names=(interview["narrator"], interview["interviewer"]),
        narrators=(interview["narrator"].lower().replace(" ", "-"),),
        interviewers=(interview["interviewer"].lower().replace(" ", "-"),),
        themes=tuple(passage["themes"]),
        theme_labels=tuple(passage["themes"]),
        place=interview["place"],
        year=int(interview["date"][:4]),
    )


def make_questions(documents: list[PassageDocument], number: int, seed: int) -> list[Question]:
    rng = random.Random(seed)  # noqa: S311 - chance that can be repeated
    questions: list[Question] = []
    while len(questions) < number:
        source = rng.choice(documents)
        words = list(dict.fromkeys(word for word in terms(source.text) if len(word) > 3))
        wanted = rng.randint(1, 4)
        if len(words) < wanted + 2:
            continue
        kind = KINDS[len(questions) % len(KINDS)]
        places = sorted(rng.sample(range(len(words)), wanted))
        typed = [words[place] for place in places]
        if kind == "prefix":
            typed[-1] = typed[-1][: max(3, len(typed[-1]) - 2)]
        if kind == "slip":
            longest = max(typed, key=len)
            if len(longest) < 5:
                continue
            typed[typed.index(longest)] = slip(longest, rng)
        end = "" if kind == "prefix" else " "
        questions.append(Question(" ".join(typed) + end, kind, source.id, (source.year or 0) - rng.randint(0, 30)))
    return questions


def slip(word: str, rng: random.Random) -> str:
    place = rng.randrange(1, len(word) - 1)
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return rng.choice([word[:place] + word[place + 1 :], word[:place] + "x" + word[place + 1 :], swapped])


class Indexed:
    """One of our own indexes."""

    def __init__(self, name: str, index: SearchIndex, size: Callable[[], int]) -> None:
        self.name, self.size, self._index = name, size, index

    def build(self, documents: list[PassageDocument]) -> None:
        self._index.rebuild(Audience.PUBLIC, documents)

    def ask(self, question: Question) -> list[str]:
        since = Between(Field.YEAR, question.since)
        query = Query(audience=Audience.PUBLIC, text=question.text, where=since, facets=FACETS)
        return [hit.id for hit in self._index.search(query).hits]


class Fts5:
    """SQLite's own full-text search, with the stemmer and the ranking it brings along."""

    name = "SQLite FTS5"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript("""
            PRAGMA journal_mode=WAL; PRAGMA cache_size=-200000;
            CREATE VIRTUAL TABLE words USING fts5(text, title, names, labels, content='',
                tokenize="porter unicode61 remove_diacritics 2", prefix='3');
            CREATE TABLE passage(id INTEGER PRIMARY KEY, story, narrator, place, year INTEGER);
            CREATE TABLE theme(passage INTEGER, value, PRIMARY KEY(passage, value)) WITHOUT ROWID;
            CREATE TEMP TABLE matching(id INTEGER PRIMARY KEY, score);
        """)

    def size(self) -> int:
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return self._path.stat().st_size

    def build(self, documents: list[PassageDocument]) -> None:
        db = self._db
        db.execute("BEGIN")
        for d in documents:
            key, labels = int(d.id[1:]), " ".join(d.theme_labels)
            searched = (key, d.text, d.title, " ".join(d.names), labels)
            db.execute("INSERT INTO words(rowid, text, title, names, labels) VALUES (?,?,?,?,?)", searched)
            db.execute("INSERT INTO passage VALUES (?,?,?,?,?)", (key, d.story, d.narrators[0], d.place, d.year))
            db.executemany("INSERT OR IGNORE INTO theme VALUES (?,?)", [(key, theme) for theme in d.themes])
        db.execute("INSERT INTO words(words) VALUES ('optimize')")
        db.execute("COMMIT")

    def ask(self, question: Question) -> list[str]:
        typed = " AND ".join(f'"{word}"' for word in question.text.split())
        match = typed if question.text.endswith(" ") else typed + "*"
        db = self._db
        db.execute("DELETE FROM matching")
        db.execute(
            "INSERT INTO matching SELECT p.id, rank FROM words JOIN passage p ON p.id = words.rowid"
            " WHERE words MATCH ? AND p.year >= ?",
            (match, question.since),
        )
        counted = "FROM matching m JOIN passage USING (id)"
        db.execute(f"SELECT count(*), count(DISTINCT story) {counted}").fetchall()
        for facet in ("narrator", "place", "year"):
            db.execute(f"SELECT {facet}, count(*) n {counted} GROUP BY 1 ORDER BY n DESC LIMIT 100").fetchall()
        themes = "SELECT value, count(*) n FROM matching m JOIN theme ON passage = m.id GROUP BY 1"
        db.execute(f"{themes} ORDER BY n DESC LIMIT 100").fetchall()
        return [f"p{key}" for (key,) in db.execute("SELECT id FROM matching ORDER BY score LIMIT 20")]


Engine = Indexed | Fts5


def engines(folder: Path) -> Iterator[Engine]:
    kept = folder / "tantivy"
    yield Indexed("Tantivy", EmbeddedIndex(kept), lambda: sum(f.stat().st_size for f in kept.rglob("*") if f.is_file()))
    if URL:
        prefix = "bench-search"
        yield Indexed("Meilisearch", MeilisearchIndex(URL, KEY, prefix), lambda: meilisearch_bytes(prefix))
    yield Fts5(folder / "fts5.db")


def meilisearch_bytes(prefix: str) -> int:
    """What its database holds of this index, and nothing of others on the same server."""
    stats = Client(URL or "", KEY).index(f"{prefix}-public").get_stats(show_internal_database_sizes=True)
    return sum(dict(stats.internal_database_sizes).values())


def trial(engine: Engine, documents: list[PassageDocument], questions: list[Question]) -> Result:
    started = perf_counter()
    engine.build(documents)
    built = perf_counter() - started
    for question in questions[:20]:  # so that all begin with warm files
        engine.ask(question)
    times, found = [], []
    for question in questions:
        started = perf_counter()
        ids = engine.ask(question)
        times.append((perf_counter() - started) * 1000)
        found.append(question.source in ids)
    return Result(engine.name, len(documents) / built, engine.size(), times, found)


def table(results: list[Result], questions: list[Question]) -> Iterator[str]:
    base = at(results[-1].times_ms, 95)
    heads = ["p50 ms", "p95 ms", "p99 ms", "p95/FTS5", "docs/s", "MB", "recall", *KINDS]
    yield f"{'':13}" + "".join(f"{head:>10}" for head in heads)
    for result in results:
        times = [at(result.times_ms, share) for share in (50, 95, 99)]
        cells = [f"{value:.1f}" for value in times] + [f"{times[1] / base:.2f}", f"{result.documents_per_s:,.0f}"]
        cells += [f"{result.size / 1e6:.0f}", f"{share(result.found):.3f}"]
        for kind in KINDS:
            of_kind = [hit for hit, question in zip(result.found, questions, strict=True) if question.kind == kind]
            cells.append(f"{share(of_kind):.3f}")
        yield f"{result.name:13}" + "".join(f"{cell:>10}" for cell in cells)


def at(times: list[float], percent: int) -> float:
    return sorted(times)[min(len(times) - 1, len(times) * percent // 100)]


def share(found: list[bool]) -> float:
    return sum(found) / len(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path, help="a folder with a corpus made before")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if args.corpus is None:
            make_corpus(folder, args.passages)
        documents = read(args.corpus or folder, args.passages)
        questions = make_questions(documents, args.questions, args.seed)
        results = [trial(engine, documents, questions) for engine in engines(folder)]
        print(f"{len(documents):,} passages, {len(questions)} questions, four facets, a filter, top 20")
        print("\n".join(table(results, questions)))


if __name__ == "__main__":
    main()
