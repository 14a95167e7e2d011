"""What is counted over all matches of a clause."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tantivy import Query as Clause
from tantivy import Searcher

from search.documents import Field
from search.index import FacetCount
from search.query import most_values

_MAX_VALUES = 60_000  # counted one by one; Tantivy lists at most 65,000 values, beyond it estimates (1 % off)
_EXACT = (Field.STORY, Field.NARRATOR)  # whose values are themselves counted


@dataclass(frozen=True, slots=True)
class Counted:
    total: int
    stories: int
    narrators: int
    facets: Mapping[Field, tuple[FacetCount, ...]]


def count(searcher: Searcher, clause: Clause, facets: Sequence[Field]) -> Counted:
    sizes = {field: most_values(field) for field in facets} | dict.fromkeys(_EXACT, _MAX_VALUES)
    answer = searcher.aggregate(clause, {field.value: _values(field, size) for field, size in sizes.items()})
    stories = answer[Field.STORY.value]
    return Counted(
        total=sum(bucket["doc_count"] for bucket in stories["buckets"]) + stories["sum_other_doc_count"],
        stories=_different(searcher, clause, Field.STORY, stories),
        narrators=_different(searcher, clause, Field.NARRATOR, answer[Field.NARRATOR.value]),
        facets={field: _facet(answer[field.value]["buckets"])[: most_values(field)] for field in facets},
    )


def number(searcher: Searcher, clause: Clause) -> int:
    """Of matching passages, and nothing else about them."""
    result: Any = searcher.search(clause, limit=1, count=True)  # Tantivy's own stubs forget `count`
    return int(result.count)


def _different(searcher: Searcher, clause: Clause, field: Field, listed: Mapping[str, Any]) -> int:
    if listed["sum_other_doc_count"]:
        return round(searcher.cardinality(clause, field.value))
    return len(listed["buckets"])


def _values(field: Field, number: int) -> dict[str, Any]:
    return {"terms": {"field": field.value, "size": number, "segment_size": _MAX_VALUES}}


def _facet(buckets: Iterable[Mapping[str, Any]]) -> tuple[FacetCount, ...]:
    counted = [FacetCount(str(bucket["key"]), bucket["doc_count"]) for bucket in buckets]
    return tuple(sorted(counted, key=lambda facet: (-facet.count, facet.value)))
