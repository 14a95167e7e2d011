"""Themes suggested for passages of an interview that nobody has tagged, from what people put on the other interviews.

    PYTHONPATH=. python tests/bench/bench_suggestions.py [--folder ctrl-shift]

Of the human-coded interviews beside the project, one at a time loses its themes; for each of its passages that had any,
services.suggestions is asked. precision: of what it suggests (five at most), the share that people had put there.
recall: of what people had put there, the share that is suggested. "words alone" does the same with the passages that
SQLite FTS5 ranks nearest by their words: as many of them, and themes in the same shares.
"""

import argparse
import re
import sqlite3
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from archive.cli.house import quiet_logs
from archive.formats.passages import Interview
from archive.models import Passage, Story, Tagging, Theme
from archive.services.access import OPERATOR
from archive.services.suggestions import MOST, NEIGHBOURS, SHARE, suggested
from archive.services.tagging import anchored
from archive.settings import Settings
from archive.wiring import House
from archive.work.seeding import plant
from archive.worker import Worker
from tests.bench.bench_relevance import CODED, Rows, line_of, rows_of

Themes = dict[int, set[int]]  # by passage


class Trial:
    def __init__(self, folder: Path, rows: Rows) -> None:
        self.house = House(Settings(data=folder, whisper_threads=2))
        self.house.make_ready()
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)
        for name in dict.fromkeys(row["interview"] for row in rows):
            own = [row for row in rows if row["interview"] == name]
            lines = [line_of(row, tuple(row["themes"])) for row in own]
            with self.house.db.writing() as session:
                plant(session, Interview(lines[0].collection, name, lines), by=OPERATOR)
        Worker(self.house).run(drain=True)
        with self.house.db.reading() as session:
            self.stories = list(session.scalars(select(Story.id).order_by(Story.id)))

    def leave_out(self, story: int) -> None:
        with self.house.db.writing() as session:
            right: Themes = defaultdict(set)
            for each in session.scalars(select(Tagging).where(Tagging.story_id == story)):
                right[each.passage_id or 0].add(each.theme_id)
                session.delete(each)
        Worker(self.house).run(drain=True)
        words = ByWords(self.house, story)
        with self.house.db.reading() as session:
            for passage in session.scalars(select(Passage).where(Passage.id.in_(right))):
                found = suggested(session, self.house.index, passage, self.house.embedder, by=OPERATOR)
                self.count("suggestions", [each.theme.id for each in found], right[passage.id])
                self.count("words alone", words.suggested(passage.text), right[passage.id])
        with self.house.db.writing() as session:
            for passage in session.scalars(select(Passage).where(Passage.id.in_(right))):
                themes = session.scalars(select(Theme).where(Theme.id.in_(right[passage.id])))
                session.add_all(anchored(theme, passage, None) for theme in themes)
        Worker(self.house).run(drain=True)

    def count(self, name: str, found: Sequence[int], right: set[int]) -> None:
        self.counts[name] += Counter(
            asked=1, found=len(found), wanted=len(right), right=len(right & set(found)), answered=bool(found)
        )


class ByWords:
    """The other stories' passages in FTS5, and the themes on them."""

    def __init__(self, house: House, left_out: int) -> None:
        self.db = sqlite3.connect(":memory:")
        self.db.execute("create virtual table said using fts5(text, tokenize='porter unicode61')")
        self.themes: Themes = defaultdict(set)
        with house.db.reading() as session:
            for each in session.scalars(select(Tagging).where(Tagging.story_id != left_out)):
                self.themes[each.passage_id or 0].add(each.theme_id)
            told = session.scalars(select(Passage).where(Passage.id.in_(self.themes)))
            self.db.executemany("insert into said(rowid, text) values (?, ?)", ((p.id, p.text) for p in told))

    def suggested(self, text: str) -> list[int]:
        words = " OR ".join(f'"{word}"' for word in dict.fromkeys(re.findall(r"\w{3,}", text.lower())))
        nearest = "select rowid, -bm25(said) from said where said match ? order by bm25(said) limit ?"
        rows = self.db.execute(nearest, (words, NEIGHBOURS)).fetchall() if words else []
        whole = sum(score for _, score in rows) or 1.0
        shares: dict[int, float] = defaultdict(float)
        for passage_id, score in rows:
            for theme_id in self.themes[passage_id]:
                shares[theme_id] += score / whole
        return sorted((each for each in shares if shares[each] >= SHARE), key=lambda each: -shares[each])[:MOST]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", choices=list(CODED), default="ctrl-shift")
    given = parser.parse_args()
    quiet_logs()
    with tempfile.TemporaryDirectory(prefix="peer-stories-suggestions-") as name:
        trial = Trial(Path(name) / "data", rows_of(CODED[given.folder]))
        for story in trial.stories:
            trial.leave_out(story)
    print("| by | passages | with an answer | precision at 5 | recall at 5 |\n|---|---:|---:|---:|---:|")
    for by, counted in trial.counts.items():
        precision, recall = counted["right"] / max(counted["found"], 1), counted["right"] / counted["wanted"]
        print(f"| {by} | {counted['asked']} | {counted['answered']} | {precision:.3f} | {recall:.3f} |")


if __name__ == "__main__":
    main()
