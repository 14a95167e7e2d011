"""Labels that mean the same, and where a question asks for one of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from search.query import LONGEST_LABEL, MAX_TEXT, Words
from search.tokens import DEFAULT_LANGUAGE, language_code, stem, terms

_CODE = language_code(DEFAULT_LANGUAGE) or ""  # people ask in any language; labels are compared in this one
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Words `start` to before `end` of a question equal a label; `others` are the labels that mean the same."""

    start: int
    end: int
    others: tuple[str, ...]


class Alike:
    """What SearchIndex.learn was told, ready to be asked. Never changes."""

    def __init__(self, groups: Iterable[Sequence[str]] = ()) -> None:
        self.groups = tuple(group for group in map(_usable, groups) if len(group) > 1)
        self._of: dict[Key, dict[str, None]] = {}  # the labels of all groups that a key stands in, in order
        for group in self.groups:
            for label in group:
                self._of.setdefault(_key(label), {}).update(dict.fromkeys(group))

    def runs(self, words: Sequence[str]) -> list[Run]:
        """Each word that is a label, and then the longer runs that are: the first and longest, none over another."""
        if not self._of:
            return []
        single = [run for place in range(len(words)) if (run := self._run(words, place, place + 1))]
        longer: list[Run] = []
        place = 0
        while place < len(words):
            ends = range(min(len(words), place + LONGEST_LABEL), place + 1, -1)
            found = next((run for end in ends if (run := self._run(words, place, end))), None)
            longer += [found] if found else []
            place = found.end if found else place + 1
        return single + longer

    def _run(self, words: Sequence[str], start: int, end: int) -> Run | None:
        key = _key(" ".join(words[start:end]))
        others = tuple(label for label in self._of.get(key, ()) if _key(label) != key)
        return Run(start, end, others) if others else None

    def also(self, words: Words) -> tuple[str, ...]:
        """All labels that are looked for beside the words, each once: Answer.also."""
        return tuple(dict.fromkeys(label for run in self.runs(words.words) for label in run.others))


def _usable(group: Sequence[str]) -> tuple[str, ...]:
    """One label of those that come to the same, none without words, none too long."""
    short = [label for label in group if len(label) <= MAX_TEXT and len(label.split()) <= LONGEST_LABEL]
    by_key = {_key(label): label for label in reversed(short)}
    return tuple(label for key, label in reversed(by_key.items()) if key)


def _key(label: str) -> Key:
    return tuple(stem(term, _CODE) for term in terms(label))
