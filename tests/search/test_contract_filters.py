"""What filters, facets, orders and audiences do, the same in every index."""

from functools import partial

import pytest

from search.documents import Audience, Field
from search.index import FacetCount, SearchIndex
from search.query import AllOf, AnyOf, Between, Filter, Not, OneOf, Query, Sort

PublicQuery = partial(Query, audience=Audience.PUBLIC, limit=100)
HOSTILE = ('"] OR 1=1', "back\\slash\\", "Work", "wörk", "a b/c", "_77_", "'", "north, south")
OF_WORK = {"coal-1", "coal-2", "river-2"}


def matching(index: SearchIndex, where: Filter) -> set[str]:
    answer = index.search(PublicQuery(where=where))
    assert answer.total == len(answer.hits)
    return {hit.id for hit in answer.hits}


def counts(index: SearchIndex, query: Query, field: Field) -> dict[str, int]:
    return {facet.value: facet.count for facet in index.search(query).facets[field]}


def test_one_of_holds_for_single_and_for_several_values(filled: SearchIndex) -> None:
    assert matching(filled, OneOf(Field.THEME, ("work",))) == OF_WORK
    assert matching(filled, OneOf(Field.THEME, ("night", "strikes"))) == {"river-1", "coal-1", "coal-2"}
    assert matching(filled, OneOf(Field.STATE, ("verified",))) == {"coal-2"}
    assert matching(filled, OneOf(Field.PLACE, ("Kraków / Nowa Huta",))) == {"coal-1", "coal-2", "coal-3"}


def test_one_of_no_values_matches_nothing(filled: SearchIndex) -> None:
    assert matching(filled, OneOf(Field.THEME, ())) == set()
    assert matching(filled, OneOf(Field.YEAR, ())) == set()


def test_years_may_be_numbers_or_digits(filled: SearchIndex) -> None:
    river = {"river-1", "river-2", "river-3"}
    assert matching(filled, OneOf(Field.YEAR, (1968,))) == matching(filled, OneOf(Field.YEAR, ("1968",))) == river
    nonsense = ("1968 OR year > 0", "²", "--1", "9" * 5000, 10**30, "")
    assert matching(filled, OneOf(Field.YEAR, nonsense)) == set()


def test_between_takes_in_both_ends(filled: SearchIndex) -> None:
    assert len(matching(filled, Between(Field.YEAR, 1957, 1968))) == 6
    assert len(matching(filled, Between(Field.YEAR, 1958, None))) == 3
    assert len(matching(filled, Between(Field.YEAR, None, 1957))) == 43
    assert matching(filled, Between(Field.YEAR, 1968, 1957)) == set()


def test_between_without_ends_asks_for_any_year(filled: SearchIndex) -> None:
    assert len(matching(filled, Between(Field.YEAR))) == 46


def test_between_takes_any_number(filled: SearchIndex) -> None:
    assert matching(filled, Between(Field.YEAR, 10**300, None)) == set()
    assert len(matching(filled, Between(Field.YEAR, -(10**300), 10**300))) == 46


def test_only_the_year_has_an_order() -> None:
    with pytest.raises(ValueError, match="only the year"):
        Between(Field.PLACE, 1, 2)


def test_not_takes_in_passages_without_a_value(filled: SearchIndex) -> None:
    left = matching(filled, Not(OneOf(Field.THEME, ("sea",))))
    assert "coal-3" in left
    assert len(left) == 10


def test_filters_nest(filled: SearchIndex) -> None:
    of_father = AnyOf((OneOf(Field.STORY, ("river",)), OneOf(Field.NARRATOR, ("anna-kowalska",))))
    where = AllOf((of_father, OneOf(Field.THEME, ("work",)), Not(Between(Field.YEAR, 1960, 1970))))
    assert matching(filled, where) == {"coal-1", "coal-2"}
    assert matching(filled, AnyOf((where, AllOf((Not(Not(OneOf(Field.THEME, ("night",)))),))))) == {
        "coal-1",
        "coal-2",
        "river-1",
    }


def test_all_of_nothing_is_everything_and_any_of_nothing_is_nothing(filled: SearchIndex) -> None:
    assert len(matching(filled, AllOf(()))) == 50
    assert matching(filled, AnyOf(())) == set()


def test_a_filter_narrows_words(filled: SearchIndex) -> None:
    answer = filled.search(PublicQuery(text="father", where=OneOf(Field.STORY, ("river",))))
    assert [hit.id for hit in answer.hits] == ["river-2"]


@pytest.mark.parametrize("key", HOSTILE)
def test_keys_may_hold_any_characters(filled: SearchIndex, key: str) -> None:
    assert matching(filled, OneOf(Field.THEME, (key,))) == {"hostile"}
    assert len(matching(filled, Not(OneOf(Field.THEME, (key,))))) == 49


def test_hostile_keys_come_back_as_they_went_in(filled: SearchIndex) -> None:
    counted = counts(filled, PublicQuery(where=OneOf(Field.STORY, ("hostile",)), facets=(Field.THEME,)), Field.THEME)
    assert counted == dict.fromkeys(HOSTILE, 1)


@pytest.mark.parametrize(
    "value", ['x" OR story = "river', "work' OR themes = 'sea", "work\\", "\ud800", "", "*", "WORK"]
)
def test_a_value_that_nobody_has_matches_nothing(filled: SearchIndex, value: str) -> None:
    assert matching(filled, OneOf(Field.THEME, (value,))) == set()


def test_stories_left_out_are_gone_from_hits_totals_and_facets(filled: SearchIndex) -> None:
    query = PublicQuery(
        where=OneOf(Field.THEME, ("work",)),
        without_stories=frozenset({"coal-town", "x\\", "\ud800"}),
        facets=(Field.THEME,),
    )
    answer = filled.search(query)
    assert [hit.id for hit in answer.hits] == ["river-2"]
    assert (answer.total, answer.total_stories) == (1, 1)
    assert answer.facets[Field.THEME] == (FacetCount("work", 1),)


