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


def trial(name: str, build: Callable[[], int], size: Callable[[], int], ask: Any, questions: list[Question], documents: int) -> Result:
    raise NotImplementedError
