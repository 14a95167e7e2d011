"""A question in the server's terms: what it is sent, and how its answer is read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from search.documents import Field
from search.index import Answer, FacetCount, Hit
from search.query import AllOf, AnyOf, Between, Filter, Not, OneOf, Query, Sort, Words
from search.server.schema import decoded, in_list, spelled
from search.tokens import asked, has_unspaced

_NOTHING = "story IN []"
_SORTS = {
    Sort.STORY: ["story:asc", "ordinal:asc"],
    Sort.OLDEST: ["year:asc", "story:asc", "ordinal:asc"],
    Sort.NEWEST: ["year:desc", "story:asc", "ordinal:asc"],
}


def questions(index: str, query: Query, words: Words) -> list[dict[str, Any]]:
    """Questions for one request: the hits, the total with the facets, the number of stories.

    Only asked by page does the server count to the end instead of estimating. It cannot skip half a page, so that hits
    are asked for apart where the offset is no multiple of the limit.
    """
    asked_for: dict[str, Any] = {"indexUid": index, "q": typed(words), "matchingStrategy": "all"}
    if limits := _limits(query):
        asked_for["filter"] = limits
    stories = asked_for | {"distinct": "story", "hitsPerPage": 0, "page": 1}
    hits = asked_for | {
        "sort": _SORTS.get(query.sort, []),
        "attributesToRetrieve": ["id", "story"],
        "showRankingScore": query.sort is Sort.RELEVANCE,
    }
    facets = {"facets": [field.value for field in query.facets]}
    if query.limit and query.offset % query.limit == 0:
        page = {"hitsPerPage": query.limit, "page": query.offset // query.limit + 1}
        return [hits | facets | page, stories]
    counted = asked_for | facets | {"hitsPerPage": 0, "page": 1}
    return [hits | {"offset": query.offset, "limit": query.limit}, counted, stories]


def answered(results: Sequence[Mapping[str, Any]], query: Query, took_ms: float, shown_for: str | None) -> Answer:
    """What the server said to `questions`; the two last hold the counts, the first the hits."""
    counted = results[-2]
    return Answer(
        hits=tuple(Hit(hit["id"], decoded(hit["story"]), hit.get("_rankingScore", 0.0)) for hit in results[0]["hits"]),
        total=counted["totalHits"],
        total_stories=results[-1]["totalHits"],
        took_ms=took_ms,
        facets={field: _facet(field, counted["facetDistribution"]) for field in query.facets},
        shown_for=shown_for,
    )


def typed(words: Words) -> str:
    """The words as the server reads them: the last is a prefix only where no space follows, so words come last."""
    parts = [f'-"{_side_by_side(text)}"' for text in (*words.excluded_words, *words.excluded_phrases)]
    parts += [f'"{_side_by_side(phrase)}"' for phrase in words.phrases]
    parts += [_word(word) for word in words.words]
    return " ".join(parts) + (" " if words.last_is_whole else "")


def limited(where: Filter) -> str:
    """A filter in the server's language. Keys are coded, numbers are numbers: nothing of a person's text is parsed."""
    match where:
        case OneOf(field=Field.YEAR):
            return f"year IN [{','.join(map(str, where.years))}]"
        case OneOf(field=field, values=values):
            return f"{field.value} IN {in_list(map(str, values))}"
        case Between():
            low, high = where.span
            return f"(year >= {low} AND year <= {high})"
        case Not(inner=inner):
            return f"NOT ({limited(inner)})"
        case AllOf(parts=parts):
            return f"({' AND '.join(map(limited, parts)) or f'NOT {_NOTHING}'})"
        case AnyOf(parts=parts):
            return f"({' OR '.join(map(limited, parts)) or _NOTHING})"


def _limits(query: Query) -> str:
    limits = [] if query.where is None else [limited(query.where)]
    if query.without_stories:
        limits.append(limited(Not(OneOf(Field.STORY, tuple(sorted(query.without_stories))))))
    return " AND ".join(limits)


def _word(word: str) -> str:
    if not has_unspaced(word):
        return word
    run = _side_by_side(word)
    return f'"{run}"' if " " in run else run


def _side_by_side(text: str) -> str:
    """A phrase; where it holds an unspaced script, spelled like the field `pairs`."""
    return " ".join(spelled(term) for _, term in asked(text)) if has_unspaced(text) else text


def _facet(field: Field, distribution: Mapping[str, Mapping[str, int]]) -> tuple[FacetCount, ...]:
    values: Iterable[tuple[str, int]] = distribution.get(field.value, {}).items()
    plain = field is Field.YEAR
    counted = [FacetCount(value if plain else decoded(value), count) for value, count in values]
    return tuple(sorted(counted, key=lambda facet: (-facet.count, facet.value)))
