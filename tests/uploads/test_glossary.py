"""Names put in the place of what sounds like them; from words with times, without a model."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from uploads.speech.glossary import names_in, spelled
from uploads.speech.segments import Word

NAMES = ["hakujin", "Evelyn Parrish", "Takizaki"]


def words(text: str, start_ms: int = 0) -> tuple[Word, ...]:
    """A word every half second, 400 ms long."""
    starts = range(start_ms, start_ms + 500 * len(text.split()), 500)
    return tuple(Word(part, at, at + 400, 0.6) for part, at in zip(text.split(), starts, strict=True))


def text_of(found) -> str:
    return " ".join(word.text for word in found)


def test_names_are_read_from_lines_and_lists():
    assert names_in("Ana  Ruiz, Bellevue;hakujin\n\nAna Ruiz,") == ["Ana Ruiz", "Bellevue", "hakujin"]
    assert names_in(" , ;\n") == []


def test_a_glossary_cannot_hold_marks_that_steer_the_model():
    assert names_in("Ana <|endoftext|>, <<||de|>") == ["Ana endoftext", "de"]


def test_a_name_takes_the_place_of_what_sounds_like_it_and_keeps_its_punctuation():
    heard = words("her name was “Evelyn Paris.” And then")
    hinted = words("her name was Evelyn Parrish, and then")
    found = spelled(heard, hinted, NAMES)
    assert text_of(found) == "her name was “Evelyn Parrish.” And then"
    assert [word.start_ms for word in found] == [word.start_ms for word in heard]


def test_two_words_become_the_one_name_that_was_said():
    heard = words("we had lots of Hakka gene neighbors")
    hinted = (*words("we had lots of"), Word("hakujin", 2_000, 2_900, 0.9), Word("neighbors", 3_000, 3_400, 0.9))
    found = spelled(heard, hinted, NAMES)
    assert text_of(found) == "we had lots of hakujin neighbors"
    assert (found[4].start_ms, found[4].end_ms, found[4].probability) == (2_000, 2_900, 0.9)


def test_a_name_that_nothing_sounded_like_is_not_taken_over():
    heard = words("we walked to the strawberry farm")
    assert spelled(heard, words("we walked to the Takizaki farm"), NAMES) == heard
    assert spelled(heard, words("Takizaki Takizaki Takizaki", 9_000), NAMES) == heard


def test_a_short_name_needs_more_likeness():
    assert text_of(spelled(words("my sister Anna left"), words("my sister Ana left"), ["Ana"])) == "my sister Ana left"
    heard = words("my sister and I")
    assert spelled(heard, words("my sister Ana I"), ["Ana"]) == heard


def test_what_the_second_hearing_left_out_or_heard_otherwise_stays():
    heard = words("we lived there Evelyn Parish and I don't know where")
    hinted = words("Evelyn Parrish", 1_500)
    assert text_of(spelled(heard, hinted, NAMES)) == "we lived there Evelyn Parrish and I don't know where"
    assert spelled(heard, words("they died there"), NAMES) == heard


def test_a_name_that_was_spelled_so_already_is_left_as_it_was():
    heard = words("Evelyn Parrish's house, and the Takizaki farm")
    assert spelled(heard, words("Evelyn Parrish house, and the takizaki farm"), NAMES) == heard


def test_words_around_a_name_that_the_second_hearing_took_for_part_of_it_stay():
    heard = words("from the current Lakefield Square")
    hinted = (Word("from", 0, 400, 0.9), Word("Lakeview", 500, 1_900, 0.9))
    assert text_of(spelled(heard, hinted, ["Lakeview"])) == "from the current Lakeview Square"


said = st.lists(st.sampled_from(["hakujin", "Hakka", "gene", "Evelyn", "Paris", "Parrish", "the", "Takizaki."]))


@given(said, said, st.integers(-1_000, 1_000))
def test_words_stay_in_order_and_apart(one, two, shift):
    heard, hinted = words(" ".join(one)), words(" ".join(two), shift)
    found = spelled(heard, hinted, NAMES)
    assert all(before.end_ms <= after.start_ms for before, after in pairwise(found))
    assert all(word.start_ms <= word.end_ms for word in found)
    assert spelled(heard, hinted, []) == heard
