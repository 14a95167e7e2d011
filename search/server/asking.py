"""One query put to the server, in as few requests as it takes: words, meaning, or both.

The server's own hybrid search counts neither what both find together nor the facets of it, so the two are asked for
side by side and put together here.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from search.documents import Field
from search.index import FacetCount, Hit
from search.meaning.fusion import FUSED, fused, score
from search.query import NEAREST, Mode, Query, Sort, Words, most_values, parse
from search.server.question import Request, Requests, placed
from search.server.schema import PEOPLE, decoded

Ask = Callable[[list[Request]], list[Mapping[str, Any]]]
Found = Mapping[str, Any]  # a hit as the server gives it
_WIDER = 5  # times NEAREST are looked at where a phrase or an exclusion will leave some out


@dataclass(frozen=True, slots=True)
class Counted:
    total: int = 0
    stories: int = 0
    narrators: int = 0
    facets: Mapping[Field, tuple[FacetCount, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settled:
    hits: tuple[Hit, ...]
    counted: Counted
    words: Words


class Asking:
    def __init__(self, query: Query, index: str, ask: Ask, meant: Callable[[Words], Words]) -> None:
        """meant: the words with learnt labels spelled as the server knows them."""
        self._query, self._ask, self._meant = query, ask, meant
        self._requests = Requests(index, query)

    def settle(self) -> Settled:
        """Words are left off the end, one by one, until something is found."""
        words = parse(self._query.text)
        ways = {Mode.WORDS: self._by_words, Mode.MEANING: self._by_meaning, Mode.BOTH: self._by_both}
        while True:
            hits, counted = ways[self._query.mode](self._meant(words))
            shorter = words.shorter()
            if counted.total or shorter is None or self._query.mode is Mode.MEANING:
                return Settled(tuple(hits), counted, words)
            words = shorter

    def _by_words(self, words: Words) -> tuple[list[Hit], Counted]:
        page = self._requests.hits(words, self._query.offset, self._query.limit)
        hits, *counts = self._ask([page, self._requests.counted(words), self._requests.stories(words)])
        return [_hit(each, each.get("_rankingScore", 0.0)) for each in hits["hits"]], self._counted(*counts)

    def _by_meaning(self, words: Words) -> tuple[list[Hit], Counted]:
        strict = replace(words, words=(), last_is_whole=True)
        (near,) = self._ask([self._requests.nearest(self._reach(strict))])
        found = self._standing(strict, near["hits"])
        counted = self._joined(Counted(), {}, found, set())
        if self._query.sort is not Sort.RELEVANCE:
            found = sorted(found, key=lambda each: placed(each, self._query.sort))
        begin = self._query.offset
        return [_hit(each, _cosine(each)) for each in found[begin : begin + self._query.limit]], counted

    def _by_both(self, words: Words) -> tuple[list[Hit], Counted]:
        strict = replace(words, words=(), last_is_whole=True)
        ranked = self._query.sort is Sort.RELEVANCE
        start = 0 if ranked else max(0, self._query.offset - NEAREST)
        number = FUSED if ranked else self._query.offset + self._query.limit - start
        asking = [self._requests.hits(words, start, number), self._requests.counted(words)]
        asking += [self._requests.stories(words), self._requests.nearest(self._reach(strict))]
        hits, counts, stories, nearest = self._ask(asking)
        near = self._standing(strict, nearest["hits"])
        held, speaking = self._said(words, near)
        extra = [each for each in near if each["id"] not in held]
        counted = self._joined(self._counted(counts, stories), counts["facetDistribution"], extra, speaking)
        if ranked:
            return self._fused(words, hits["hits"], near, held), counted
        return self._sorted(start, hits["hits"], extra), counted

    def _reach(self, strict: Words) -> int:
        return NEAREST if strict.empty else NEAREST * _WIDER

    def _standing(self, strict: Words, near: Sequence[Found]) -> list[Found]:
        """Of what lies near, what holds the phrases and none of the excluded words, and lies not much farther than the
        nearest of these."""
        found = list(near)
        if near and not strict.empty:
            (answer,) = self._ask([self._requests.holding(strict, [each["id"] for each in near])])
            held = {each["id"] for each in answer["hits"]}
            found = [each for each in near if each["id"] in held]
        return [each for each in found[:NEAREST] if _cosine(each) >= _cosine(found[0]) - self._query.reach]

    def _said(self, words: Words, near: Sequence[Found]) -> tuple[set[str], set[str]]:
        """Which of these passages hold the words as well, and which of their stories do, in any passage."""
        if not near:
            return set(), set()
        stories = list(dict.fromkeys(decoded(each["story"]) for each in near))
        asking = [self._requests.holding(words, [each["id"] for each in near]), self._requests.speaking(words, stories)]
        held, speaking = self._ask(asking)
        return {each["id"] for each in held["hits"]}, {each["story"] for each in speaking["hits"]}

    def _fused(self, words: Words, by_words: Sequence[Found], near: Sequence[Found], held: set[str]) -> list[Hit]:
        """The two orders in one, and after them whatever else the words have found."""
        known = {each["id"]: each for each in (*by_words, *near)}
        nearest = [each["id"] for each in near]
        said = [each["id"] for each in by_words]
        order = fused([said, nearest] if words.words or words.phrases else [nearest])
        begin, end = self._query.offset, self._query.offset + self._query.limit
        hits = [_hit(known[each], value) for each, value in order[begin:end]]
        if left := self._query.limit - len(hits):
            after = max(0, begin - len(order))
            but = [each for each, _ in order if each in held or each in said]
            (rest,) = self._ask([self._requests.hits(words, after, left, but=but)])
            begin = len(order) + after + 1
            hits += [_hit(each, score(FUSED + place)) for place, each in enumerate(rest["hits"], start=begin)]
        return hits

    def _sorted(self, start: int, by_words: Sequence[Found], extra: Iterable[Found]) -> list[Hit]:
        """The page of the union. by_words begins at `start` of the words' own order, so that everything that may stand
        on the page is at hand; what lies before it can only stand on pages before."""
        sort = self._query.sort
        more = sorted(extra, key=lambda each: placed(each, sort))
        keys, places = [placed(each, sort) for each in more], [placed(each, sort) for each in by_words]
        union = {start + i + bisect_left(keys, place): by_words[i] for i, place in enumerate(places)}
        for i, key in enumerate(keys):
            before = bisect_left(places, key)
            if before or not start:
                union[start + before + i] = more[i]
        page = range(self._query.offset, self._query.offset + self._query.limit)
        return [_hit(union[place], 0.0) for place in page if place in union]

    def _counted(self, counts: Found, stories: Found) -> Counted:
        distribution = counts["facetDistribution"]
        facets = {wanted: _facet(wanted, distribution.get(wanted.value, {})) for wanted in self._query.facets}
        people = len(distribution.get(Field.NARRATOR.value, {}))
        return Counted(counts["totalHits"], stories["totalHits"], people, facets)

    def _joined(
        self, counted: Counted, distribution: Mapping[str, Mapping[str, int]], extra: Sequence[Found], known: set[str]
    ) -> Counted:
        """The counts with these passages in them. known: stories (coded) that are counted already."""
        sums = {wanted: Counter(distribution.get(wanted.value, {})) for wanted in (*self._query.facets, Field.NARRATOR)}
        for each in extra:
            for wanted, sum_ in sums.items():
                values = each.get(wanted.value)
                sum_.update(map(str, values if isinstance(values, list) else [] if values is None else [values]))
        return Counted(
            counted.total + len(extra),
            counted.stories + len({each["story"] for each in extra} - known),
            min(len(sums[Field.NARRATOR]), PEOPLE),
            {wanted: _facet(wanted, sums[wanted]) for wanted in self._query.facets},
        )


def _hit(found: Found, value: float) -> Hit:
    return Hit(found["id"], decoded(found["story"]), value)


def _cosine(found: Found) -> float:
    return float(2 * found["_rankingScore"] - 1)


def _facet(wanted: Field, distribution: Mapping[str, int]) -> tuple[FacetCount, ...]:
    plain = wanted is Field.YEAR
    counted = [FacetCount(value if plain else decoded(value), count) for value, count in distribution.items()]
    return tuple(sorted(counted, key=lambda facet: (-facet.count, facet.value))[: most_values(wanted)])
