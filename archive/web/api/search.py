"""GET /search"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from pydantic import Field

from archive.services.access import Action
from archive.services.browse import closed_stories
from archive.services.finding import DEEPEST, Match, find
from archive.services.mood_ranges import read_range
from archive.services.tagging import taggings_on, themes_of
from archive.web.api.answers import Answer
from archive.web.api.asking import Number, Page, Text
from archive.web.api.links import page_links
from archive.web.api.offers import Reply, offer
from archive.web.api.pace import Kind
from archive.web.api.shapes import MANY, FacetValue, Hit, Narrowing, hit
from archive.web.http import account, house, session
from archive.web.site.asking import asked as wished
from search.query import MAX_TERMS, MAX_TEXT, Mode, Sort


class SearchAsked(Page, Narrowing):
    question: list[Text] = Field(default=[], max_length=20, description=f"A question's slug: what answers it. {MANY}")
    standing: list[Text] = Field(default=[], max_length=20, description=f"Who stands behind the words. {MANY}")
    length: list[Text] = Field(default=[], max_length=20, description=f"How long the story is, in minutes. {MANY}")
    page: Number = Field(default=1, description=f"The number of the page; none shows hits beyond {DEEPEST:,}.")
    q: Text = Field(
        default="",
        description=f'Words, "phrases in quotes", -words that must not stand there. The first {MAX_TEXT} characters '
        f"and {MAX_TERMS} words count. Empty finds everything.",
    )
    mode: Mode = Field(default=Mode.WORDS, description="How to search; `mode` in the answer says what was really done.")
    story: Text | None = Field(default=None, description="Only within the story of this slug.")
    verified: Literal["1", "yes", "true", "0", "no", "false", ""] = Field(
        default="", description="1: only what a person has checked against the sound."
    )
    mood: Text = Field(
        default="",
        max_length=100,
        description="How somebody reads the passage: hope:1..2,conviction:-2..0, each from -2 to 2; one is enough.",
    )
    sort: Sort = Sort.RELEVANCE


class Found(Answer):
    query: str = Field(description="What was asked for, as far as it counts.")
    mode: Mode = Field(description="What was done. Where the archive has no model for meaning, that is words.")
    shown_for: str | None = Field(description="What was found instead, where everything together was not.")
    also: list[str] = Field(description="Labels that mean the same and were looked for too.")
    total_passages: int
    total_stories: int
    total_narrators: int
    hidden_stories: int = Field(description="Listed and closed stories of the whole archive, whatever was asked.")
    took_ms: float
    facets: dict[str, list[FacetValue]]
    passages: list[Hit]


def _labels(matches: Sequence[Match]) -> list[list[str]]:
    """Each passage's themes: those of its whole story, then its own."""
    whole = themes_of(session(), [match.story.id for match in matches])
    own = taggings_on(session(), [match.passage.id for match in matches])
    both = ([*whole[match.story.id], *own.get(match.passage.id, ())] for match in matches)
    return [list(dict.fromkeys(tagging.theme.label for tagging in taggings)) for taggings in both]


def hits(matches: Sequence[Match]) -> list[Hit]:
    best = max((match.score for match in matches), default=0.0)
    return [hit(match, labels, best) for match, labels in zip(matches, _labels(matches), strict=True)]


@offer("/search", Action.VISIT, pace=Kind.SEARCH)
def search(asked: SearchAsked) -> Reply[Found]:
    """Passages that answer, with counts over all of them. A ranked list has no key to go on from: it has pages."""
    if asked.mood:
        read_range(asked.mood)  # a page passes over what means nothing; a program is told
    wish = replace(wished(asked.size, asked.page), mode=asked.mode)
    findings = find(session(), house().index, wish, account(), house().embedder)
    found = Found(
        query=wish.text,
        mode=findings.mode,
        shown_for=findings.answer.shown_for,
        also=list(findings.answer.also),
        total_passages=findings.answer.total,
        total_stories=findings.answer.total_stories,
        total_narrators=findings.answer.total_narrators,
        hidden_stories=closed_stories(session(), limit=0)[1],
        took_ms=round(findings.answer.took_ms, 2),
        facets={
            facet.value: [FacetValue(value=each.value, label=each.label, count=each.count) for each in counts]
            for facet, counts in findings.facets.items()
        },
        passages=hits(findings.matches),
    )
    return Reply(found, page_links(asked, findings.answer.total))
