"""Captions, plain text, and passages as JSON lines: written and read to the letter."""

import json
from typing import Any

import pytest

from archive.formats import text, webvtt
from archive.formats.passages import BadLine, interviews
from archive.formats.webvtt import Cue, timestamp

LINE: dict[str, Any] = {
    "collection": "c",
    "interview": "i",
    "speaker": "A",
    "start_s": 1.5,
    "end_s": 2.25,
    "text": "Hi.",
}


@pytest.mark.parametrize(
    ("ms", "written"),
    [(0, "00:00:00.000"), (1, "00:00:00.001"), (59_999, "00:00:59.999"), (3_600_000, "01:00:00.000"),
     (99 * 3_600_000 + 3_599_999, "99:59:59.999"), (100 * 3_600_000, "100:00:00.000"), (-5_000, "00:00:00.000")],
)  # fmt: skip
def test_a_time_is_written_in_full_however_long_it_is(ms: int, written: str) -> None:
    assert timestamp(ms) == written


def test_a_caption_holds_nothing_that_would_end_it_or_be_read_as_a_tag() -> None:
    written = webvtt.write([Cue(0, 1000, "a --> b\n\n<b>&amp;</b>\r\nNOTE x", "R & <B>\n")], "en")
    assert written == (
        "WEBVTT\nLanguage: en\n\n"
        "00:00:00.000 --> 00:00:01.000\n<v R &amp; &lt;B&gt;>a --&gt; b &lt;b&gt;&amp;amp;&lt;/b&gt; NOTE x\n"
    )
    assert "</v>" not in written


@pytest.mark.parametrize("cue", [Cue(None, None, "x"), Cue(5, None, "x"), Cue(5, 5, "x"), Cue(9, 5, "x")])
def test_what_has_no_length_is_no_caption(cue: Cue) -> None:
    assert webvtt.write([cue]) == "WEBVTT\n"


def test_plain_text_names_a_speaker_where_the_speaker_changes() -> None:
    cues = [
        Cue(0, 1, "One.", "A"),
        Cue(1, 2, "Two.", "A"),
        Cue(2, 3, "Three.", "B"),
        Cue(3, 4, "Four."),
        Cue(4, 5, "Five.", "B"),
    ]
    assert text.write(cues) == "A: One.\n\nTwo.\n\nB: Three.\n\nFour.\n\nB: Five."
    assert text.write([]) == ""


def read(*lines: dict[str, Any] | str) -> list[Any]:
    return list(interviews(line if isinstance(line, str) else json.dumps(line) for line in lines))


def test_an_interview_is_a_run_of_lines_and_is_named_after_who_says_most() -> None:
    [first, second] = read(LINE, "", {**LINE, "speaker": "B", "text": "A longer one."}, {**LINE, "interview": "j"})
    assert (first.name, first.main_speaker, [line.text for line in first.lines]) == ("i", "B", ["Hi.", "A longer one."])
    assert (first.lines[0].start_ms, first.lines[0].end_ms) == (1500, 2250)
    assert second.name == "j"


def test_times_may_be_missing_or_before_the_beginning() -> None:
    [one] = read({**LINE, "start_s": -9.5, "end_s": -4}, {**LINE, "start_s": None, "end_s": 3}, {**LINE, "end_s": 1})
    assert [(line.start_ms, line.end_ms) for line in one.lines] == [(-9500, -4000), (None, None), (1500, None)]


def test_texts_are_one_line_each_and_hold_only_what_a_database_keeps() -> None:
    [one] = read({**LINE, "text": " a\n b\u0000c ", "speaker": "  ", "themes": ["x", "x", " ", "y\u0000"]})
    assert (one.lines[0].text, one.lines[0].speaker, one.lines[0].themes) == ("a b c", None, ("x", "y"))
    [one] = read('{"collection": "c", "interview": "i", "text": "half \\ud800 a pair"}')
    assert one.lines[0].text == "half ? a pair"
    [one] = read({**LINE, "speaker": "x" * 400})
    assert len(one.lines[0].speaker) == 300


def test_an_interview_without_a_word_is_no_interview() -> None:
    assert read({**LINE, "text": " "}) == []
    assert read() == []


@pytest.mark.parametrize(
    "bad",
    ["no json", "[]", '"text"', "null", "{}", {"collection": "c", "interview": "i"}, {**LINE, "themes": 5},
     {**LINE, "start_s": "soon"}, {**LINE, "start_s": float("inf")}, {**LINE, "end_s": float("nan")},
     {**LINE, "start_s": 1e300}],
    ids=str,
)  # fmt: skip
def test_a_line_that_is_no_passage_is_named_by_its_number(bad: dict[str, Any] | str) -> None:
    with pytest.raises(BadLine, match="Line 2 is no passage"):
        read(LINE, bad)
