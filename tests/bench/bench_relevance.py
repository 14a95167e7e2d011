"""How well words, meaning and both find what people have coded, on the real interviews beside the project.

    PYTHONPATH=. python tests/bench/bench_relevance.py [--queries 150] [--seed 1]

Every question goes through services.finding, over an archive of its own with the passages as stories, and without their
themes: these are what is to be found. nDCG@10 counts a passage as right or not; recall@50 is the share of all coded
passages among the first 50. "Each interview alone" asks the same of one interview at a time: whether a gain holds
everywhere or comes from one of them. Typing errors and two words: the share of questions whose own passage is among
the first 20.
"""

import argparse
import csv
import json
import math
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from archive.formats.passages import Interview, Line
from archive.models import Passage
from archive.services.access import OPERATOR
from archive.services.finding import Asked, find
from archive.settings import Settings
from archive.wiring import House
from archive.work.seeding import plant
from archive.worker import Worker
from search.query import Mode
from search.tokens import terms

DATA = Path(__file__).parents[3] / "shared" / "data"
CODED = {"ctrl-shift": "transcripts/ctrl-shift", "ohms-science-history": "interchange/ohms"}
SLIPS_OF_THE_PEN = {"revsion": "revision", "beween": "between", "careeer": "career", "filesfiles": "files"}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Coded:
    """A question, and the places (interview, ordinal) that people have coded so."""

    text: str
    right: frozenset[tuple[str, int]]


Rows = list[dict[str, Any]]


def rows_of(folder: str) -> Rows:
    rows = [json.loads(line) for line in (DATA / folder / "passages.jsonl").open()]
    numbers: Counter[str] = Counter()
    for row in rows:
        row["place"] = (row["interview"], numbers[row["interview"]])
        numbers[row["interview"]] += 1
        row["themes"] = [SLIPS_OF_THE_PEN.get(theme, theme) for theme in row["themes"]]
    return rows


def right(rows: Rows, theme: str) -> frozenset[tuple[str, int]]:
    return frozenset(row["place"] for row in rows if theme in row["themes"])


def codebook(rows: Rows, *, tag: bool) -> list[Coded]:
    with (DATA / CODED["ctrl-shift"] / "codebook.csv").open() as lines:
        codes = [(line["tag"].strip(), line["description"].strip()) for line in csv.DictReader(lines)]
    asked = [Coded(f"{name} {means}" if tag else means, right(rows, name)) for name, means in codes]
    return [each for each in asked if each.right]


def keywords(rows: Rows) -> list[Coded]:
    return [Coded(theme, right(rows, theme)) for theme in sorted({theme for row in rows for theme in row["themes"]})]


@dataclass
class Archive:
    house: House
    ids: dict[tuple[str, int], int]
    stories: dict[str, int]

    def asked(self, text: str, mode: Mode, limit: int, story: str | None = None) -> list[int]:
        wish = Asked(text + " ", mode=mode, limit=limit, story_id=self.stories[story] if story else None)
        with self.house.db.reading() as session:
            found = find(session, self.house.index, wish, None, self.house.embedder)
            return [match.passage.id for match in found.matches]


@contextmanager
def archive(rows: Rows) -> Iterator[Archive]:
    with tempfile.TemporaryDirectory() as folder:
        house = House(Settings(data=Path(folder) / "data", whisper_threads=2))
        house.make_ready()
        made = Archive(house, {}, {})
        for name in dict.fromkeys(row["interview"] for row in rows):
            own = [row for row in rows if row["interview"] == name]
            lines = [line_of(row) for row in own]
            with house.db.writing() as session:
                made.stories[name] = plant(session, Interview(lines[0].collection, name, lines), by=OPERATOR)
            with house.db.reading() as session:
                query = select(Passage).where(Passage.story_id == made.stories[name])
                made.ids |= {(name, passage.ordinal): passage.id for passage in session.scalars(query)}
        Worker(house).run(drain=True)
        yield made
        house.close()


def line_of(row: dict[str, Any], themes: tuple[str, ...] = ()) -> Line:
    times = ms(row["start_s"]), ms(row["end_s"])
    return Line(row["collection"], row["interview"], row["text"], row["speaker"], *times, themes)


def ms(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)


def ndcg(found: Sequence[int], wanted: frozenset[int], top: int = 10) -> float:
    gained = sum(1 / math.log2(place + 2) for place, each in enumerate(found[:top]) if each in wanted)
    return gained / sum(1 / math.log2(place + 2) for place in range(min(top, len(wanted))))


def recall(found: Sequence[int], wanted: frozenset[int], top: int = 50) -> float:
    return len(set(found[:top]) & wanted) / len(wanted)


