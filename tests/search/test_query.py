"""How a question is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query import MAX_TERMS, MAX_TEXT, Words, parse


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", Words(last_is_whole=True)),
        ("  - ?! \"\" -\"\" ", Words(last_is_whole=True)),
        ("coal mi", Words(("coal", "mi"))),
        ("coal mi ", Words(("coal", "mi"), last_is_whole=True)),
        ("coal mi.", Words(("coal", "mi."))),
        ('father "coal mine" deep', Words(("father", "deep"), ("coal mine",))),
        ('father "coal mine"', Words(("father",), ("coal mine",), last_is_whole=True)),
        ('father "coal mi', Words(("father",), ("coal mi",), last_is_whole=True)),
        ("“curly quotes” «autres»", Words((), ("curly quotes", "autres"), last_is_whole=True)),
        ("„deutsch“", Words((), ("deutsch",), last_is_whole=True)),
        ("coal -mine", Words(("coal",), (), ("mine",), last_is_whole=True)),
        ('coal -"the mine"', Words(("coal",), (), (), ("the mine",), last_is_whole=True)),
        ("--coal", Words((), (), ("coal",), last_is_whole=True)),
        ("well-known - self", Words(("well-known", "self"))),
        ('a"b c"-d', Words(("a", "d"), ("b c",))),
    ],
)  # fmt: skip
def test_a_text_is_read_as_typed(text: str, words: Words) -> None:
    assert parse(text) == words


def test_only_so_many_words_count_those_in_phrases_included() -> None:
    many = parse(" ".join(f"w{number}" for number in range(30)))
    assert many.words == tuple(f"w{number}" for number in range(MAX_TERMS))
    assert many.last_is_whole
    mixed = parse('-"a b c" "d e f" ' + "g " * 30)
    assert (mixed.excluded_phrases, mixed.phrases, len(mixed.words)) == (("a b c",), ("d e f",), MAX_TERMS - 6)


def test_only_so_many_characters_count() -> None:
    assert parse("a" * 10_000).words == ("a" * MAX_TEXT,)


@given(st.text())
def test_reading_what_was_understood_gives_the_same_again(text: str) -> None:
    words = parse(text)
    again = parse(words.text)
    assert (again.words, again.phrases) == (words.words, words.phrases)
    assert (again.excluded_words, again.excluded_phrases) == (words.excluded_words, words.excluded_phrases)


def test_words_are_left_off_the_end_and_phrases_stay() -> None:
    words = parse('"coal mine" father mother -sister')
    shorter = words.shorter()
    assert shorter is not None
    assert shorter.text == 'father "coal mine" -sister'
    shortest = shorter.shorter()
    assert shortest is not None
    assert shortest.text == '"coal mine" -sister'
    assert shortest.shorter() is None
    assert parse("alone").shorter() is None
