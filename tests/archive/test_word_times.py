"""Word times survive a correction."""

from hypothesis import given
from hypothesis import strategies as st

from archive.services.word_times import Timed, carried_over, confidence, pack, unpack

HEARD = [
    Timed("I", 0, 100, 0.9),
    Timed("had", 100, 300, 0.95),
    Timed("the", 300, 400, 0.8),
    Timed("ladder", 400, 900, 0.4),
    Timed("written.", 900, 1500, 0.9),
]


def times(words: list[Timed]) -> list[tuple[str, int, int]]:
    return [(word.text, word.start_ms, word.end_ms) for word in words]


def test_a_word_that_is_exchanged_takes_the_time_of_the_one_before() -> None:
    words = carried_over(HEARD, "I had the letter written.", 0, 1500)
    assert times(words)[3] == ("letter", 400, 900)
    assert words[3].probability is None
    assert words[:3] + words[4:] == HEARD[:3] + HEARD[4:]


def test_capitals_and_commas_change_neither_time_nor_doubt() -> None:
    words = carried_over(HEARD, "I had, THE ladder, written.", 0, 1500)
    assert [(word.start_ms, word.end_ms, word.probability) for word in words] == [
        (word.start_ms, word.end_ms, word.probability) for word in HEARD
    ]
    assert words[2].text == "THE"


def test_words_that_were_missing_share_the_gap_and_words_taken_out_leave_the_rest() -> None:
    more = carried_over(HEARD, "I had the ladder half written.", 0, 1500)
    assert times(more)[4] == ("half", 900, 900)
    fewer = carried_over(HEARD, "I had written.", 0, 1500)
    assert times(fewer) == [("I", 0, 100), ("had", 100, 300), ("written.", 900, 1500)]
    assert carried_over(HEARD, "", 0, 1500) == []


def test_two_words_for_one_share_its_time_by_their_length() -> None:
    words = carried_over(HEARD, "I had the lad dero written.", 0, 1500)
    assert times(words)[3:5] == [("lad", 400, 614), ("dero", 614, 900)]


def test_a_narrower_passage_holds_its_words_within() -> None:
    words = carried_over(HEARD, "I had the ladder written.", 200, 1000)
    assert (words[0].start_ms, words[-1].end_ms) == (200, 1000)


def test_confidence_is_the_machines_alone() -> None:
    assert confidence(carried_over(HEARD, "I had the letter written.", 0, 1500)) == 0.8875
    assert confidence(carried_over(HEARD, "nothing of it", 0, 1500)) is None
    assert confidence(None) is None


def test_what_does_not_fit_is_not_taken() -> None:
    packed = pack(HEARD)
    assert unpack("I had the ladder written.", packed) == HEARD
    assert unpack("I had the ladder", packed) is None
    assert unpack("I had", None) is None


@given(st.lists(st.sampled_from(["I", "had", "the", "ladder", "written.", "a", "letter", "…"]), max_size=30))
def test_any_correction_leaves_words_in_order_and_within(spoken: list[str]) -> None:
    words = carried_over(HEARD, " ".join(spoken), 0, 1500)
    assert [word.text for word in words] == spoken
    edges = [edge for word in words for edge in (word.start_ms, word.end_ms)]
    assert edges == sorted(edges)
    assert not edges or (edges[0] >= 0 and edges[-1] <= 1500)
