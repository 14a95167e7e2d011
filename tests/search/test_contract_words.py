"""What words find, the same in every index."""

from functools import partial

import pytest

from search.documents import Audience, Field
from search.index import SearchIndex
from search.query import OneOf, Query

PublicQuery = partial(Query, audience=Audience.PUBLIC, limit=100)


def found(index: SearchIndex, text: str) -> list[str]:
    return [hit.id for hit in index.search(PublicQuery(text=text)).hits]


def test_all_words_must_match_in_any_order(filled: SearchIndex) -> None:
    assert found(filled, "father coal") == ["coal-1"]
    assert found(filled, "coal father ") == ["coal-1"]
    assert set(found(filled, "father ")) == {"coal-1", "river-2"}


def test_case_and_accents_do_not_count_on_either_side(filled: SearchIndex) -> None:
    assert "coal-1" in found(filled, "KRAKOW mines")
    assert "river-2" in found(filled, "fáther BÓAT")
    assert set(found(filled, "muller ")) == {"river-1", "river-2", "river-3"}


def test_the_last_word_is_a_prefix(filled: SearchIndex) -> None:
    assert found(filled, "coal apprent") == ["coal-3"]


def test_a_word_followed_by_a_space_is_whole(filled: SearchIndex) -> None:
    assert found(filled, "apprent ") == []


def test_words_before_the_last_are_whole(filled: SearchIndex) -> None:
    assert found(filled, "cros riv ") == []


def test_a_phrase_finds_words_side_by_side_in_that_order(filled: SearchIndex) -> None:
    assert found(filled, '"coal mines"') == ["coal-1"]
    assert found(filled, '"mines coal"') == []
    assert set(found(filled, "coal mines")) == {"coal-1", "coal-3"}


def test_a_phrase_narrows_other_words(filled: SearchIndex) -> None:
    assert found(filled, 'father "small sail"') == ["river-2"]


def test_an_excluded_word_leaves_its_passages_out(filled: SearchIndex) -> None:
    assert found(filled, "father -boat") == ["coal-1"]


def test_an_excluded_phrase_leaves_its_passages_out_and_no_others(filled: SearchIndex) -> None:
    assert found(filled, 'mines -"coal mines"') == ["coal-3"]


def test_only_exclusions_leave_everything_else(filled: SearchIndex) -> None:
    left = found(filled, "-ship")
    assert "coal-1" in left
    assert "chinese" in left
    assert not [id_ for id_ in left if id_.startswith("ship")]


def test_one_slip_is_forgiven_from_five_letters(filled: SearchIndex) -> None:
    assert set(found(filled, "lantren ")) == {"coal-3", "river-1"}
    assert set(found(filled, "latern ")) == {"coal-3", "river-1"}


def test_two_slips_are_forgiven_from_nine_letters(filled: SearchIndex) -> None:
    assert found(filled, "aprentiseship ") == ["coal-3"]


def test_no_slip_is_forgiven_in_a_short_word(filled: SearchIndex) -> None:
    assert found(filled, "bost ") == []


def test_two_slips_are_too_many_for_a_word_of_seven_letters(filled: SearchIndex) -> None:
    assert found(filled, "lentarn ") == []


def test_a_number_is_meant_as_it_stands(filled: SearchIndex) -> None:
    assert found(filled, "1968 ") == ["coal-2"]
    assert found(filled, "1967 ") == []
    assert found(filled, "19681 ") == []


def test_a_slip_is_forgiven_in_the_word_being_typed(filled: SearchIndex) -> None:
    assert found(filled, "aprentices") == ["coal-3"]


def test_words_are_left_off_the_end_where_nothing_matches_all(filled: SearchIndex) -> None:
    answer = filled.search(PublicQuery(text="father coal xylophone qwertz"))
    assert [hit.id for hit in answer.hits] == ["coal-1"]
    assert answer.shown_for == "father coal"


