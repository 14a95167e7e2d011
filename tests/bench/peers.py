"""Who answers in bench_search: our two indexes, SQLite FTS5, and the database that says who may read what."""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from meilisearch import Client

from search.documents import Audience, Field, PassageDocument
from search.embedded import EmbeddedIndex
from search.highlight import highlights
from search.index import SearchIndex
from search.query import Between, Mode, Query, parse
from search.server import MeilisearchIndex
from search.server.schema import VERSION
from tests.bench.passages import Corpus, Question

FACETS = (Field.THEME, Field.NARRATOR, Field.PLACE, Field.YEAR)
URL, KEY = os.environ.get("PEER_STORIES_SEARCH_URL"), os.environ.get("PEER_STORIES_SEARCH_KEY")
Told = tuple[list[str], tuple[str, ...]]  # ids of the best, and what else was looked for


class Archive:
    """Stands for the archive's database: the index finds, this decides, and the text that is shown comes from here."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript("""
            PRAGMA journal_mode=WAL;
            CREATE TABLE story(id PRIMARY KEY, open) WITHOUT ROWID;
            CREATE TABLE passage(id INTEGER PRIMARY KEY, story, text);
        """)

    def fill(self, documents: Iterable[PassageDocument]) -> None:
        self._db.execute("BEGIN")
        for each in documents:
            self._db.execute("INSERT OR IGNORE INTO story VALUES (?, 1)", (each.story,))
            self._db.execute("INSERT INTO passage VALUES (?, ?, ?)", (int(each.id[1:]), each.story, each.text))
        self._db.execute("COMMIT")

    def shown(self, told: Told, typed: str) -> list[str]:
        """The ids of what may be read, after its words have been marked."""
        ids, also = told
        read = f"""
            SELECT passage.id, text FROM passage JOIN story ON story.id = passage.story AND story.open
            WHERE passage.id IN ({",".join("?" * len(ids))})
        """
        texts = dict(self._db.execute(read, [int(id_[1:]) for id_ in ids]))
        words = parse(typed)
        for text in texts.values():
            highlights(text, words, "en", also)
        return [id_ for id_ in ids if int(id_[1:]) in texts]


class Indexed:
    """One of our own indexes."""

    def __init__(self, name: str, index: SearchIndex, size: Callable[[], int]) -> None:
        self.name, self.size, self._index = name, size, index

    def build(self, corpus: Corpus) -> None:
        self._index.rebuild(Audience.PUBLIC, corpus)

    def ask(self, question: Question, mode: Mode) -> Told:
        vector = None if mode is Mode.WORDS else question.vector
        since = Between(Field.YEAR, question.since)
        query = Query(
            audience=Audience.PUBLIC, text=question.text, where=since, facets=FACETS, mode=mode, vector=vector
        )
        answer = self._index.search(query)
        return [hit.id for hit in answer.hits], answer.also


class Fts5:
    """SQLite's own full-text search, with the stemmer and the ranking it brings along."""

    name = "FTS5"

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

    def build(self, corpus: Corpus) -> None:
        db = self._db
        db.execute("BEGIN")
        for d in corpus:
            key, labels = int(d.id[1:]), " ".join(d.theme_labels)
            searched = (key, d.text, d.title, " ".join(d.names), labels)
            db.execute("INSERT INTO words(rowid, text, title, names, labels) VALUES (?,?,?,?,?)", searched)
            db.execute("INSERT INTO passage VALUES (?,?,?,?,?)", (key, d.story, d.narrators[0], d.place, d.year))
            db.executemany("INSERT OR IGNORE INTO theme VALUES (?,?)", [(key, theme) for theme in d.themes])
        db.execute("INSERT INTO words(words) VALUES ('optimize')")
        db.execute("COMMIT")

    def ask(self, question: Question, mode: Mode) -> Told:
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
        db.execute(f"SELECT count(*), count(DISTINCT story), count(DISTINCT narrator) {counted}").fetchall()
        for facet in ("narrator", "place", "year"):
            db.execute(f"SELECT {facet}, count(*) n {counted} GROUP BY 1 ORDER BY n DESC LIMIT 100").fetchall()
        themes = "SELECT value, count(*) n FROM matching m JOIN theme ON passage = m.id GROUP BY 1"
        db.execute(f"{themes} ORDER BY n DESC LIMIT 100").fetchall()
        return [f"p{key}" for (key,) in db.execute("SELECT id FROM matching ORDER BY score LIMIT 20")], ()


Engine = Indexed | Fts5


def engines(folder: Path) -> Iterator[Engine]:
    kept = folder / "tantivy"
    yield Indexed("Tantivy", EmbeddedIndex(kept), lambda: bytes_in(kept))
    if URL:
        prefix = "bench-search"
        yield Indexed("Meilisearch", MeilisearchIndex(URL, KEY, prefix), lambda: meilisearch_bytes(prefix))
    yield Fts5(folder / "fts5.db")


def bytes_in(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())


def meilisearch_bytes(prefix: str) -> int:
    """What its database holds of this index, and nothing of others on the same server."""
    stats = Client(URL or "", KEY).index(f"{prefix}-v{VERSION}-public").get_stats(show_internal_database_sizes=True)
    return sum(dict(stats.internal_database_sizes).values())
