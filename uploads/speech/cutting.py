"""Words to passages: short enough to find, quote and correct, and cut where a reader would take a breath."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from uploads.speech.segments import MAX_SEGMENT_MS, Segment, Word

_AIM_MS = 30_000
_SPREAD_MS = 15_000  # a passage of 15 or of 45 s costs as much as passing by the best of pauses
_BEST_PAUSE_MS = 2_000
_END = re.compile(r"[.?!…。？！।؟][\"'”’»)\]」』]*$")
_NOT_AN_END = re.compile(r"(?:\w\.)+|(?:mr|mrs|ms|dr|prof|st|mt|rev|gen|capt|sgt|lt|vs)\.", re.IGNORECASE)
_TRAILING_OFF = ("...", "…")


def cut(words: Sequence[Word], voices: Sequence[str | None] | None = None) -> list[Segment]:
    """Passages of at most MAX_SEGMENT_MS that hold every word once, in order. The same words are cut the same way.

    Cuts fall at the ends of sentences, those before long pauses first, so that passages come out near 30 s. Only a
    sentence that is itself longer than MAX_SEGMENT_MS is cut inside, and only a single word can be longer. voices names
    who says each word, where that is known: then no passage has two voices. words are in the order of their times.
    """
    named = zip(words, voices if voices is not None else [None] * len(words), strict=True)
    return [
        Segment(passage, voice)
        for voice, run in groupby(named, key=lambda pair: pair[1])
        for passage in _passages([word for word, _ in run])
    ]


def _passages(words: list[Word]) -> Iterator[tuple[Word, ...]]:
    """The cheapest way to put whole units together: for each unit, the best place for the passage it ends to begin."""
    units = list(_units(words))
    costs, begins = [0.0], [0]
    for end in range(1, len(units) + 1):
        pause = units[end][0].start_ms - units[end - 1][-1].end_ms if end < len(units) else _BEST_PAUSE_MS
        best, begin = min(_ways_to_end(units, end, costs))
        costs.append(best - min(pause, _BEST_PAUSE_MS) / _BEST_PAUSE_MS)
        begins.append(begin)
    ends = [len(units)]
    while ends[-1]:
        ends.append(begins[ends[-1]])
    for end, begin in reversed(list(zip(ends, ends[1:], strict=False))):
        yield tuple(word for unit in units[begin:end] for word in unit)


def _ways_to_end(units: list[tuple[Word, ...]], end: int, costs: list[float]) -> Iterator[tuple[float, int]]:
    """For each passage that could end before unit end: what all passages up to there cost, and where it begins."""
    for begin in range(end - 1, -1, -1):
        length = units[end - 1][-1].end_ms - units[begin][0].start_ms
        if length > MAX_SEGMENT_MS and begin < end - 1:
            return
        yield costs[begin] + ((length - _AIM_MS) / _SPREAD_MS) ** 2, begin


def _units(words: list[Word]) -> Iterator[tuple[Word, ...]]:
    """What is not cut: sentences, and the single words of a sentence that is too long to stay whole."""
    start = 0
    for index, word in enumerate(words, start=1):
        if index < len(words) and not ends_sentence(word.text, words[index].text):
            continue
        sentence = tuple(words[start:index])
        start = index
        if sentence[-1].end_ms - sentence[0].start_ms <= MAX_SEGMENT_MS:
            yield sentence
        else:
            yield from ((single,) for single in sentence)


def ends_sentence(text: str, following: str) -> bool:
    """Whether a word closes a sentence, by its punctuation and by the word that follows it."""
    if not _END.search(text) or _NOT_AN_END.fullmatch(text):
        return False
    return not (text.endswith(_TRAILING_OFF) and following[:1].islower())