def test_facets_count_over_all_matches_most_frequent_first(filled: SearchIndex) -> None:
    answer = filled.search(PublicQuery(facets=(Field.THEME, Field.YEAR, Field.NARRATOR), limit=2))
    assert len(answer.hits) == 2
    assert answer.facets[Field.THEME][:4] == (
        FacetCount("sea", 40), FacetCount("work", 3), FacetCount("strikes", 2), FacetCount('"] OR 1=1', 1),
    )  # fmt: skip
    assert answer.facets[Field.YEAR] == (
        FacetCount("1900", 10), FacetCount("1901", 10), FacetCount("1902", 10), FacetCount("1903", 10),
        FacetCount("1957", 3), FacetCount("1968", 3),
    )  # fmt: skip
    assert answer.facets[Field.NARRATOR] == (FacetCount("anna-kowalska", 3), FacetCount("mary-mueller", 3))


def test_facets_follow_words_and_filters(filled: SearchIndex) -> None:
    query = PublicQuery(text="father", where=Between(Field.YEAR, 1960, None), facets=(Field.THEME, Field.PLACE))
    answer = filled.search(query)
    assert answer.facets == {Field.THEME: (FacetCount("work", 1),), Field.PLACE: ()}


def test_facets_not_asked_for_are_not_given(filled: SearchIndex) -> None:
    assert filled.search(PublicQuery(text="father")).facets == {}


def test_totals_count_passages_and_stories_of_all_pages(filled: SearchIndex) -> None:
    answer = filled.search(PublicQuery(text="harbour", limit=3))
    assert (answer.total, answer.total_stories) == (40, 8)


@pytest.mark.parametrize("text", ["", "harbour"])
@pytest.mark.parametrize("sort", list(Sort))
def test_pages_neither_overlap_nor_leave_out(filled: SearchIndex, sort: Sort, text: str) -> None:
    where = OneOf(Field.THEME, ("sea",))
    pages = [
        filled.search(PublicQuery(text=text, where=where, sort=sort, offset=at, limit=7)) for at in range(0, 49, 7)
    ]
    seen = [hit.id for page in pages for hit in page.hits]
    assert sorted(seen) == sorted(f"ship-{number}" for number in range(40))
    assert {page.total for page in pages} == {40}


def test_a_page_beyond_the_end_is_empty_and_still_counts(filled: SearchIndex) -> None:
    answer = filled.search(PublicQuery(text="harbour", offset=1000))
    assert (answer.hits, answer.total, answer.total_stories) == ((), 40, 8)


def test_a_page_of_nothing_still_counts(filled: SearchIndex) -> None:
    answer = filled.search(PublicQuery(text="harbour", limit=0, facets=(Field.THEME,)))
    assert (answer.hits, answer.total, answer.facets[Field.THEME]) == ((), 40, (FacetCount("sea", 40),))


def test_offset_and_limit_are_not_below_zero() -> None:
    with pytest.raises(ValueError, match="below zero"):
        PublicQuery(offset=-1)


def test_by_story_passages_come_in_the_order_spoken(filled: SearchIndex) -> None:
    answer = filled.search(PublicQuery(where=OneOf(Field.THEME, ("sea",)), sort=Sort.STORY))
    assert [hit.id for hit in answer.hits] == [f"ship-{number}" for number in range(40)]


def test_newest_and_oldest_come_first_and_undated_last(filled: SearchIndex) -> None:
    newest = [hit.id for hit in filled.search(PublicQuery(sort=Sort.NEWEST)).hits]
    assert newest[:7] == ["river-1", "river-2", "river-3", "coal-1", "coal-2", "coal-3", "ship-15"]
    oldest = [hit.id for hit in filled.search(PublicQuery(sort=Sort.OLDEST)).hits]
    assert oldest[0] == "ship-0"
    assert oldest[40:46] == ["coal-1", "coal-2", "coal-3", "river-1", "river-2", "river-3"]
    assert set(newest[46:]) == set(oldest[46:]) == {"chinese", "japanese", "thai", "hostile"}


def test_the_score_falls(filled: SearchIndex) -> None:
    scores = [hit.score for hit in filled.search(PublicQuery(text="coal mines")).hits]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 0


def test_the_staff_find_what_the_public_does_not(filled: SearchIndex) -> None:
    query = Query(audience=Audience.STAFF, text="zanzibarnia", facets=(Field.THEME,))
    assert [hit.id for hit in filled.search(query).hits] == ["secret"]
    assert counts(filled, query, Field.THEME) == {"sealed": 1}


@pytest.mark.parametrize("text", ["zanzibarnia", "zanzi", "zanzibarnja", '"from zanzibarnia"', "informant came"])
def test_no_words_bring_the_public_to_a_passage_for_staff(filled: SearchIndex, text: str) -> None:
    answer = filled.search(PublicQuery(text=text))
    assert (answer.total, answer.hits, answer.shown_for) == (0, (), None)


def test_no_filter_and_no_facet_brings_the_public_to_a_passage_for_staff(filled: SearchIndex) -> None:
    assert matching(filled, OneOf(Field.THEME, ("sealed",))) == set()
    assert matching(filled, OneOf(Field.STORY, ("secret",))) == set()
    assert matching(filled, OneOf(Field.YEAR, (1999,))) == set()
    everything = filled.search(PublicQuery(facets=tuple(Field)))
    values = {facet.value for facets in everything.facets.values() for facet in facets}
    assert values.isdisjoint({"sealed", "nobody-may-know", "secret", "1999"})
    assert everything.total == 50
