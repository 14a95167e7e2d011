"""The passages whose vectors lie nearest to one, among those that may be found."""

from collections.abc import Sequence
from dataclasses import dataclass

from tantivy import DocAddress, Occur, Searcher
from tantivy import Query as Clause

from search.embedded.clauses import Part, with_one_of
from search.embedded.counting import number
from search.meaning import vectors
from search.query import Query

_SELDOM, _SHARE = 5_000, 10  # so few passages, and so small a share of all, are compared without looking at the others
Place = tuple[int, int]  # of a document: segment, and number in it


@dataclass(frozen=True, slots=True)
class Near:
    rows: tuple[int, ...] = ()
    scored: tuple[tuple[Place, float], ...] = ()  # the same passages, nearest first


def near(searcher: Searcher, matrix: vectors.Matrix, query: Query, limits: Sequence[Part], *, filtered: bool) -> Near:
    """At most NEAREST passages within the limits. `filtered` where these may let only a few through."""
    places: dict[int, Place] = {}
    few = min(_SELDOM, len(matrix) // _SHARE)
    among = _seldom(searcher, limits, few) if filtered else None
    if among is not None:
        places = {row: place for row, place in among.items() if row < len(matrix)}

    def allowed(rows: Sequence[int]) -> Sequence[int]:
        if among is None:
            clause = Clause.boolean_query([*limits, (Occur.Must, with_one_of("row", rows))])
            places.update(_rows(searcher, clause, len(rows)))
        return [row for row in rows if row in places]

    only = None if among is None else list(places)
    found = vectors.nearest(matrix, vectors.read(query.vector or b""), allowed, only, query.reach)
    return Near(tuple(row for row, _ in found), tuple((places[row], cosine) for row, cosine in found))


def rows_of(searcher: Searcher, addresses: Sequence[DocAddress]) -> list[int | None]:
    """The number of each document's row, None where it has no vector."""
    return [None if row is None else int(row) for row in searcher.fast_field_values("row", list(addresses))]


def place(address: DocAddress) -> Place:
    return address.segment_ord, address.doc


def _seldom(searcher: Searcher, limits: Sequence[Part], few: int) -> dict[int, Place] | None:
    """All rows within the limits, where they are few."""
    clause = Clause.boolean_query(list(limits))
    all_of_them = number(searcher, clause)
    return _rows(searcher, clause, all_of_them) if all_of_them <= few else None


def _rows(searcher: Searcher, clause: Clause, most: int) -> dict[int, Place]:
    found = searcher.search(clause, limit=max(1, most), count=False)
    addresses = [address for _, address in found.hits]
    rows = zip(rows_of(searcher, addresses), addresses, strict=True)
    return {row: place(address) for row, address in rows if row is not None}
