"""A question in the server's terms: its words, its filters, and what each request asks for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from search.documents import Field
from search.query import NEAR, AllOf, AnyOf, Between, Filter, Not, OneOf, Query, Sort, Words
from search.server.schema import EMBEDDER, in_list, numbers, spelled
from search.tokens import asked, has_unspaced

Request = dict[str, Any]
_NOTHING = "story IN []"
_SORTS = {
    Sort.STORY: ["story:asc", "ordinal:asc"],
    Sort.OLDEST: ["year:asc", "story:asc", "ordinal:asc"],
    Sort.NEWEST: ["year:desc", "story:asc", "ordinal:asc"],
}
_PLACED = ["id", "story", "year", "ordinal"]  # what a hit is known and sorted by


class Requests:
    """What may be asked of one index for one query. Each method gives a request for the server's multi-search.

    Only asked by page does the server count to the end instead of estimating.
    """

    def __init__(self, index: str, query: Query) -> None:
        self._index, self._query = index, query

    def hits(self, words: Words, offset: int, number: int, *, but: Iterable[str] = ()) -> Request:
        """`but` holds ids that are left out."""
        left_out = f"NOT id IN {quoted(but)}" if but else ""
        return self._asking(words, left_out) | {
            "sort": _SORTS.get(self._query.sort, []),
            "attributesToRetrieve": _PLACED,
            "showRankingScore": self._query.sort is Sort.RELEVANCE,
            "offset": offset,
            "limit": number,
        }

    def counted(self, words: Words) -> Request:
        facets = dict.fromkeys((*(field.value for field in self._query.facets), Field.NARRATOR.value))
        return self._asking(words) | {"facets": list(facets), "hitsPerPage": 0, "page": 1}

    def stories(self, words: Words) -> Request:
        return self._asking(words) | {"distinct": "story", "hitsPerPage": 0, "page": 1}

    def nearest(self, number: int) -> Request:
        """score of a hit: (1 + cosine) / 2."""
        return self._asking(Words()) | {
            "vector": numbers(self._query.vector or b""),
            "hybrid": {"embedder": EMBEDDER, "semanticRatio": 1.0},
            "rankingScoreThreshold": (1 + NEAR) / 2,
            "showRankingScore": True,
            "attributesToRetrieve": [*dict.fromkeys([*_PLACED, *Field])],
            "limit": number,
        }

    def holding(self, words: Words, ids: Sequence[str]) -> Request:
        """Which of these passages hold the words."""
        wanted = self._asking(words, f"id IN {quoted(ids)}")
        return wanted | {"attributesToRetrieve": ["id"], "limit": len(ids)}

    def speaking(self, words: Words, stories: Sequence[str]) -> Request:
        """Which of these stories hold the words in some passage."""
        wanted = self._asking(words, f"story IN {in_list(stories)}")
        return wanted | {"distinct": "story", "attributesToRetrieve": ["story"], "limit": len(stories)}

    def _asking(self, words: Words, further: str = "") -> Request:
        request: Request = {"indexUid": self._index, "q": typed(words), "matchingStrategy": "all"}
        limits = " AND ".join(part for part in (_limits(self._query), further) if part)
        return request | ({"filter": limits} if limits else {})


def quoted(ids: Iterable[str]) -> str:
    """Ids of passages as a filter's list: letters, digits, '-' and '_' alone, so that nothing of one is parsed."""
    return "[" + ",".join(f'"{each}"' for each in ids) + "]"


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


def placed(hit: Mapping[str, Any], sort: Sort) -> tuple[Any, ...]:
    """Where a hit stands in a sorted answer; what has no year comes last."""
    story, year = (hit["story"], hit["ordinal"]), hit.get("year")
    if sort is Sort.STORY:
        return story
    return year is None, (year or 0) * (-1 if sort is Sort.NEWEST else 1), *story


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
