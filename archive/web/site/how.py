"""How a search was done, in a sentence, and what its words may have been meant to be."""

from collections.abc import Sequence
from dataclasses import replace

from flask import request

from archive.services.browse import Facet
from archive.services.finding import Asked, Findings, find
from archive.services.hints import did_you_mean
from archive.web.http import account, house, session, with_args
from archive.web.shapes import Link
from archive.web.words import language_name
from search.query import FEW, Mode, Sort


def by_words(wish: Asked, findings: Findings) -> Findings:
    """What the words alone find of it; where meaning was asked as well, that is another question. Raises Resting."""
    if findings.mode is not Mode.BOTH:
        return findings
    alone = replace(wish, mode=Mode.WORDS, sort=Sort.RELEVANCE, offset=0, limit=FEW)
    return find(session(), house().index, alone, account())


def how(wish: Asked, findings: Findings, worded: Findings) -> str | None:
    """What was searched how, and which languages by their words alone; what found nothing is said elsewhere."""
    model = house().embedder
    if not wish.text.strip():
        return None
    if model is None or findings.mode is Mode.WORDS:
        said = model is None and wish.mode is not Mode.WORDS and "mode" in request.args
        return (
            "Nothing here knows what words mean yet, so passages were found by the words themselves." if said else None
        )
    if not findings.answer.total:
        return None
    unknown = [each.label for each in findings.facets.get(Facet.LANGUAGE, ()) if not model.knows(each.value)]
    alone = f" Passages in {_listed(unknown)} are found by their words alone." if unknown else ""
    if findings.mode is Mode.MEANING:
        return "These passages mean something alike, whatever their words." + alone
    return _both(wish, findings, worded) + alone


def _both(wish: Asked, findings: Findings, worded: Findings) -> str:
    total, holding = findings.answer.total, worded.answer.total
    if not holding:
        return f"Nobody here says “{wish.text}” in these words. What stands here means something alike."
    if worded.answer.shown_for and not findings.answer.shown_for:
        return f"Nobody here says all of “{wish.text}”. What stands here says a part of it, or means something alike."
    if holding >= total:
        return "Looked for the words, and for what they mean."
    return f"{holding} {'holds' if holding == 1 else 'hold'} your words; the others mean something alike."


def meant(wish: Asked, worded: Findings) -> Link | None:
    """Where slips were forgiven, which is where few passages hold the words: the best of them tell."""
    if not 0 < worded.answer.total < FEW or wish.offset or wish.sort is not Sort.RELEVANCE:
        return None
    if worded.mode is Mode.MEANING:
        return None
    text = did_you_mean(session(), wish.text, worded.matches)
    return Link(text, with_args({"q": text, "page": None})) if text else None


def _listed(codes: Sequence[str]) -> str:
    names = [language_name(code) for code in codes[:6]]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
