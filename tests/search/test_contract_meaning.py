"""What is found by its meaning, alone and together with words, the same in every index."""

from functools import partial

import pytest

from search.documents import Audience, Field
from search.index import FacetCount, SearchIndex
from search.query import REACH, AllOf, Between, Mode, Not, OneOf, Query, Sort
from tests.search.corpus import vector

DESPAIR = vector(despair=1)
Meaning = partial(Query, audience=Audience.PUBLIC, mode=Mode.MEANING, vector=DESPAIR, reach=1.0)
Both = partial(Query, audience=Audience.PUBLIC, mode=Mode.BOTH, vector=DESPAIR, reach=1.0)
NEAR_DESPAIR = ["winter-1", "pilot-1", "baker-1", "winter-2"]


def found(index: SearchIndex, query: Query) -> list[str]:
    return [hit.id for hit in index.search(query).hits]


def test_the_nearest_come_first_without_a_word_in_common(meant: SearchIndex) -> None:
    answer = meant.search(Meaning(text="hopelessness"))
    assert [hit.id for hit in answer.hits] == NEAR_DESPAIR
    assert [hit.score for hit in answer.hits] == pytest.approx([1.0, 0.95, 0.894, 0.447], abs=0.01)
    assert (answer.shown_for, answer.also) == (None, ())


def test_what_lies_far_is_not_found_by_meaning(meant: SearchIndex) -> None:
    assert found(meant, Meaning(vector=vector(school=1))) == []
    answer = meant.search(Meaning(vector=vector(school=1), facets=(Field.THEME,)))
    assert (answer.total, answer.total_stories, answer.total_narrators, answer.facets[Field.THEME]) == (0, 0, 0, ())


@pytest.mark.parametrize("ask", [Meaning, Both])
def test_what_lies_much_farther_than_the_nearest_is_not_found(meant: SearchIndex, ask: partial[Query]) -> None:
    answer = meant.search(ask(text="hopelessness", reach=REACH))
    assert ([hit.id for hit in answer.hits], answer.total) == (["winter-1", "pilot-1", "baker-1"], 3)
    assert REACH < 1.0 - 0.45  # else the fourth would have to be there


def test_counts_and_facets_are_of_what_was_found_near(meant: SearchIndex) -> None:
    answer = meant.search(Meaning(facets=(Field.THEME, Field.YEAR), limit=1))
    assert (answer.total, answer.total_stories, answer.total_narrators) == (4, 3, 2)
    assert answer.facets[Field.YEAR] == (FacetCount("1947", 2), FacetCount("1961", 1))
    assert answer.facets[Field.THEME] == (FacetCount("endurance", 2), FacetCount("sea", 2), FacetCount("food", 1))


def test_filters_hold_for_what_is_found_by_meaning(meant: SearchIndex) -> None:
    assert found(meant, Meaning(where=OneOf(Field.THEME, ("sea",)))) == ["pilot-1", "winter-2"]
    assert found(meant, Meaning(where=Not(OneOf(Field.STORY, ("winter",))))) == ["pilot-1", "baker-1"]
    assert found(meant, Meaning(where=Between(Field.YEAR, 1950, None))) == ["baker-1"]
    assert found(meant, Meaning(where=OneOf(Field.THEME, ()))) == []
    assert len(found(meant, Meaning(where=AllOf(())))) == 4


def test_left_out_stories_phrases_and_excluded_words_hold_in_every_mode(meant: SearchIndex) -> None:
    for ask in (Meaning, Both):
        assert found(meant, ask(text="hopelessness ", without_stories=frozenset({"winter"}))) == ["pilot-1", "baker-1"]
        assert found(meant, ask(text="hopelessness -sea -night")) == ["winter-1", "baker-1"]
        assert found(meant, ask(text='hopelessness -"leave everything"')) == ["winter-1", "pilot-1", "winter-2"]
    assert found(meant, Meaning(text='"gave up"')) == ["pilot-1", "winter-2"]
    assert set(found(meant, Both(text='"gave up"'))) == {"pilot-1", "winter-2", "winter-3", "baker-3"}


@pytest.mark.parametrize("ask", [Meaning, Both])
def test_no_meaning_brings_the_public_to_a_passage_for_staff(meant: SearchIndex, ask: partial[Query]) -> None:
    assert "sealed-1" in found(meant, ask(text="despaired ", audience=Audience.STAFF))
    answer = meant.search(ask(text="despaired ", facets=tuple(Field)))
    assert "sealed-1" not in [hit.id for hit in answer.hits]
    assert {"sealed", "nobody"}.isdisjoint(each.value for facet in answer.facets.values() for each in facet)
    assert (answer.total, answer.total_stories, answer.total_narrators) == (4, 3, 2)


def test_both_finds_what_either_finds_and_counts_it_once(meant: SearchIndex) -> None:
    answer = meant.search(Both(text="gave up ", facets=(Field.THEME, Field.STORY)))
    assert {hit.id for hit in answer.hits} == {*NEAR_DESPAIR, "winter-3", "baker-3"}
    assert (answer.total, answer.total_stories, answer.total_narrators) == (6, 3, 2)
    assert answer.facets[Field.STORY] == (FacetCount("winter", 3), FacetCount("baker", 2), FacetCount("pilot", 1))
    assert answer.facets[Field.THEME][0] == FacetCount("food", 3)


