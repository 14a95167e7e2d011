"""Labels that mean the same, in the server's terms."""

from dataclasses import replace

from search.alike import Alike
from search.query import Words
from search.server.schema import spelled
from search.tokens import asked

_ES = ("s", "x", "z", "ch", "sh")


def synonyms(learnt: Alike) -> dict[str, list[str]]:
    """The server's setting: each label with those that are looked for in its place, in either number: the server knows
    no endings, and forgives no slips here."""
    others: dict[str, dict[str, None]] = {}
    for group in learnt.groups:
        for label in group:
            alike = [form for other in group if other != label for form in _numbers(_plain(other))]
            for form in _numbers(_plain(label)):
                others.setdefault(form, {}).update(dict.fromkeys(alike))
    return {label: list(held) for label, held in others.items()}


def as_learnt(learnt: Alike, words: Words) -> Words:
    """The words with each label as it was learnt: one with another ending would mean nothing to the server. The longer
    run counts more than a word in it."""
    said, taken = list(words.words), set[int]()
    for run in sorted(learnt.runs(words.words), key=lambda each: each.start - each.end):
        if taken & (places := set(range(run.start, run.end))):
            continue
        taken |= places
        said[run.start : run.end] = [_plain(run.label), *[""] * (run.end - run.start - 1)]
    return replace(words, words=tuple(word for part in said for word in part.split()))


def _plain(label: str) -> str:
    return " ".join(spelled(term) for _, term in asked(label))


def _numbers(label: str) -> list[str]:
    """The label, and its plural as English makes it of most words (and other languages of many), or its singular."""
    if not label.isascii() or not label[-1:].isalpha():
        return [label]
    if label.endswith("s") and not label.endswith("ss"):
        return [label, label[:-1]]
    if label.endswith("y") and label[-2:-1] not in "aeiou":
        return [label, label[:-1] + "ies"]
    return [label, label + ("es" if label.endswith(_ES) else "s")]
