"""Names as a glossary spells them, where the machine heard something that sounds like them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import combinations_with_replacement

from uploads.speech.segments import Word

_MARKS = '.,;:!?"“”()[]…-–—'
# Of the letters of both, in the same order. Half is enough for "Hakka gene" and "hakujin", but "and" and "Ana" share
# two thirds.
_ALIKE, _ALIKE_IF_SHORT, _SHORT = 0.5, 0.75, 4


def names_in(glossary: str) -> list[str]:
    """The names of a text that parts them by commas, semicolons or lines, once each, in order.

    Without <, > and |, of which the model's own marks are made: a name must not steer it.
    """
    parts = re.split(r"[,;\n]", re.sub(r"[<>|]", " ", glossary))
    return list(dict.fromkeys(name for part in parts if (name := " ".join(part.split()))))


def spelled(words: Sequence[Word], hinted: Sequence[Word], names: Sequence[str]) -> tuple[Word, ...]:
    """words, but with a name of names wherever hinted has it and words have something like it at the same moment.

    Both are of the same sound; hinted is what a model heard that had been told the names. Nothing else is taken from
    it, because such a model leaves out sentences and says names that nobody said. words have no two that overlap, and
    neither has what is returned.
    """
    spelled: list[Word] = []
    done = 0
    for name in _said(hinted, names):
        start, end = _likest(words, done, name)
        if start < end and _likeness(words[start:end], name) < 1:
            spelled += [*words[done:start], *_put(name, words[start:end])]
            done = end
    return (*spelled, *words[done:])


def _said(hinted: Sequence[Word], names: Sequence[str]) -> Iterator[Sequence[Word]]:
    """Each run of words that is a name, the longest name first where two begin with the same word."""
    plain = [_plain(word.text) for word in hinted]
    wanted = sorted(([_plain(part) for part in name.split()] for name in names), key=len, reverse=True)
    at = 0
    while at < len(plain):
        length = next((len(name) for name in wanted if plain[at : at + len(name)] == name), 0)
        if length:
            yield hinted[at : at + length]
        at += length or 1


def _likest(words: Sequence[Word], first: int, name: Sequence[Word]) -> tuple[int, int]:
    """The first and behind the last of the words, from first on, that are said with the name and most like it.

    Of those equally like it the most; none at all, where none is like enough.
    """
    start_ms, end_ms = name[0].start_ms, name[-1].end_ms
    with_it = [
        index
        for index in range(first, len(words))
        if start_ms <= (words[index].start_ms + words[index].end_ms) / 2 <= end_ms
    ]
    runs = [(one, two + 1) for one, two in combinations_with_replacement(with_it, 2)]
    best = max(runs, key=lambda run: (_likeness(words[slice(*run)], name), run[1] - run[0]), default=(0, 0))
    short = sum(len(_plain(word.text)) for word in name) <= _SHORT
    return best if _likeness(words[slice(*best)], name) >= (_ALIKE_IF_SHORT if short else _ALIKE) else (0, 0)


def _likeness(words: Sequence[Word], name: Sequence[Word]) -> float:
    """The share of letters, of both together, that stand in both in the same order; 1 is the same letters."""
    one, two = ("".join(_plain(word.text) for word in each) for each in (words, name))
    return SequenceMatcher(None, one, two, autojunk=False).ratio() if one else 0.0


def _put(name: Sequence[Word], words: Sequence[Word]) -> Iterator[Word]:
    """The name in the time and between the punctuation of the words whose place it takes."""
    start, end = words[0].start_ms, words[-1].end_ms
    first, last = words[0].text, words[-1].text
    for number, word in enumerate(name):
        before = first[: len(first) - len(first.lstrip(_MARKS))] if number == 0 else ""
        after = last[len(last.rstrip(_MARKS)) :] if number == len(name) - 1 else ""
        times = {"start_ms": min(max(word.start_ms, start), end), "end_ms": min(max(word.end_ms, start), end)}
        yield replace(word, text=before + word.text.strip(_MARKS) + after, **times)


_MARKS = '.,;:!?"“”()[]…-–—'


def _plain(text: str) -> str:
    """Letters and digits alone, small; without the s of a genitive, which no glossary has."""
    return re.sub(r"[\W_]", "", re.sub(r"['’]s\W*$", "", text.casefold()))
