"""A question put to one state of the index, so that hits, totals and facets speak of the same passages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from tantivy import DocAddress, Occur, Order
from tantivy import Query as Clause

from search.alike import Alike
from search.embedded.clauses import Clauses, any_of, with_one_of
from search.embedded.counting import Counted, count
from search.embedded.near import Near, Place, near, place
from search.embedded.reader import State
from search.embedded.schema import SORTED_BY
from search.index import Hit
from search.meaning import fusion
from search.query import FEW, Mode, Query, Words, parse

Scored = list[tuple[Place, float]]


@dataclass(frozen=True, slots=True)
class Found:
    hits: tuple[Hit, ...]
    counted: Counted
    shown_for: str | None
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Matches:
    """What a clause matches: the best of it, in order; `whole` where there is no more."""

    clause: Clause
    best: Scored
    whole: bool


class Question:
    def __init__(self, query: Query, state: State, alike: Alike) -> None:
        self._query = query
        self._state = state
        self._searcher = state.searcher
        self._alike = alike
        self._clauses = Clauses(query, state.codes, alike)
        self._typed = parse(query.text)

    def answer(self) -> Found:
        """Hits are found first: of a few matches everything is then counted without searching for them again."""
        if self._query.mode is Mode.MEANING:
            words, matches = None, _Matches(with_one_of("row", self._near.rows), list(self._near.scored), True)
        else:
            words, matches = self._settle()
        union = self._union(matches)
        page = self._page(words, matches, union)
        documents = [(self._searcher.doc(DocAddress(*at)), score) for at, score in page]
        hits = tuple(Hit(doc["id"][0], doc["story"][0], score) for doc, score in documents)
        found = bool(matches.best or self._near.rows)
        shown_for = words.text if words and found and words != self._typed else None
        also = self._alike.also(words) if words else ()
        return Found(hits, count(self._searcher, union, self._query.facets), shown_for, also)

    @cached_property
    def _near(self) -> Near:
        """The nearest that the filters, phrases and excluded words let through."""
        query = self._query
        if query.mode is Mode.WORDS or query.vector is None:
            return Near()
        limits = self._clauses.limits(self._typed)
        filtered = query.where is not None or bool(self._typed.phrases)
        return near(self._searcher, self._state.vectors, query, limits, filtered=filtered)

    def _settle(self) -> tuple[Words, _Matches]:
        """The words settled on, and what they match.

        Slips of the pen are forgiven where few passages match. Where none does, words are left off the end, one by one.
        """
        matches = self._matching(self._typed, forgiving=False)
        if len(matches.best) >= FEW or not self._typed.words:
            return self._typed, matches
        words: Words | None = self._typed
        while words is not None:
            matches = self._matching(words, forgiving=True)
            if matches.best or self._near.rows:
                return words, matches
            words = words.shorter()
        return self._typed, matches

    def _matching(self, words: Words, *, forgiving: bool) -> _Matches:
        clause = self._clauses.matching(words, forgiving=forgiving)
        wanted = fusion.FUSED if forgiving or self._near.rows else FEW
        best = self._best(clause, wanted)
        return _Matches(clause, best, len(best) < wanted)

    def _union(self, matches: _Matches) -> Clause:
        """All that is found, by words or by meaning; by their numbers, where all are at hand."""
        rows = self._near.rows
        if matches.whole:
            return with_one_of("key", self._keys({at for at, _ in (*matches.best, *self._near.scored)}))
        return any_of([matches.clause, with_one_of("row", rows)]) if rows else matches.clause

    def _keys(self, places: Iterable[Place]) -> list[int]:
        values = self._searcher.fast_field_values("key", [DocAddress(*at) for at in places])
        return [int(value) for value in values if value is not None]

    def _page(self, words: Words | None, matches: _Matches, union: Clause) -> Scored:
        query = self._query
        if query.sort in SORTED_BY:
            return self._sorted(union)
        if words is not None and self._near.rows:
            return self._fused(words, matches)
        if matches.whole or query.offset + query.limit <= len(matches.best):
            return matches.best[query.offset :][: query.limit]
        return self._best(matches.clause, query.limit, query.offset)

    def _fused(self, words: Words, matches: _Matches) -> Scored:
        """The page of a union: what is best in either order first, then the rest of what the words match."""
        ranked = bool(words.words or words.phrases)
        first = [at for at, _ in matches.best] if ranked else []
        together = fusion.fused([first, [at for at, _ in self._near.scored]])
        page = together[self._query.offset :][: self._query.limit]
        missing = self._query.limit - len(page)
        if missing and not (ranked and matches.whole):
            page += self._rest(matches.clause, first, max(0, self._query.offset - len(together)), missing)
        return page

    def _rest(self, clause: Clause, first: Sequence[Place], offset: int, limit: int) -> Scored:
        """What the words match after the `first`, without what was found by meaning."""
        near_ones = (Occur.MustNot, with_one_of("row", self._near.rows))
        before = len(set(first) - {at for at, _ in self._near.scored})
        rest = self._best(Clause.boolean_query([(Occur.Must, clause), near_ones]), limit, before + offset)
        reached = fusion.FUSED + offset + 1
        return [(at, fusion.score(reached + further)) for further, (at, _) in enumerate(rest)]

    def _best(self, clause: Clause, limit: int, offset: int = 0) -> Scored:
        found = self._searcher.search(clause, limit=max(1, limit), count=False, offset=offset)  # it panics at nought
        return [(place(address), score) for score, address in found.hits[:limit]]

    def _sorted(self, clause: Clause) -> Scored:
        query = self._query
        found = self._searcher.search(
            clause,
            limit=max(1, query.limit),
            count=False,
            order_by_field=SORTED_BY[query.sort],
            offset=query.offset,
            order=Order.Asc,
        )
        return [(place(address), 0.0) for _, address in found.hits[: query.limit]]