def measured(made: Archive, asked: Sequence[Coded], mode: Mode, story: str | None = None) -> tuple[float, float, int]:
    """nDCG@10, recall@50, and over how many questions."""
    figures = []
    for each in asked:
        wanted = frozenset(made.ids[place] for place in each.right if story in (None, place[0]))
        if wanted:
            found = made.asked(each.text, mode, 50, story)
            figures.append((ndcg(found, wanted), recall(found, wanted)))
    return mean([figure[0] for figure in figures]), mean([figure[1] for figure in figures]), len(figures)


def mean(figures: Sequence[float]) -> float:
    return sum(figures) / len(figures) if figures else math.nan


def coded(name: str, made: Archive, asked: Sequence[Coded]) -> None:
    figures = {mode: measured(made, asked, mode) for mode in Mode}
    cells = " | ".join(f"{ndcg_:.3f} | {recall_:.3f}" for ndcg_, recall_, _ in figures.values())
    gain = figures[Mode.BOTH][0] - figures[Mode.WORDS][0]
    print(f"| {name} | {figures[Mode.BOTH][2]} | {cells} | {gain:+.3f} |", flush=True)


def each_alone(name: str, made: Archive, asked: Sequence[Coded]) -> None:
    for story in made.stories:
        words, both = (measured(made, asked, mode, story) for mode in (Mode.WORDS, Mode.BOTH))
        if words[2] > 4:
            print(f"| {name}: {story} | {words[2]} | {words[0]:.3f} | {both[0]:.3f} | {both[0] - words[0]:+.3f} |")


def content(text: str) -> list[str]:
    return list(dict.fromkeys(word for word in terms(text) if len(word) > 4 and word.isalpha()))


def two_words(rows: Rows, number: int, dice: random.Random) -> list[tuple[str, tuple[str, int]]]:
    """Two of the rarer half of a passage's words."""
    seen = Counter(word for row in rows for word in set(content(row["text"])))
    asked = []
    while len(asked) < number:
        row = dice.choice(rows)
        rare = sorted(content(row["text"]), key=lambda word: seen[word])
        if len(rare) >= 4:
            asked.append((" ".join(dice.sample(rare[: len(rare) // 2], 2)), row["place"]))
    return asked


def mistyped(rows: Rows, number: int, dice: random.Random) -> list[tuple[str, tuple[str, int]]]:
    """Two to four words of a passage, one of them with a wrong letter."""
    asked = []
    while len(asked) < number:
        row, wanted = dice.choice(rows), dice.randint(2, 4)
        words = content(row["text"])
        if len(words) >= wanted + 1:
            chosen = dice.sample(words, wanted)
            at = dice.randrange(wanted)
            place = dice.randrange(len(chosen[at]))
            other = dice.choice([letter for letter in LETTERS if letter != chosen[at][place]])
            chosen[at] = chosen[at][:place] + other + chosen[at][place + 1 :]
            asked.append((" ".join(chosen), row["place"]))
    return asked


def own_passage(made: Archive, rows: Rows, number: int, seed: int) -> None:
    print("\n| own passage among the first 20 | questions | words | both |\n|---|---:|---:|---:|")
    for name, make in (("two rarer words", two_words), ("one letter wrong", mistyped)):
        asked = make(rows, number, random.Random(seed))
        shares = [mean([made.ids[at] in made.asked(text, mode, 20) for text, at in asked]) for mode in MODES]
        print(f"| {name} | {number} | {shares[0]:.3f} | {shares[1]:.3f} |", flush=True)


MODES = (Mode.WORDS, Mode.BOTH)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--queries", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    ctrl, ohms = (rows_of(folder) for folder in CODED.values())
    print("| archive: questions | number | words: nDCG@10 | recall@50 | meaning: nDCG@10 | recall@50 "
          "| both: nDCG@10 | recall@50 | both - words |\n|---|" + "---:|" * 8)  # fmt: skip
    described = {"descriptions": codebook(ctrl, tag=False), "tags, descriptions": codebook(ctrl, tag=True)}
    sets = {"ctrl-shift": (ctrl, described), "science-history": (ohms, {"keywords": keywords(ohms)})}
    alone = []
    for name, (rows, questions) in sets.items():
        with archive(rows) as made:
            for kind, asked in questions.items():
                coded(f"{name}: {kind}", made, asked)
            alone.append((name, rows, next(iter(questions.values()))))
    with archive([*ctrl, *ohms]) as made:
        for name, _, asked in alone:
            coded(f"both collections: {name}", made, asked)
        print("\n| each interview alone | questions | words | both | both - words |\n|---|---:|---:|---:|---:|")
        for name, _, asked in alone:
            each_alone(name, made, asked)
        own_passage(made, [*ctrl, *ohms], given.queries, given.seed)


if __name__ == "__main__":
    main()