def test_what_both_find_comes_before_what_one_of_them_finds(meant: SearchIndex) -> None:
    hits = meant.search(Both(text="gave up ")).hits
    assert {hit.id for hit in hits[:2]} == {"pilot-1", "winter-2"}
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_words_that_nobody_said_leave_what_is_meant(meant: SearchIndex) -> None:
    answer = meant.search(Both(text="hopelessness"))
    assert [hit.id for hit in answer.hits] == NEAR_DESPAIR
    assert (answer.total, answer.shown_for) == (4, None)


def test_words_are_left_off_only_where_neither_words_nor_meaning_find_anything(meant: SearchIndex) -> None:
    assert meant.search(Both(text="oven hopelessness ")).shown_for is None
    answer = meant.search(Both(text="oven hopelessness ", vector=vector(school=1)))
    assert ([hit.id for hit in answer.hits], answer.shown_for, answer.total) == (["baker-2"], "oven", 1)


def test_slips_are_forgiven_beside_what_is_meant(meant: SearchIndex) -> None:
    assert "pilot-2" in found(meant, Both(text="harbuor "))


def test_without_words_the_nearest_come_before_all_others(meant: SearchIndex) -> None:
    answer = meant.search(Both(text=""))
    assert [hit.id for hit in answer.hits[:4]] == NEAR_DESPAIR
    assert (answer.total, len(answer.hits)) == (8, 8)
    assert found(meant, Both(text="-sea"))[:3] == ["winter-1", "pilot-1", "baker-1"]


@pytest.mark.parametrize("ask", [Meaning, Both])
@pytest.mark.parametrize("sort", list(Sort))
def test_pages_of_what_is_meant_neither_overlap_nor_leave_out(
    meant: SearchIndex, ask: partial[Query], sort: Sort
) -> None:
    whole = meant.search(ask(text="gave up ", sort=sort))
    pages = [meant.search(ask(text="gave up ", sort=sort, offset=at, limit=2)) for at in range(0, 8, 2)]
    assert [hit.id for page in pages for hit in page.hits] == [hit.id for hit in whole.hits]
    assert {page.total for page in pages} == {len(whole.hits)}
    assert len({hit.id for hit in whole.hits}) == len(whole.hits)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (Sort.OLDEST, ["winter-1", "winter-2", "baker-1", "pilot-1"]),
        (Sort.NEWEST, ["baker-1", "winter-1", "winter-2", "pilot-1"]),
        (Sort.STORY, ["baker-1", "pilot-1", "winter-1", "winter-2"]),
    ],
)
def test_what_is_meant_can_be_sorted(meant: SearchIndex, sort: Sort, order: list[str]) -> None:
    assert found(meant, Meaning(sort=sort)) == order
    assert found(meant, Both(text="hopelessness ", sort=sort)) == order


@pytest.mark.parametrize("ask", [Meaning, Both])
def test_a_page_of_nothing_still_counts_what_is_meant(meant: SearchIndex, ask: partial[Query]) -> None:
    for page in ({"limit": 0}, {"offset": 1000}):
        answer = meant.search(ask(text="hopelessness ", **page))
        assert (answer.hits, answer.total, answer.total_stories) == ((), 4, 3)


def test_narrators_are_counted_once_however_often_they_speak(meant: SearchIndex) -> None:
    assert meant.search(Query(audience=Audience.PUBLIC)).total_narrators == 2
    assert meant.search(Query(audience=Audience.PUBLIC, text="oven ")).total_narrators == 1
    assert meant.search(Query(audience=Audience.PUBLIC, text="harbour ")).total_narrators == 0


def test_a_length_is_filtered_and_counted(index: SearchIndex) -> None:
    from tests.search.test_contract_writing import passage, put  # as plain as these

    put(index, passage("a", length="short"), passage("b", length="short"))
    put(index, passage("c", story="more", length="long"), passage("d", story="more"))
    answer = index.search(Query(audience=Audience.PUBLIC, facets=(Field.LENGTH,)))
    assert answer.facets[Field.LENGTH] == (FacetCount("short", 2), FacetCount("long", 1))
    assert found(index, Query(audience=Audience.PUBLIC, where=OneOf(Field.LENGTH, ("long",)))) == ["c"]


def test_questions_and_moods_are_filtered_and_counted_each_by_itself(index: SearchIndex) -> None:
    from tests.search.test_contract_writing import passage, put

    both = passage("a", questions=("what-hurt", "what-helped"), moods=("h6-c2", "hx-c8"))
    put(index, both, passage("b", questions=("what-hurt",)))
    put(index, passage("c", story="more", moods=("h6-c3",)))
    answer = index.search(Query(audience=Audience.PUBLIC, facets=(Field.QUESTION,)))
    assert answer.facets[Field.QUESTION] == (FacetCount("what-hurt", 2), FacetCount("what-helped", 1))
    helped = Query(audience=Audience.PUBLIC, where=OneOf(Field.QUESTION, ("what-helped",)))
    assert found(index, helped) == ["a"]
    assert found(index, Query(audience=Audience.PUBLIC, where=OneOf(Field.MOOD, ("h6-c2", "h6-c3")))) == ["a", "c"]
    assert found(index, Query(audience=Audience.PUBLIC, where=OneOf(Field.MOOD, ("h6",)))) == []
