"""What is marked in a text, and the piece of it that is shown."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.highlight import highlights, mark, snippet
from search.query import parse


def marked(text: str, typed: str, language: str | None = None) -> list[str]:
    return [text[low:high] for low, high in highlights(text, parse(typed), language)]


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("The Mines near Kraków", "krakow MINES ", ["Mines", "Kraków"]),
        ("cafe\u0301 and CAFÉ", "café ", ["cafe\u0301", "CAFÉ"]),
        ("mining, mined, a mine", "mines ", ["mining", "mined", "mine"]),
        ("minerals in mines", "mine", ["minerals", "mines"]),
        ("the coal mine and the mine of coal", '"coal mine"', ["coal mine"]),
        ("He said: no — way!", '"no way"', ["no — way"]),
        ("a well-known well known well", "well-known", ["well-known", "well known"]),
        ("well-knowing", "well-kn", ["well-knowing"]),
        ("his aprentice", "apprentice ", ["aprentice"]),
        ("an apprentice, his aprentice", "apprentice ", ["apprentice"]),
        ("in 1968 and 1969", "1968 ", ["1968"]),
        ("in 1969", "1968 ", []),
        ("the bost", "boat ", []),
        ("coal and iron", "coal -iron", ["coal"]),
        ("東京都に住んでいました", "京都に", ["京都に"]),
        ("東京都に住んで", "住", ["住"]),
        ("don’t", "dont ", ["don’t"]),
        ("nothing here", "absent ", []),
        ("anything", "", []),
    ],
)
def test_what_was_asked_for_is_marked(text: str, typed: str, found: list[str]) -> None:
    assert marked(text, typed) == found


def test_endings_are_those_of_the_text_s_language() -> None:
    assert marked("die Häuser", "haus ", "de") == ["Häuser"]
    assert marked("die Häuser", "haus ", "ja") == []


@pytest.mark.parametrize(
    ("text", "also", "found"),
    [
        ("the walkouts and a work stoppage", ("walkout", "work stoppage"), ["walkouts", "work stoppage"]),
        ("a stoppage of work", ("work stoppage",), []),
        ("the walkoit, and those who strike", ("walkout",), ["strike"]),
        ("the strike", ("strike", "walkout"), ["strike"]),
    ],
)
def test_what_was_looked_for_beside_the_words_is_marked_too(text: str, also: tuple[str, ...], found: list[str]) -> None:
    assert [text[low:high] for low, high in highlights(text, parse("strike "), also=also)] == found


@given(st.text(), st.text())
def test_marks_are_in_order_inside_the_text_and_apart(text: str, typed: str) -> None:
    end = 0
    for low, high in highlights(text, parse(typed)):
        assert end <= low < high <= len(text)
        end = high


@given(
    st.text(alphabet="ab <>&\"'é東\u0301", max_size=300), st.text(alphabet="ab é東", max_size=10), st.integers(1, 60)
)
def test_a_snippet_is_a_piece_of_the_text_with_its_marks(text: str, typed: str, around: int) -> None:
    ranges = highlights(text, parse(typed))
    piece = snippet(text, ranges, around)
    assert text[piece.start : piece.start + len(piece.text)] == piece.text
    assert piece.cut_before == (piece.start > 0)
    assert piece.cut_after == (piece.start + len(piece.text) < len(text))
    assert bool(piece.ranges) == bool(ranges)
    for low, high in piece.ranges:
        assert (low + piece.start, high + piece.start) in ranges


def test_a_snippet_is_cut_where_most_marks_stand_together_and_between_words() -> None:
    text = "coal " + "filler words go on " * 30 + "the coal mine and more coal came " + "until the very end " * 30
    piece = snippet(text, highlights(text, parse("coal mine")), around=40)
    assert "the coal mine and more coal came" in piece.text
    assert len(piece.ranges) == 3
    assert piece.cut_before
    assert piece.cut_after
    assert text[piece.start - 1] == " "
    assert text[piece.start + len(piece.text)] == " "


def test_a_short_text_is_shown_whole() -> None:
    piece = snippet("We sang.", [(3, 7)])
    assert (piece.text, piece.ranges, piece.cut_before, piece.cut_after) == ("We sang.", ((3, 7),), False, False)


def test_a_text_without_marks_is_shown_from_its_beginning() -> None:
    piece = snippet("word " * 200, [], around=50)
    assert (piece.start, piece.ranges, piece.cut_after) == (0, (), True)
    assert 80 <= len(piece.text) <= 110


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_marks_become_html_and_everything_else_is_escaped() -> None:
    text = '<b>coal</b> & "mine" <script>'
    assert mark(text, highlights(text, parse("coal mine"))) == (
        "&lt;b&gt;<mark>coal</mark>&lt;/b&gt; &amp; &quot;<mark>mine</mark>&quot; &lt;script&gt;"
    )


@given(st.text(alphabet="ab<>&\"'/ é東"), st.text(alphabet="ab<"))
def test_html_holds_no_other_tag_than_marks_and_reads_as_the_text(text: str, typed: str) -> None:
    read = _Reader(mark(text, highlights(text, parse(typed))))
    assert set(read.tags) <= {"mark"}
    assert read.text == text
