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
    """Three questions for one request: the hits of the page, the total with the facets, the number of stories.

    The last two ask by page, which makes the server count to the end instead of estimating.
    """
    asked_for: dict[str, Any] = {"indexUid": index, "q": typed(words), "matchingStrategy": "all"}
    if limits := _limits(query):
        asked_for["filter"] = limits
    page = {
        "offset": query.offset,
        "limit": query.limit,
        "sort": _SORTS.get(query.sort, []),
        "attributesToRetrieve": ["id", "story"],
        "showRankingScore": query.sort is Sort.RELEVANCE,
    }
    counted = {"hitsPerPage": 0, "page": 1}
    facets = [field.value for field in query.facets]
    return [asked_for | page, asked_for | counted | {"facets": facets}, asked_for | counted | {"distinct": "story"}]


def answered(results: Sequence[Mapping[str, Any]], query: Query, took_ms: float, shown_for: str | None) -> Answer:
    page, counted, stories = results
    return Answer(
        hits=tuple(Hit(hit["id"], decoded(hit["story"]), hit.get("_rankingScore", 0.0)) for hit in page["hits"]),
        total=counted["totalHits"],
        total_stories=stories["totalHits"],
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
        case OneOf(field=Field.YEAR, values=values):
            years = [str(int(value)) for value in values if str(value).lstrip("-").isdecimal()]
            return f"year IN [{','.join(years)}]"
        case OneOf(field=field, values=values):
            return f"{field.value} IN {in_list(map(str, values))}"
        case Between(low=low, high=high):
            ends = [f"year >= {low}"] if low is not None else []
            ends += [f"year <= {high}"] if high is not None else []
            return f"({' AND '.join(ends) or 'year EXISTS'})"
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
