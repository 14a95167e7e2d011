"""What was found, story by story: those with the most passages first, and the best passages of each."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from archive.services.access import Actor
from archive.services.finding import Asked, Findings, Match, answered, labelled, matches_of, question, widened
from search.documents import Field
from search.index import Answer, SearchIndex
from search.meaning.embedder import Embedder
from search.query import AllOf, OneOf, Query

OF_EACH = 3  # passages shown of a story


@dataclass(frozen=True, slots=True)
class Group:
    """Of one story; more is how many further passages of it were found."""

    matches: list[Match]
    more: int


@dataclass(frozen=True, slots=True)
class Grouped:
    """listed: how many stories can be paged through, which an index may count up to a number only."""

    findings: Findings
    groups: list[Group]
    listed: int


def find_grouped(
    session: Session, index: SearchIndex, asked: Asked, by: Actor, embedder: Embedder | None = None
) -> Grouped:
    """As finding.find, with offset and limit counting stories. Raises Resting."""
    query = question(session, index, asked, embedder)
    whole = answered(index, replace(query, facets=(*query.facets, Field.STORY), offset=0, limit=0))
    stories = whole.facets.get(Field.STORY, ())
    here = stories[asked.offset : asked.offset + asked.limit]
    groups: list[Group] = []
    for counted in here:
        answer = answered(index, _within(query, whole, counted.value, min(counted.count, OF_EACH)))
        if matches := matches_of(session, replace(answer, shown_for=whole.shown_for), asked.text):
            groups.append(Group(matches, max(counted.count - len(matches), 0)))
    facets = labelled(session, widened(session, index, asked, query, whole))
    findings = Findings(whole, [match for group in groups for match in group.matches], facets, query.mode)
    return Grouped(findings, groups, len(stories))


def _within(query: Query, whole: Answer, story: str, limit: int) -> Query:
    """The same question to one story, and with the same words: those that were left out stay so."""
    one = OneOf(Field.STORY, (story,))
    where = AllOf((one, query.where)) if query.where is not None else one
    return replace(query, text=whole.shown_for or query.text, where=where, facets=(), offset=0, limit=limit)
