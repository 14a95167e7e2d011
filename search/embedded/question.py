"""A question in Tantivy's terms: words and filters as clauses, and what is counted over all matches."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tantivy import FieldType, Occur, Order, Searcher
from tantivy import Query as Clause

from search.documents import Field
from search.embedded.schema import SCHEMA, SORTED_BY, TEXTS, tagged
from search.index import FacetCount, Hit
from search.query import FACET_VALUES, FEW, AllOf, AnyOf, Between, Filter, Not, OneOf, Query, Words, parse, slips
from search.tokens import DEFAULT_LANGUAGE, asked, is_lone, language_code

_MAX_STORIES = 60_000  # counted one by one; Tantivy lists at most 65,000 values, beyond it estimates (1 % off)
_WEIGHTS = dict(zip(TEXTS, (1.0, 1.5, 3.0, 0.4), strict=True))
_STEM, _FUZZY, _TOGETHER = 0.6, 0.2, 1.0  # what weaker ways to match weigh, and what standing together adds
_NEAR = 6  # so many other words may stand between, and words still stand together


@dataclass(frozen=True, slots=True)
class Counted:
    total: int
    stories: int
    facets: Mapping[Field, tuple[FacetCount, ...]]


class Question:
    """One query put to one state of the index, so that hits, total and facets speak of the same documents."""

    def __init__(self, query: Query, searcher: Searcher) -> None:
        self._query = query
        self._searcher = searcher
        left_out = Not(OneOf(Field.STORY, tuple(query.without_stories)))
        limits = [left_out] if query.where is None else [left_out, query.where]
        self._limits = [(Occur.Must, Clause.const_score_query(limited(AllOf(tuple(limits))), 0.0))]

    def settle(self) -> tuple[Clause, Counted, str | None]:
        """The clause settled on, what it matches, and the text it stands for where that is not the one typed.

        Slips of the pen are forgiven where few passages match. Where none does, words are left off the end, one by one.
        """
        typed = parse(self._query.text)
        clause = self._clause(typed, forgiving=False)
        counted = self._count(clause)
        if counted.total >= FEW or not typed.words:
            return clause, counted, None
        words: Words | None = typed
        while words is not None:
            clause = self._clause(words, forgiving=True)
            counted = self._count(clause)
            if counted.total:
                return clause, counted, None if words == typed else words.text
            words = words.shorter()
        return clause, counted, None

    def hits(self, clause: Clause) -> list[Hit]:
        sort = SORTED_BY.get(self._query.sort)
        found = self._searcher.search(
            clause,
            limit=max(1, self._query.limit),  # Tantivy panics at nought
            count=False,
            order_by_field=sort,
            offset=self._query.offset,
            order=Order.Asc if sort else Order.Desc,
        )
        best = [(score, self._searcher.doc(address)) for score, address in found.hits[: self._query.limit]]
        # In a sorted answer Tantivy gives the value sorted by where the score would be.
        return [Hit(doc["id"][0], doc["story"][0], 0.0 if sort else score) for score, doc in best]

    def _count(self, clause: Clause) -> Counted:
        wanted = {field.value: _values(field.value, FACET_VALUES) for field in self._query.facets}
        answer = self._searcher.aggregate(clause, {"by story": _values("story", _MAX_STORIES), **wanted})
        by_story = answer["by story"]
        stories, others = len(by_story["buckets"]), by_story["sum_other_doc_count"]
        return Counted(
            total=sum(bucket["doc_count"] for bucket in by_story["buckets"]) + others,
            stories=round(self._searcher.cardinality(clause, "story")) if others else stories,
            facets={field: _facet(answer[field.value]["buckets"]) for field in self._query.facets},
        )

    def _clause(self, words: Words, *, forgiving: bool) -> Clause:
        parts = list(self._limits)
        for place, word in enumerate(words.words, start=1):
            still_typed = place == len(words.words) and not words.last_is_whole
            parts.append((Occur.Must, self._word(word, beginning=still_typed, forgiving=forgiving)))
        parts += [(Occur.Must, _exactly(phrase)) for phrase in words.phrases]
        parts += [(Occur.MustNot, _exactly(text)) for text in (*words.excluded_words, *words.excluded_phrases)]
        run = asked(" ".join(words.words))
        if len(run) > 1:
            near = [_weighed(field, Clause.phrase_query(SCHEMA, field, list(run), slop=_NEAR)) for field in TEXTS]
            parts.append((Occur.Should, Clause.boost_query(_any(near), _TOGETHER)))
        return Clause.boolean_query(parts)

    def _word(self, word: str, *, beginning: bool, forgiving: bool) -> Clause:
        """Any way in which a word may match. One typed as several ("well-known") matches as they stand."""
        run = asked(word)
        if len(run) != 1:
            return _exactly(word, beginning=beginning)
        term = run[0][1]
        stems = [Clause.term_query(SCHEMA, "stems", tagged(term, code)) for code in self._codes]
        ways = [_exactly(word), *(Clause.boost_query(stem, _STEM) for stem in stems)]
        allowed = slips(term) if forgiving else 0
        if beginning or allowed:
            ways += [_like(field, term, allowed, beginning) for field in TEXTS]
        return _any(ways)

    @cached_property
    def _codes(self) -> list[str]:
        """The languages that words may have been stemmed in."""
        languages = [name for name, _ in self._searcher.terms_with_prefix("language", "")]
        return sorted({code for code in map(language_code, [DEFAULT_LANGUAGE, *languages]) if code})


def limited(where: Filter) -> Clause:
    """A filter as a clause. Values are compared as they are, never parsed."""
    match where:
        case OneOf(field=Field.YEAR):
            return _any(_years(year, year) for year in where.years)
        case OneOf(field=field, values=values):
            return Clause.term_set_query(SCHEMA, field.value, [_storable(str(value)) for value in values])
        case Between():
            return _years(*where.span)
        case Not(inner=inner):
            return Clause.boolean_query([(Occur.Must, Clause.all_query()), (Occur.MustNot, limited(inner))])
        case AllOf(parts=parts):
            return Clause.boolean_query([(Occur.Must, Clause.all_query()), *((Occur.Must, limited(p)) for p in parts)])
        case AnyOf(parts=parts):
            return _any(limited(part) for part in parts)


def _years(low: int, high: int) -> Clause:
    return Clause.range_query(SCHEMA, "year", FieldType.Integer, low, high) if low <= high else Clause.empty_query()


def _exactly(text: str, *, beginning: bool = False) -> Clause:
    """The words side by side as they are, in any searched field; with `beginning` the last may go on."""
    run = asked(text)
    if not run:
        return Clause.all_query()
    if len(run) == 1:
        term = run[0][1]
        ways = [_like(field, term, 0, True) for field in TEXTS] if is_lone(term) or beginning else []
        ways += [_weighed(field, Clause.term_query(SCHEMA, field, term)) for field in TEXTS]
    elif beginning:
        ways = [_weighed(field, Clause.phrase_prefix_query(SCHEMA, field, list(run))) for field in TEXTS]
    else:
        ways = [_weighed(field, Clause.phrase_query(SCHEMA, field, list(run))) for field in TEXTS]
    return _any(ways)


def _like(field: str, term: str, allowed: int, beginning: bool) -> Clause:
    like = Clause.fuzzy_term_query(SCHEMA, field, term, allowed, True, beginning)
    return Clause.const_score_query(like, _FUZZY * _WEIGHTS[field])


def _weighed(field: str, clause: Clause) -> Clause:
    return Clause.boost_query(clause, _WEIGHTS[field])


def _any(clauses: Iterable[Clause]) -> Clause:
    return Clause.boolean_query([(Occur.Should, clause) for clause in clauses])


def _storable(value: str) -> str:
    """Half of a surrogate pair cannot be stored, nor then be found."""
    return value.encode("utf-8", "replace").decode()


def _values(field: str, number: int) -> dict[str, Any]:
    return {"terms": {"field": field, "size": number, "segment_size": _MAX_STORIES}}


def _facet(buckets: Iterable[Mapping[str, Any]]) -> tuple[FacetCount, ...]:
    counted = [FacetCount(str(bucket["key"]), bucket["doc_count"]) for bucket in buckets]
    return tuple(sorted(counted, key=lambda facet: (-facet.count, facet.value)))
