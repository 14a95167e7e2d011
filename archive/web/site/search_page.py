"""The search page put together: what was found, what it can be narrowed to, and the ways on from there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import request

from archive.models import Story
from archive.services.browse import Facet
from archive.services.desk import kept_among
from archive.services.finding import Asked, Findings, Match, Trait, find
from archive.services.grouping import Grouped, find_grouped
from archive.services.saved_searches import is_saved
from archive.services.ways_out import EVERYTHING, WayOut, ways_out
from archive.web.http import LONGEST_ARG, account, house, session, with_args
from archive.web.narrowing import FACET_LABELS, chosen_links, facets
from archive.web.present import found, pages
from archive.web.search_shapes import FoundStory, SearchPage, Way
from archive.web.shapes import Choice, Found, Link
from archive.web.site.asking import GROUPED, kept_query
from archive.web.site.how import by_words, how, meant
from search.highlight import highlights
from search.query import MAX_TERMS, MAX_TEXT, Mode, Sort, Words, parse

SORTS = {
    Sort.RELEVANCE: "Best match first",
    Sort.NEWEST: "Newest conversation first",
    Sort.OLDEST: "Oldest conversation first",
    Sort.STORY: "Story by story",
}
MODES = {Mode.BOTH: "Words and meaning", Mode.WORDS: "Words alone", Mode.MEANING: "Meaning alone"}
VIEWS = {"": "Passage by passage", "story": "Grouped by story"}
NOT_CARRIED = frozenset({"q", "page"})  # a new question begins on its first page
CUT = f"Only the first {MAX_TERMS} words count."


def resting(sentence: str) -> SearchPage:
    return SearchPage(request.args.get("q", "")[:MAX_TEXT], _carried(), resting=sentence)


def searched(wish: Asked, *, by_story: bool) -> SearchPage:
    """Raises Resting."""
    if by_story:
        wish = replace(wish, offset=wish.offset // wish.limit * GROUPED, limit=GROUPED)
        held = find_grouped(session(), house().index, wish, account(), house().embedder)
        return _page(wish, held.findings, held)
    return _page(wish, find(session(), house().index, wish, account(), house().embedder), None)


def _page(wish: Asked, findings: Findings, held: Grouped | None) -> SearchPage:
    answer = findings.answer
    narrowed: dict[Facet | Trait, Sequence[str]] = dict(wish.chosen.items())
    narrowed |= dict(wish.traits.items())
    shown = facets(findings.facets, narrowed)
    kept = kept_among(session(), [match.passage.id for match in findings.matches], by=account())
    hits = with_meaning(wish, findings, found(session(), findings.matches, None, kept))
    total, worded = answer.total, by_words(wish, findings)
    return SearchPage(
        text=wish.text,
        asked=_carried(),
        found=() if held else hits,
        stories=_stories(held, hits) if held else (),
        total_passages=total,
        total_stories=answer.total_stories,
        total_narrators=answer.total_narrators,
        facets=shown,
        chosen=(*chosen_links(shown), *_also_chosen(wish)),
        pages=pages(held.listed, GROUPED) if held else pages(total, wish.limit),
        modes=_modes(wish, findings.mode),
        sorts=() if held else _choices("sort", wish.sort.value, {sort.value: label for sort, label in SORTS.items()}),
        views=_choices("group", "story" if held else "", VIEWS),
        how=how(wish, findings, worded),
        also=answer.also,
        shown_for=answer.shown_for,
        cut=CUT if len(wish.text.split()) > MAX_TERMS or len(request.args.get("q", "")) > MAX_TEXT else None,
        did_you_mean=meant(wish, worded),
        ways=() if total else tuple(map(_way, ways_out(session(), house().index, wish, house().embedder))),
        saves=kept_query(),
        saved=is_saved(session(), kept_query(), by=account()),
    )


def _carried() -> tuple[tuple[str, str], ...]:
    """What a new question keeps of this address."""
    held = request.args.items(multi=True)
    return tuple((name, value[:LONGEST_ARG]) for name, value in held if name not in NOT_CARRIED and value)[:60]


def _stories(held: Grouped, hits: Sequence[Found]) -> tuple[FoundStory, ...]:
    """The hits were made of all matches in one go; here they stand by their stories again."""
    rest = iter(hits)
    groups = []
    for group in held.groups:
        slug = group.matches[0].story.slug
        more = with_args({"group": None, "story": slug, "page": None})
        groups.append(FoundStory(tuple(next(rest) for _ in group.matches), group.more, more))
    return tuple(groups)


def _choices(name: str, now: str, labels: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(
        Choice(label, value, 0, with_args({name: value or None, "page": None}), chosen=value == now)
        for value, label in labels.items()
    )


def _modes(wish: Asked, done: Mode) -> tuple[Choice, ...]:
    """None where nobody asks yet, or nothing here knows what a text means: then there is nothing to choose."""
    if house().embedder is None or not wish.text.strip():
        return ()
    return _choices("mode", done.value, {mode.value: label for mode, label in MODES.items()})


def with_meaning(wish: Asked, findings: Findings, hits: Sequence[Found]) -> tuple[Found, ...]:
    """Hits that hold none of the words say so, where others do."""
    words = parse(findings.answer.shown_for or wish.text)
    if findings.mode is not Mode.BOTH or words.empty:
        return tuple(hits)
    return tuple(
        replace(hit, by_meaning=not match.ranges and not _named(match, hit, words))
        for match, hit in zip(findings.matches, hits, strict=True)
    )


def _named(match: Match, hit: Found, words: Words) -> bool:
    """Whether the words stand in what is said about the passage: these are searched too."""
    people = [person.name for taken in match.story.participations for person in [taken.person]]
    themes = [theme.label for theme in hit.turn.themes]
    said = " · ".join([match.story.title, match.passage.speaker or "", *people, *themes])
    return bool(highlights(said, words, match.story.language))


def _also_chosen(wish: Asked) -> tuple[Link, ...]:
    given: list[Link] = []
    if wish.verified:
        given.append(Link("checked by a person", with_args({"verified": None, "page": None})))
    if wish.mood is not None:
        given.append(Link(f"read as {wish.mood}", with_args({"mood": None, "page": None})))
    if wish.story_id is not None:
        title = next(iter(_titles(wish)), request.args.get("story", "")[:80])
        given.append(Link(f"in “{title}”", with_args({"story": None, "page": None})))
    return tuple(given)


def _titles(wish: Asked) -> list[str]:
    held = session().get(Story, wish.story_id) if wish.story_id else None
    return [held.title] if held else []


def _way(way: WayOut) -> Way:
    if way.broader is not None:
        changes: dict[str, Any] = {Facet.THEME.value: list(way.asked.chosen[Facet.THEME])}
        words = f"Look under the broader theme “{way.broader}”"
    elif way.given_up == EVERYTHING:
        changes = dict.fromkeys([*(field.value for field in FACET_LABELS), "verified", "mood", "story"])
        changes["mode"] = way.asked.mode.value
        words = "Give up all that you chose"
    elif way.given_up is None:
        changes, words = {"mode": way.asked.mode.value}, "Look for what it means as well"
    else:
        changes, words = {str(way.given_up): None}, _without(way.given_up)
    return Way(words, with_args({**changes, "page": None}), way.found)


def _without(given_up: Facet | Trait | str) -> str:
    if given_up == "verified":
        return "Look in what no person has checked, too"
    if given_up == "mood":
        return "Look wherever it is read otherwise, too"
    if given_up == "story":
        return "Look in all stories"
    label = next(label for field, label in FACET_LABELS.items() if field.value == given_up)
    return f"Give up what you chose under “{label}”"
