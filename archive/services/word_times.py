"""Word times survive a correction: words that stay keep theirs, new ones share the time of what they replace."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any


@dataclass(frozen=True, slots=True)
class Timed:
    """A word with its times in ms; probability is the machine's, None where a person wrote the word."""

    text: str
    start_ms: int
    end_ms: int
    probability: float | None


def unpack(text: str, words: dict[str, Any] | None) -> list[Timed] | None:
    """A passage's words with their times; None where they are unknown or do not fit the text."""
    spoken = text.split(" ") if text else []
    if words is None or len(words["s"]) != len(spoken):
        return None
    return [Timed(*row) for row in zip(spoken, words["s"], words["e"], words["p"], strict=True)]


def pack(words: Sequence[Timed]) -> dict[str, list[Any]]:
    return {
        "s": [word.start_ms for word in words],
        "e": [word.end_ms for word in words],
        "p": [word.probability for word in words],
    }


def confidence(words: Sequence[Timed] | None) -> float | None:
    """The mean of what the machine says of its own words; None where none of them is left."""
    sure = [word.probability for word in words or () if word.probability is not None]
    return round(sum(sure) / len(sure), 4) if sure else None


def carried_over(old: Sequence[Timed], text: str, start_ms: int, end_ms: int) -> list[Timed]:
    """The words of the corrected text, timed after the old ones, all of them in [start_ms, end_ms] and in order.

    A word that differs in capitals or punctuation alone is the same word: it keeps its time, and its probability too.
    """
    new = text.split(" ") if text else []
    matcher = SequenceMatcher(None, [_bare(word.text) for word in old], [_bare(word) for word in new], autojunk=False)
    timed: list[Timed] = []
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            pairs = zip(old[old_from:old_to], new[new_from:new_to], strict=True)
            timed += [replace(word, text=written) for word, written in pairs]
        elif new_from < new_to:
            begin = old[old_from].start_ms if old_from < old_to else _end_before(old, old_from, start_ms)
            end = old[old_to - 1].end_ms if old_from < old_to else _start_after(old, old_to, end_ms)
            timed += _spread(new[new_from:new_to], begin, end)
    return _held_within(timed, start_ms, end_ms)


def _bare(word: str) -> str:
    return "".join(mark for mark in word.casefold() if mark.isalnum()) or word


def _end_before(old: Sequence[Timed], index: int, otherwise: int) -> int:
    return old[index - 1].end_ms if index else otherwise


def _start_after(old: Sequence[Timed], index: int, otherwise: int) -> int:
    return old[index].start_ms if index < len(old) else otherwise


def _spread(words: Sequence[str], begin: int, end: int) -> list[Timed]:
    """Share a stretch among words by their length in letters."""
    whole = sum(len(word) for word in words) or 1
    shared: list[Timed] = []
    done = 0
    for word in words:
        start = begin + (end - begin) * done // whole
        done += len(word)
        shared.append(Timed(word, start, begin + (end - begin) * done // whole, None))
    return shared


def _held_within(words: Sequence[Timed], start_ms: int, end_ms: int) -> list[Timed]:
    held: list[Timed] = []
    at = start_ms
    for word in words:
        start = min(max(word.start_ms, at), end_ms)
        at = min(max(word.end_ms, start), end_ms)
        held.append(replace(word, start_ms=start, end_ms=at))
    return held
