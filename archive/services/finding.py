"""Search: the index finds, the database decides.

A stale index can lose a hit, it can never show one: every passage it names is read again from the database through
`visible_to`, and stories that are about to be closed are left out of counts as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import BindParameter, Select, and_, bindparam, or_, select, union_all
from sqlalchemy.orm import Session

from archive.models import Job, JobKind, JobState, Passage, PassageState, Person, Question, Story, Theme
from archive.services.access import Actor, visible_to
from archive.services.browse import Chosen, Count, Facet, person_slugs
from archive.services.errors import Resting
from archive.services.labels import slugs_named
from archive.services.lengths import NAMES
from archive.services.meant import with_meaning
from archive.services.mood_ranges import MoodRange, keys_in
from archive.services.stories import FOR_CARDS
from search.documents import Audience, Field
from search.highlight import highlights
from search.index import Answer, FacetCount, IndexUnavailable, SearchIndex
from search.meaning.embedder import Embedder
from search.query import AllOf, Filter, Mode, OneOf, Query, Sort, parse

DEEPEST = 1_000_000  # an index takes memory for every hit that it passes over, and an address may name any page
BEFORE_MS = 2_000  # a hit starts to play this long before its first word

FIELDS: dict[Facet, Field] = {
    Facet.THEME: Field.THEME,
    Facet.NARRATOR: Field.NARRATOR,
    Facet.INTERVIEWER: Field.INTERVIEWER,
    Facet.PLACE: Field.PLACE,
    Facet.YEAR: Field.YEAR,
    Facet.LANGUAGE: Field.LANGUAGE,
}
PERSON = frozenset({Facet.NARRATOR, Facet.INTERVIEWER})

# What every search asks of the database, put together once: that takes as long as the database does with it.
_GIVEN: Final[BindParameter[Any]] = bindparam("given", expanding=True)
_PASSAGES: Final = select(Passage).where(Passage.id.in_(_GIVEN))
_STORIES: Final = select(Story).where(Story.id.in_(_GIVEN), visible_to(None)).options(*FOR_CARDS)
_PEOPLE: Final = select(Person.slug, Person.name).where(Person.slug.in_(_GIVEN))


class Trait(StrEnum):
    """What passages can be narrowed by besides: the question that they answer, who stands behind their words, and how
    long their story is."""

    QUESTION = "question"
    STANDING = "standing"
    LENGTH = "length"


TRAITS: dict[Trait, Field] = {
    Trait.QUESTION: Field.QUESTION,
    Trait.STANDING: Field.STATE,
    Trait.LENGTH: Field.LENGTH,
}
_NAMED: dict[Facet | Trait, Select[str, str]] = {
    Facet.THEME: select(Theme.slug, Theme.label).where(Theme.slug.in_(_GIVEN)),
    Trait.QUESTION: select(Question.slug, Question.text).where(Question.slug.in_(_GIVEN)),
}
# The values of some, in the order in which they are listed.
KNOWN: dict[Facet | Trait, tuple[str, ...]] = {
    Trait.STANDING: (PassageState.VERIFIED, PassageState.APPROVED, PassageState.CORRECTED, PassageState.MACHINE),
    Trait.LENGTH: tuple(NAMES),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """traits: values of Trait, as `chosen` of Facet. verified: checked by a person or approved by the narrator."""

    text: str = ""
    chosen: Chosen = field(default_factory=dict)
    traits: Mapping[Trait, Sequence[str]] = field(default_factory=dict)
    story_id: int | None = None
    verified: bool = False
    mood: MoodRange | None = None
    mode: Mode = Mode.WORDS
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Match:
    """ranges are character positions in passage.text. play_from_ms is on the recording's clock, None where the passage
    has no times."""

    passage: Passage
    story: Story
    ranges: list[tuple[int, int]]
    score: float
    play_from_ms: int | None


@dataclass(frozen=True, slots=True)
class Findings:
    """mode: how was really searched, which is by words where nothing knows what a text means."""

    answer: Answer
    matches: list[Match]
    facets: Mapping[Facet | Trait, list[Count]]
    mode: Mode = Mode.WORDS


def about_to_close(session: Session) -> frozenset[str]:
    """Stories to be taken out of the index, or to show less in it: no count may show a trace of that meanwhile.

    An INDEX job waits for them, or will once the worker has looked at whose consent is over since midnight.
    """
    open_states = [JobState.WAITING, JobState.RUNNING, JobState.FAILED]
    visible = select(Story.id).where(visible_to(None))
    less = and_(Job.restricts, Job.state != JobState.FAILED)
    closing = select(Job.story_id).where(
        Job.kind == JobKind.INDEX, Job.state.in_(open_states), or_(less, Job.story_id.not_in(visible))
    )
    over = select(Story.id).where(Story.text_open, Story.open_until.is_not(None), Story.id.not_in(visible))
    return frozenset(map(str, session.scalars(union_all(closing, over))))


def _filter(session: Session, asked: Asked, without: Facet | Trait | None = None) -> Filter | None:
    """All that was chosen, but for what was chosen of one facet."""
    chosen = {facet: given for facet, given in asked.chosen.items() if given and facet != without}
    parts: list[Filter] = [OneOf(FIELDS[facet], _values(session, facet, given)) for facet, given in chosen.items()]
    traits = {trait: given for trait, given in asked.traits.items() if given and trait != without}
    parts += [OneOf(TRAITS[trait], tuple(given)) for trait, given in traits.items()]
    if asked.story_id is not None:
        parts.append(OneOf(Field.STORY, (str(asked.story_id),)))
    if asked.verified:
        parts.append(OneOf(Field.STATE, ("verified", "approved")))
    if asked.mood is not None:
        parts.append(OneOf(Field.MOOD, keys_in(asked.mood)))
    return AllOf(tuple(parts)) if parts else None


def _values(session: Session, facet: Facet, given: Sequence[str]) -> tuple[str | int, ...]:
    match facet:
        case Facet.THEME:
            return tuple(slugs_named(session, given))
        case Facet.NARRATOR | Facet.INTERVIEWER:
            return tuple(person_slugs(session, given))
        case Facet.YEAR:
            return tuple(int(value) for value in given if value.isdecimal() and len(value) < 6)
    return tuple(given)


def find(session: Session, index: SearchIndex, asked: Asked, by: Actor, embedder: Embedder | None = None) -> Findings:
    """Raises Resting when the index cannot answer; lists and stories go on without it."""
    query = question(session, index, asked, embedder)
    answer = widened(session, index, asked, query, answered(index, query))
    return Findings(answer, matches_of(session, answer, asked.text), labelled(session, answer), query.mode)


def question(session: Session, index: SearchIndex, asked: Asked, embedder: Embedder | None = None) -> Query:
    """What the index is asked. Raises Resting: what words mean is asked of the passages that hold them."""
    query = Query(
        audience=Audience.PUBLIC,
        text=asked.text,
        where=_filter(session, asked),
        without_stories=about_to_close(session),
        facets=(*FIELDS.values(), *TRAITS.values()),
        sort=asked.sort,
        offset=min(asked.offset, DEEPEST),
        limit=asked.limit if asked.offset < DEEPEST else 0,
    )
    try:
        return with_meaning(session, index, query, embedder, asked.mode)
    except IndexUnavailable as reason:
        raise Resting(str(reason)) from reason


def answered(index: SearchIndex, query: Query) -> Answer:
    """Raises Resting."""
    try:
        return index.search(query)
    except IndexUnavailable as reason:
        raise Resting(str(reason)) from reason


def widened(session: Session, index: SearchIndex, asked: Asked, query: Query, answer: Answer) -> Answer:
    """The answer, in which a facet that something was chosen of counts its other values too, as if nothing had been:
    one can only choose a second theme that one sees. Raises Resting."""
    held: dict[Facet | Trait, Field] = {each: FIELDS[each] for each, given in asked.chosen.items() if given}
    held |= {each: TRAITS[each] for each, given in asked.traits.items() if given}
    facets = dict(answer.facets)
    for each, counted in held.items():
        wider = replace(query, text=answer.shown_for or query.text, where=_filter(session, asked, each))
        facets |= answered(index, replace(wider, facets=(counted,), offset=0, limit=0)).facets
    return replace(answer, facets=facets)


def matches_of(session: Session, answer: Answer, text: str) -> list[Match]:
    """The hits that everybody may read: nobody finds more than that, whatever else is theirs."""
    ids = [int(hit.id) for hit in answer.hits]
    passages = {each.id: each for each in session.scalars(_PASSAGES, {"given": ids})}
    story_ids = list({passage.story_id for passage in passages.values()})
    stories = {story.id: story for story in session.scalars(_STORIES, {"given": story_ids})}
    words = parse(answer.shown_for or text)
    matches: list[Match] = []
    for hit in answer.hits:
        passage = passages.get(int(hit.id))
        story = stories.get(passage.story_id) if passage else None
        if passage is None or story is None:
            continue
        ranges = highlights(passage.text, words, story.language, answer.also)
        matches.append(Match(passage, story, ranges, hit.score, play_from(passage, ranges)))
    return matches


def play_from(passage: Passage, ranges: Sequence[tuple[int, int]]) -> int | None:
    """Two seconds before the first word that matched, or before the passage where its words have no times."""
    if passage.start_ms is None:
        return None
    starts = (passage.words or {}).get("s") or []
    word = passage.text[: ranges[0][0]].count(" ") if ranges else 0
    moment = starts[word] if word < len(starts) else passage.start_ms
    return max(int(moment) - BEFORE_MS, 0)


def labelled(session: Session, answer: Answer) -> dict[Facet | Trait, list[Count]]:
    """Facet values as a person reads them: themes, questions and people by name; other traits in their own order."""
    counted: dict[Facet | Trait, Sequence[FacetCount]] = {
        each: answer.facets.get(field_, ()) for each, field_ in FIELDS.items()
    }
    counted |= {each: answer.facets.get(field_, ()) for each, field_ in TRAITS.items()}
    people = [each.value for facet in PERSON for each in counted[facet]]
    names: dict[Facet | Trait, dict[str, str]] = dict.fromkeys(PERSON, _names(session, _PEOPLE, people))
    names |= {each: _names(session, query, [one.value for one in counted[each]]) for each, query in _NAMED.items()}
    found: dict[Facet | Trait, list[Count]] = {}
    for each, counts in counted.items():
        if each in KNOWN:
            numbers = {one.value: one.count for one in counts}
            found[each] = [Count(value, value, numbers[value]) for value in KNOWN[each] if value in numbers]
        else:
            known = names.get(each, {one.value: one.value for one in counts})
            found[each] = [Count(one.value, known[one.value], one.count) for one in counts if one.value in known]
    return found


def _names(session: Session, query: Select[str, str], slugs: Sequence[str]) -> dict[str, str]:
    return {row.slug: row[1] for row in session.execute(query, {"given": slugs})} if slugs else {}
