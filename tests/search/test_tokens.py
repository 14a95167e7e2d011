"""How a text becomes terms."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.tokens import asked, fold, language_code, stem, terms, tokens


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Mines, near KRAKÓW!", ["the", "mines", "near", "krakow"]),
        ("Straße Ørsted Łódź Œuvre þing", ["strasse", "orsted", "lodz", "oeuvre", "thing"]),
        ("cafe\u0301 nai\u0308ve ＡＢＣ", ["cafe", "naive", "abc"]),
        ("don't miner’s l'amour O'Brien", ["dont", "miners", "l", "amour", "o", "brien"]),
        ("snake_case well-known 1,000", ["snake", "case", "well", "known", "1", "000"]),
        ("Ёлка йод", ["елка", "йод"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("한국어 사람", ["한국어", "사람"]),
        ("東京都 に", ["東京", "京都", "都", "に"]),
        ("Appleで働く", ["apple", "で働", "働く", "く"]),
        ("", []),
        ("—…!", []),
    ],
)
def test_a_text_is_cut_into_folded_words(text: str, found: list[str]) -> None:
    assert terms(text) == found


@given(st.text())
def test_both_ways_to_cut_a_text_agree_and_no_term_holds_a_space(text: str) -> None:
    found = list(tokens(text))
    assert terms(text) == [token.term for token in found]
    for token in found:
        assert token.term
        assert not re.search(r"\s", token.term)
        assert fold(text[token.start : token.end]) == token.term
        assert fold(token.term) == token.term


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_plain_text_is_cut_as_it_would_be_among_other_letters(text: str) -> None:
    assert [*terms(text), "e"] == terms(text + " é")


def test_a_question_leaves_out_the_lone_end_of_a_stretch() -> None:
    assert asked("東京都") == [(0, "東京"), (1, "京都")]
    assert asked("東京 大阪") == [(0, "東京"), (2, "大阪")]
    assert asked("東") == [(0, "東")]
    assert asked("well-known") == [(0, "well"), (1, "known")]


def test_words_are_stemmed_in_their_language() -> None:
    assert stem("mines", "en") == stem("mining", "en") == stem("mine", "en")
    assert stem("hausern", "de") == stem("haus", "de")


def test_a_language_nobody_can_stem_has_no_code() -> None:
    assert (language_code("en-GB"), language_code("DE"), language_code(None)) == ("en", "de", "en")
    assert language_code("ja") is None
