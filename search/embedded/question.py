"""A question put to one state of the index, so that hits, totals and facets speak of the same passages."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from tantivy import DocAddress, Occur, Order, Searcher
from tantivy import Query as Clause

from search.alike import Alike
from search.embedded.clauses import Clauses, any_of, of_rows
from search.embedded.counting import Counted, count, number
from search.embedded.near import Near, Place, near, place, places
from search.embedded.schema import SORTED_BY
from search.index import Hit
from search.meaning import fusion
from search.meaning.vectors import Matrix
from search.query import FEW, Mode, Query, Sort, Words, parse

Scored = list[tuple[Place, float]]


@dataclass(frozen=True, slots=True)
class State:
    """What is searched: passages and vectors of one generation, and which labels mean the same."""

    searcher: Searcher
    vectors: Matrix
    alike: Alike


@dataclass(frozen=True, slots=True)
class Found:
    hits: tuple[Hit, ...]
    counted: Counted
    shown_for: str | None
    also: tuple[str, ...]


class Question:
    def __init__(self, query: Query, state: State) -> None:
        self._query = query
        self._searcher = state.searcher
        self._state = state
        self._clauses = Clauses(query, state.searcher, state.alike)
        self._typed = parse(query.text)

    def answer(self) -> Found:
        if self._query.mode is Mode.MEANING:
            clause = of_rows(self._near.rows)
            return self._found(self._nearest(clause), self._count(clause), None)
        words, clause, counted = self._settle()
        union = any_of([clause, of_rows(self._near.rows)]) if self._near.rows else clause
        page = self._fused(words, clause) if self._fusing else self._matching(union)
        return self._found(page, counted or self._count(union), words)

    def _found(self, page: Scored, counted: Counted, words: Words | None) -> Found:
        documents = [(self._searcher.doc(DocAddress(*at)), score) for at, score in page]
        hits = tuple(Hit(doc["id"][0], doc["story"][0], score) for doc, score in documents)
        shown_for = words.text if words and counted.total and words != self._typed else None
        return Found(hits, counted, shown_for, self._state.alike.also(words) if words else ())

    @cached_property
    def _near(self) -> Near:
        """The nearest that the filters, phrases and excluded words let through."""
        query = self._query
        if query.mode is Mode.WORDS or query.vector is None:
            return Near()
        limits = self._clauses.limits(self._typed)
        free = query.where is None and not self._typed.phrases
        return near(self._searcher, self._state.vectors, query.vector, limits, filtered=not free)

    def _settle(self) -> tuple[Words, Clause, Counted | None]:
        """The words settled on, what they match, and what is counted over that where nothing is added by meaning.

        Slips of the pen are forgiven where few passages match. Where none does, words are left off the end, one by one.
        """
        words: Words | None = self._typed
        clause, counted, matching = self._try(self._typed, forgiving=False)
        if matching >= FEW or not self._typed.words:
            return self._typed, clause, counted
        while words is not None:
            clause, counted, matching = self._try(words, forgiving=True)
            if matching or self._near.rows:
                return words, clause, counted
            words = words.shorter()
        return self._typed, clause, counted

    def _try(self, words: Words, *, forgiving: bool) -> tuple[Clause, Counted | None, int]:
        clause = self._clauses.matching(words, forgiving=forgiving)
        if self._near.rows:
            return clause, None, number(self._searcher, clause)
        counted = self._count(clause)
        return clause, counted, counted.total

    def _count(self, clause: Clause) -> Counted:
        return count(self._searcher, clause, self._query.facets)

    @property
    def _fusing(self) -> bool:
        return bool(self._near.rows) and self._query.sort is Sort.RELEVANCE

    def _fused(self, words: Words, clause: Clause) -> Scored:
        """The page of a union: what is best in either order first, then the rest of what the words match."""
        ranked = bool(words.words or words.phrases)
        first = self._best(clause, fusion.FUSED) if ranked else []
        together = fusion.fused([first, [at for at, _ in self._near.scored]])
        page = together[self._query.offset :][: self._query.limit]
        missing = self._query.limit - len(page)
        if missing and (len(first) == fusion.FUSED or not ranked):
            page += self._rest(clause, first, max(0, self._query.offset - len(together)), missing)
        return page

    def _rest(self, clause: Clause, first: Sequence[Place], offset: int, limit: int) -> Scored:
        """What the words match after the `first`, without what was found by meaning."""
        other = Clause.boolean_query([(Occur.Must, clause), (Occur.MustNot, of_rows(self._near.rows))])
        before = len(set(first) - {at for at, _ in self._near.scored})
        rest = self._best(other, limit, before + offset)
        reached = fusion.FUSED + offset + 1
        return [(at, fusion.score(reached + further)) for further, at in enumerate(rest)]

    def _best(self, clause: Clause, limit: int, offset: int = 0) -> list[Place]:
        found = self._searcher.search(clause, limit=limit, count=False, offset=offset)
        return places(address for _, address in found.hits)

    def _nearest(self, clause: Clause) -> Scored:
        if self._query.sort is not Sort.RELEVANCE:
            return self._matching(clause)
        return list(self._near.scored[self._query.offset :][: self._query.limit])

    def _matching(self, clause: Clause) -> Scored:
        sort = SORTED_BY.get(self._query.sort)
        found = self._searcher.search(
            clause,
            limit=max(1, self._query.limit),  # Tantivy panics at nought
            count=False,
            order_by_field=sort,
            offset=self._query.offset,
            order=Order.Asc if sort else Order.Desc,
        )
        # In a sorted answer Tantivy gives the value sorted by where the score would be.
        return [(place(address), 0.0 if sort else score) for score, address in found.hits[: self._query.limit]]
