"""What matched, and where: found again in the text as it is shown, the way the index found it."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import escape

from search.query import Words, slips
from search.tokens import asked, is_lone, language_code, spans, stem, stems, terms

Range = tuple[int, int]
_Run = tuple[
    int, int, bool
]  # the first and the last of some terms, and whether only the first's first character counts
_LOOK = 30  # how far to look for a space to cut at


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a text that begins at the character `start` of it; the ranges count from the piece's own beginning."""

    text: str
    ranges: tuple[Range, ...]
    start: int
    cut_before: bool
    cut_after: bool


def highlights(
    text: str, words: Words, language: str | None = None, also: Sequence[str] = (), *, forgiving: bool = True
) -> list[Range]:
    """The places in `text`, (first character, one after the last), of what was asked for; in order, none overlapping.

    A word with slips of the pen counts only where the text does not hold the word itself. `also` holds what was looked
    for beside the words (search.index.Answer.also).
    """
    read, runs = _Text(text, language), list[_Run]()
    for phrase in words.phrases:
        runs += read.side_by_side(asked(phrase), beginning=False)
    for word in words.words:
        runs += read.anywhere(word, beginning=word is words.words[-1] and not words.last_is_whole, forgiving=forgiving)
    for label in also:
        runs += read.anywhere(label, beginning=False, forgiving=False)
    if not runs:
        return []
    places = spans(text)
    return _joined([(places[first][0], _end_of(places[last], lone=lone)) for first, last, lone in runs])


def snippet(text: str, ranges: Sequence[Range], around: int = 110) -> Snippet:
    """The piece of the text where most of the ranges stand together, with about `around` characters on each side."""
    first, last = _densest(ranges, around) if ranges else (0, 0)
    start = _beginning(text, first - around, first)
    end = _end(text, max(last + around, start + 2 * around), last)
    inside = tuple((low - start, high - start) for low, high in ranges if start <= low and high <= end)
    return Snippet(text[start:end], inside, start, start > 0, end < len(text))


def mark(text: str, ranges: Sequence[Range]) -> str:
    """The text as HTML, all of it escaped, with <mark> around the ranges (in order, none overlapping)."""
    parts, done = [], 0
    for low, high in ranges:
        parts += [escape(text[done:low]), "<mark>", escape(text[low:high]), "</mark>"]
        done = high
    return "".join([*parts, escape(text[done:])])


class _Text:
    """The terms of a text, and where some of them stand."""

    def __init__(self, text: str, language: str | None) -> None:
        self._terms = terms(text)
        self._code = language_code(language)

    @cached_property
    def _roots(self) -> dict[str, str]:
        present = list(set(self._terms))
        return dict(zip(present, stems(present, self._code) if self._code else present, strict=True))

    def anywhere(self, word: str, *, beginning: bool, forgiving: bool) -> Iterable[_Run]:
        """One word in any form; one that is written as several, or is several, side by side as they are."""
        run = asked(word)
        if len(run) == 1:
            return self._alone(run[0][1], beginning=beginning, forgiving=forgiving)
        return self.side_by_side(run, beginning=beginning)

    def _alone(self, term: str, *, beginning: bool, forgiving: bool) -> list[_Run]:
        """Where a word of one term stands: as it is or with another ending, or else, with slips of the pen."""
        root, lone = stem(term, self._code) if self._code else term, is_lone(term)
        beginning = beginning or lone
        wanted = {other for other, its in self._roots.items() if its == root or other == term}
        if beginning:
            wanted.update(other for other in self._roots if other.startswith(term))
        if forgiving and not wanted and (allowed := slips(term)):
            letters = set(term)  # each that the other has not is a slip: most words need no closer look
            alike = (other for other in self._roots if len(letters.difference(other)) <= allowed)
            wanted = {other for other in alike if _slipped(term, other, allowed, beginning)}
        return [(place, place, lone) for place, other in enumerate(self._terms) if other in wanted] if wanted else []

    def side_by_side(self, run: Sequence[tuple[int, str]], *, beginning: bool) -> Iterator[_Run]:
        """Where all terms of the run stand side by side."""
        if not run:
            return
        last, final = run[-1]
        beginning = beginning or is_lone(final)
        for place in range(len(self._terms) - last):
            end = self._terms[place + last]
            ended = end == final or (beginning and end.startswith(final))
            if ended and all(self._terms[place + at] == term for at, term in run[:-1]):
                yield place, place + last, False


def _end_of(place: Range, *, lone: bool) -> int:
    """After a lone character the mark ends, though its pair goes on."""
    return place[0] + 1 if lone else place[1]


@lru_cache(maxsize=100_000)
def _slipped(term: str, other: str, allowed: int, beginning: bool) -> bool:
    """Whether no more than `allowed` letters were left out, added, mistaken or swapped with their neighbour.

    The optimal string alignment distance, row by row; with `beginning` to the nearest beginning of the other word.
    """
    if len(other) < len(term) - allowed or (not beginning and len(other) > len(term) + allowed):
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(term):
        before, above, row = row, before, [i + 1]
        for j, known in enumerate(other):
            cost = min(before[j] + (letter != known), before[j + 1] + 1, row[j] + 1)
            if above and j and letter == other[j - 1] and term[i - 1] == known:
                cost = min(cost, above[j - 1] + 1)
            row.append(cost)
        if min(row) > allowed:
            return False
    return (min(row) if beginning else row[-1]) <= allowed


def _joined(ranges: list[Range]) -> list[Range]:
    joined: list[Range] = []
    for low, high in sorted(ranges):
        if joined and low < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return joined


def _densest(ranges: Sequence[Range], width: int) -> Range:
    """From the start of a range to the end of the last one within `width`, where the most fit; the first of equals."""
    best, most = ranges[0], 0
    for place, (low, high) in enumerate(ranges):
        within = [end for start, end in ranges[place:] if end <= low + width] or [high]
        if len(within) > most:
            best, most = (low, within[-1]), len(within)
    return best


def _beginning(text: str, wanted: int, first: int) -> int:
    """Where to begin a piece, about at `wanted` and not after `first`: at a word, never at an accent."""
    if wanted <= 0:
        return 0
    space = text.find(" ", wanted - 1, min(wanted + _LOOK, first))
    place = wanted if space < 0 else space + 1
    while place < first and unicodedata.category(text[place]).startswith("M"):
        place += 1
    return place


def _end(text: str, wanted: int, last: int) -> int:
    """Where to end a piece, about at `wanted` and not before `last`: after a word with its accents."""
    if wanted >= len(text):
        return len(text)
    space = text.rfind(" ", max(wanted - _LOOK, last), wanted + 1)
    place = wanted if space < 0 else space
    while place > last and unicodedata.category(text[place]).startswith("M"):
        place -= 1
    return place