def test_nothing_is_said_about_left_off_words_where_all_were_found_or_none(filled: SearchIndex) -> None:
    assert filled.search(PublicQuery(text="father coal")).shown_for is None
    nothing = filled.search(PublicQuery(text="xylophone qwertz"))
    assert (nothing.total, nothing.total_stories, nothing.hits, nothing.shown_for) == (0, 0, (), None)


def test_exclusions_stay_when_words_are_left_off(filled: SearchIndex) -> None:
    answer = filled.search(PublicQuery(text="father xylophone -boat"))
    assert [hit.id for hit in answer.hits] == ["coal-1"]
    assert answer.shown_for == "father -boat"


def test_names_titles_and_theme_labels_are_searched(filled: SearchIndex) -> None:
    assert set(found(filled, "kowalska meyer")) == {"coal-1", "coal-2", "coal-3"}
    assert set(found(filled, "under the ground")) == {"coal-1", "coal-2", "coal-3"}
    assert set(found(filled, "unions ")) == {"coal-1", "coal-2"}


def test_keys_are_not_searched(filled: SearchIndex) -> None:
    assert found(filled, "sea ") == []


def test_a_person_s_own_passages_come_before_one_that_mentions_the_name(filled: SearchIndex) -> None:
    assert found(filled, "anna kowalska")[-1] == "river-3"


def test_words_standing_together_come_before_words_far_apart(filled: SearchIndex) -> None:
    assert found(filled, "coal mines ") == ["coal-1", "coal-3"]


def test_a_hyphen_or_a_space_is_the_same(filled: SearchIndex) -> None:
    assert found(filled, "well-known") == ["river-2"]
    assert found(filled, '"well known"') == ["river-2"]


def test_an_apostrophe_does_not_count(filled: SearchIndex) -> None:
    assert found(filled, "don't ") == found(filled, "don’t ") == found(filled, "dont ") == ["hostile"]


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("北京", "chinese"),
        ("胡同", "chinese"),
        ("住在", "chinese"),
        ("東京", "japanese"),
        ("京都に", "japanese"),
        ("住んで", "japanese"),
        ("ไทย", "thai"),
        ("กรุงเทพ", "thai"),
        ("胡", "chinese"),
        ("里", "chinese"),
        ('"東京都"', "japanese"),
    ],
)
def test_scripts_without_spaces_are_found_inside(filled: SearchIndex, text: str, passage: str) -> None:
    assert found(filled, text) == [passage]


def test_neighbouring_characters_must_be_neighbours(filled: SearchIndex) -> None:
    assert found(filled, "北住") == []
    assert found(filled, "都東京") == []


def test_no_text_matches_everything(filled: SearchIndex) -> None:
    assert filled.search(PublicQuery(text="  ")).total == 50


HALF_TYPED = [
    '"',
    '""',
    "-",
    '-"',
    "--",
    "\\",
    '\\"',
    "(",
    "*",
    "^",
    "🙂",
    "\x00coal",
    "\ud800",
    "a" * 5000,
    "é\u0301" * 300,
]
LIKE_A_PROGRAM = [
    "a AND (b OR",
    "text:coal",
    "[a TO b]",
    "/.*/",
    "coal*",
    "~2",
    '"] OR 1=1',
    "story IN []",
    "<b>",
    "%s{0}",
]


@pytest.mark.parametrize("text", HALF_TYPED + LIKE_A_PROGRAM)
def test_no_text_is_refused(filled: SearchIndex, text: str) -> None:
    answer = filled.search(PublicQuery(text=text, facets=(Field.THEME, Field.YEAR), limit=3))
    assert answer.total >= len(answer.hits)


def test_words_of_a_filter_language_are_only_words(filled: SearchIndex) -> None:
    here = OneOf(Field.STORY, ("river",))
    answer = filled.search(PublicQuery(text='river"] OR story = "coal-town', where=here))
    assert {hit.story for hit in answer.hits} <= {"river"}
