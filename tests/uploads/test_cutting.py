"""Passages: short, whole, each word once, cut where a reader would take a breath."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uploads.speech.cutting import cut
from uploads.speech.segments import MAX_SEGMENT_MS, Word


def told(text: str, ms: int = 400, start: int = 0) -> list[Word]:
    """Words of ms each, without a pause."""
    return [Word(word, start + at * ms, start + (at + 1) * ms, 0.9) for at, word in enumerate(text.split())]


def length(segment) -> int:
    return segment.end_ms - segment.start_ms


def test_no_words_make_no_passage():
    assert cut([]) == []


def test_passages_are_of_fifteen_to_forty_five_seconds():
    words = told("We walked to the river every day and nobody asked us why. " * 60)
    assert all(15_000 <= length(segment) <= 45_000 for segment in cut(words))


def test_passages_end_with_sentences():
    words = told("I went there. Did you? No! He said “never again.” And so we left… Nobody came back. " * 30)
    assert {segment.words[-1].text for segment in cut(words)} <= {"there.", "you?", "No!", "again.”", "left…", "back."}


def test_titles_initials_and_words_that_trail_off_end_no_sentence():
    words = told("We met Mr. Lee and Dr. J. P. Osei in the U.S. embassy and then ... well it was late. " * 20)
    assert {segment.words[-1].text for segment in cut(words)} == {"late."}


def test_a_long_pause_is_a_better_place_than_the_middle():
    words = told("This is what we did. " * 8) + told("This is what we did. " * 16, start=18_000)
    assert [len(segment.words) for segment in cut(words)] == [40, 80]
    assert [len(segment.words) for segment in cut(told("This is what we did. " * 24))] == [60, 60]


def test_only_a_sentence_longer_than_a_minute_is_cut_inside_and_then_in_a_pause():
    long = (
        told("and then " * 60, ms=300) + told("and then " * 60, ms=300, start=38_000) + told("it ended.", start=75_000)
    )
    short = told("That was all. " * 8, start=80_000)
    segments = cut(long + short)
    assert segments[0].end_ms == 36_000
    assert all(length(segment) <= MAX_SEGMENT_MS for segment in segments)
    assert segments[-1].words[-1].text == "all."


def test_a_passage_has_one_voice():
    words = told("How was it? Cold. And then? We went home. " * 4)
    voices = (["M."] * 3 + ["Ana"] + ["M."] * 2 + ["Ana"] * 3) * 4
    segments = cut(words, voices)
    assert [segment.voice for segment in segments] == ["M.", "Ana"] * 8
    assert [word for segment in segments for word in segment.words] == words
    with pytest.raises(ValueError, match="shorter"):
        cut(words, voices[:-1])


def test_a_huge_gap_lies_between_passages():
    words = told("We stopped there.") + told("We began again.", start=3_600_000)
    assert [segment.text for segment in cut(words)] == ["We stopped there.", "We began again."]


def test_words_without_any_punctuation_are_cut_too():
    segments = cut(told("so it went on " * 500))
    assert all(15_000 <= length(segment) <= 45_000 for segment in segments)


@st.composite
def transcripts(draw) -> list[Word]:
    words, at = [], 0
    for _ in range(draw(st.integers(0, 120))):
        start = at + draw(st.sampled_from([0, 0, 0, 20, 300, 1_500, 8_000, 100_000]))
        at = start + draw(st.sampled_from([0, 10, 200, 400, 2_000, 20_000]))
        words.append(
            Word(draw(st.sampled_from(["and", "so.", "Why?", "Mr.", "...", "—", "はい。", "no"])), start, at, 0.5)
        )
    return words


@given(transcripts(), st.data())
def test_every_word_is_in_one_passage_and_none_is_too_long(words, data):
    voices = data.draw(
        st.none() | st.lists(st.sampled_from(["a", "b", None]), min_size=len(words), max_size=len(words))
    )
    segments = cut(words, voices)
    assert [word for segment in segments for word in segment.words] == words
    assert all(length(segment) <= MAX_SEGMENT_MS for segment in segments)
    assert segments == cut(list(words), voices)
