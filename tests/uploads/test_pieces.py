"""Where a recording is cut before it is heard; from probabilities of speech, one for each 32 ms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uploads.speech.pieces import LONGEST_MS, WINDOW_MS, cut_pieces, is_spoken


def speech(*seconds: float) -> np.ndarray:
    """Probabilities for speech and silence in turn, beginning with speech."""
    spans = [np.full(round(span * 1000 / WINDOW_MS), 0.0 if turn % 2 else 0.9) for turn, span in enumerate(seconds)]
    return np.concatenate(spans).astype(np.float32)


def pieces(probabilities):
    return list(cut_pieces([probabilities], lambda: len(probabilities) * WINDOW_MS))


def test_silence_is_no_piece():
    assert pieces(speech(0, 600)) == []
    assert list(cut_pieces([np.zeros(0, np.float32)], lambda: 0)) == list(cut_pieces([], lambda: 0)) == []


def test_the_first_piece_is_short_so_that_words_show_soon():
    first, *others = pieces(speech(*[4, 0.5] * 60))
    assert 10_000 <= first.end_ms - first.start_ms <= 20_000
    assert all(piece.end_ms - piece.start_ms >= LONGEST_MS / 2 for piece in others[:-1])


def test_the_first_piece_is_there_before_the_rest_was_looked_at():
    looked = []

    def minutes():
        for minute in range(180):
            looked.append(minute)
            yield speech(*[4, 0.5] * 13)

    assert next(cut_pieces(minutes(), pytest.fail)).end_ms < 20_000  # nor how long it all is
    assert looked == [0]


def test_a_piece_ends_in_the_longest_pause_of_its_second_half():
    first, second, *_ = pieces(speech(15, 1.0, 30, 0.4, 30, 2.0, 10, 0.5, 60))
    assert first.end_ms == pytest.approx(15_400, abs=WINDOW_MS)
    assert second.start_ms == pytest.approx(15_600, abs=WINDOW_MS)
    assert second.end_ms == pytest.approx(76_800, abs=2 * WINDOW_MS)


def test_a_silence_of_more_than_ten_seconds_is_handed_to_nobody():
    before, after = pieces(speech(8, 30, 8))
    assert before.end_ms == pytest.approx(8_400, abs=WINDOW_MS)
    assert after.start_ms == pytest.approx(37_600, abs=2 * WINDOW_MS)


def test_speech_without_any_pause_is_cut_all_the_same():
    found = pieces(speech(400))
    assert max(piece.end_ms - piece.start_ms for piece in found) <= LONGEST_MS
    assert sum(piece.end_ms - piece.start_ms for piece in found) == pytest.approx(400_000, abs=WINDOW_MS)


def test_an_unbroken_stretch_is_cut_where_speech_is_least_likely():
    probabilities = speech(25)
    dip = round(11_000 / WINDOW_MS)
    probabilities[dip - 3 : dip + 3] = 0.3  # not silent enough to be a pause
    assert pieces(probabilities)[0].end_ms == pytest.approx(11_000, abs=100)


def test_a_stretch_is_spoken_where_speech_is_likely_anywhere_in_it():
    probabilities = speech(2, 5, 2)
    assert is_spoken(probabilities, 0, 1_000)
    assert is_spoken(probabilities, 1_900, 6_000)
    assert not is_spoken(probabilities, 2_500, 6_500)
    assert not is_spoken(probabilities, 20_000, 21_000)


spans = st.lists(st.floats(0.04, 40), min_size=1, max_size=60)


@given(spans)
def test_whatever_is_said_is_in_exactly_one_piece(seconds):
    probabilities = speech(*seconds)
    duration = len(probabilities) * WINDOW_MS
    found = pieces(probabilities)
    assert all(0 <= piece.start_ms < piece.end_ms <= duration for piece in found)
    assert all(one.end_ms <= two.start_ms for one, two in zip(found, found[1:], strict=False))
    assert all(piece.end_ms - piece.start_ms <= LONGEST_MS for piece in found)
    covered = np.zeros(duration, bool)
    for piece in found:
        covered[piece.start_ms : piece.end_ms] = True
    assert covered[np.repeat(probabilities > 0.5, WINDOW_MS)].all()


@given(spans, st.lists(st.integers(0, 4_000), max_size=6))
def test_pieces_are_the_same_however_the_sound_comes_in(seconds, lengths):
    whole = speech(*seconds)
    parts = np.split(whole, np.cumsum(lengths))
    assert list(cut_pieces(parts, lambda: len(whole) * WINDOW_MS)) == pieces(whole)
