"""Labels that mean the same, in the server's terms."""

from dataclasses import replace

from search.alike import Alike
from search.query import Words
from search.tokens import fold


def synonyms(learnt: Alike) -> dict[str, list[str]]:
    """The server's setting: each label with those that are looked for in its place."""
    others: dict[str, dict[str, None]] = {}
    for group in learnt.groups:
        for label in group:
            others.setdefault(label, {}).update(dict.fromkeys(other for other in group if other != label))
    return {label: list(held) for label, held in others.items()}


def spelled(learnt: Alike, words: Words) -> Words:
    """The words with each label as it was learnt: the server knows no endings, and a label with another one would mean
    nothing to it. The longer run counts more than a word in it."""
    said, taken = list(words.words), set[int]()
    for run in sorted(learnt.runs(words.words), key=lambda each: each.start - each.end):
        if taken & (places := set(range(run.start, run.end))):
            continue
        taken |= places
        typed = " ".join(words.words[run.start : run.end])
        if fold(typed) != fold(run.label):
            said[run.start : run.end] = [run.label, *[""] * (run.end - run.start - 1)]
    return replace(words, words=tuple(word for part in said for word in part.split()))
