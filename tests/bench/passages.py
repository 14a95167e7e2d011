"""Many passages, questions about them, and vectors that are made up: what the benches of search share.

Passages come from ../shared/tools/make_corpus.py and are read from its files a line at a time. Vectors are no model's:
each passage belongs to one of some thousand topics and lies around its centre at a cosine of about 0.6; two topics
lie at about 0.1, as unrelated sentences do in MiniLM's space. A question lies near the centre of its passage's topic.
They say how long a search takes, and nothing about how good it is.
"""

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from search.documents import DIMENSIONS, PassageDocument
from search.tokens import terms

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
KINDS = ("whole", "prefix", "slip")
TOPICS, _COMMON, _SPREAD, _ASKED = 2_000, 0.33, 1.3, 0.5
_AT_ONCE = 2_048


@dataclass(frozen=True)
class Question:
    text: str
    kind: str
    source: str
    since: int
    vector: bytes


@dataclass(frozen=True)
class Corpus:
    """The first `number` passages of a folder, as often as one likes."""

    folder: Path
    number: int
    meant: bool  # whether passages have vectors

    def __iter__(self) -> Iterator[PassageDocument]:
        with (self.folder / "interviews.jsonl").open() as lines:
            interviews = {line["interview"]: line for line in map(json.loads, lines)}
        vectors = _around(_topics(self.number)) if self.meant else iter(lambda: None, 0)
        with (self.folder / "corpus.jsonl").open() as lines:
            for number, (line, vector) in enumerate(zip(islice(lines, self.number), vectors, strict=False)):
                passage = json.loads(line)
                yield replace(document(number, passage, interviews[passage["interview"]]), vector=vector)


def make_corpus(folder: Path, passages: int) -> None:
    tool = [sys.executable, str(SHARED / "tools" / "make_corpus.py"), str(SHARED / "data")]
    out = ["--out", str(folder / "corpus.jsonl"), "--interviews", str(folder / "interviews.jsonl")]
    subprocess.run([*tool, "--passages", str(passages), *out], check=True)


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


def make_questions(corpus: Corpus, number: int, seed: int) -> list[Question]:
    """One to four words of a passage drawn by chance: whole, the last half typed, or one with a slip."""
    rng = random.Random(seed)
    drawn = set(rng.sample(range(corpus.number), min(corpus.number, 5 * number)))
    plain = replace(corpus, meant=False)
    sources = [each for place, each in enumerate(plain) if place in drawn]
    rng.shuffle(sources)
    asked = _near(_topics(corpus.number), [int(source.id[1:]) for source in sources], seed)
    questions: list[Question] = []
    for source, vector in zip(sources, asked, strict=True):
        kind = KINDS[len(questions) % len(KINDS)]
        if len(questions) < number and (text := _typed(source.text, kind, rng)):
            questions.append(Question(text, kind, source.id, (source.year or 0) - rng.randint(0, 30), vector))
    return questions


def _typed(text: str, kind: str, rng: random.Random) -> str:
    words = list(dict.fromkeys(word for word in terms(text) if len(word) > 3))
    wanted = rng.randint(1, 4)
    if len(words) < wanted + 2:
        return ""
    typed = [words[place] for place in sorted(rng.sample(range(len(words)), wanted))]
    if kind == "prefix":
        typed[-1] = typed[-1][: max(3, len(typed[-1]) - 2)]
        return " ".join(typed)
    if kind == "slip":
        longest = max(typed, key=len)
        if len(longest) < 5:
            return ""
        typed[typed.index(longest)] = slip(longest, rng)
    return " ".join(typed) + " "


def slip(word: str, rng: random.Random) -> str:
    place = rng.randrange(1, len(word) - 1)
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return rng.choice([word[:place] + word[place + 1 :], word[:place] + "x" + word[place + 1 :], swapped])


def made_up(number: int) -> Iterator[bytes]:
    """So many vectors of passages, the same ones every time."""
    return islice(_around(_topics(number)), number)


def _topics(passages: int) -> Any:
    rng = np.random.default_rng(7)
    topics = rng.standard_normal((min(TOPICS, max(10, passages // 50)), DIMENSIONS), dtype="f4")
    topics /= np.linalg.norm(topics, axis=1, keepdims=True)
    common = rng.standard_normal(DIMENSIONS, dtype="f4")
    return topics + _COMMON * common / np.linalg.norm(common)


def _around(topics: Any) -> Iterator[bytes]:
    """Without end; passage n is about topic n % len(topics)."""
    rng, start = np.random.default_rng(8), 0
    while True:
        about = topics[np.arange(start, start + _AT_ONCE) % len(topics)]
        yield from _spread(about, _SPREAD, rng)
        start += _AT_ONCE


def _near(topics: Any, passages: list[int], seed: int) -> list[bytes]:
    return _spread(topics[np.asarray(passages) % len(topics)], _ASKED, np.random.default_rng(seed))


def _spread(about: Any, far: float, rng: np.random.Generator) -> list[bytes]:
    moved = about + rng.standard_normal(about.shape, dtype="f4") * far / np.sqrt(DIMENSIONS)
    unit = (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype("<f2")
    return [row.tobytes() for row in unit]
