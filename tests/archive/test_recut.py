"""Passages cut anew: every word stands once, ids stay where they can, and what people attached stays on the clock."""

import secrets
from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Passage, PassageState, Recording, Story, Tagging
from archive.services.access import OPERATOR
from archive.services.stories import About, begin_story
from archive.services.tagging import tag_passage
from archive.services.transcripts import lay_down, passages_of
from archive.wiring import House
from archive.work.index import public_documents
from uploads.speech.segments import Segment, Word

WORD_MS = 500


def words(count: int, first: int = 0) -> list[Word]:
    """w0 w1 w2 …, half a second each."""
    return [Word(f"w{n}", n * WORD_MS, n * WORD_MS + 400, 0.9) for n in range(first, first + count)]


def cut_at(spoken: Sequence[Word], places: Sequence[int]) -> list[Segment]:
    bounds = [0, *sorted({place for place in places if 0 < place < len(spoken)}), len(spoken)]
    return [Segment(tuple(spoken[a:b])) for a, b in zip(bounds, bounds[1:], strict=False) if b > a]


def a_recording(session: Session) -> Recording:
    story = begin_story(session, About("Cut anew", ["Ana R."]), by=OPERATOR)
    recording = Recording(
        story_id=story.id, original_name="a.wav", sha256=secrets.token_hex(32), storage_key="masters/00/0", size=1,
        media_type="audio/wav", facts={}, duration_ms=600_000,
    )  # fmt: skip
    story.recordings.append(recording)
    session.flush()
    return recording


def read(session: Session, recording: Recording) -> list[Passage]:
    return passages_of(session, session.get_one(Story, recording.story_id))


def test_a_passage_keeps_the_id_of_the_one_it_overlaps_most(house: House) -> None:
    with house.db.writing() as session:
        recording, spoken = a_recording(session), words(30)
        first = [each.id for each in lay_down(session, recording, cut_at(spoken, [10, 20]))]
        moved = [each.id for each in lay_down(session, recording, cut_at(spoken, [11, 19]))]
        assert moved == first
        fewer = [each.id for each in lay_down(session, recording, cut_at(spoken, [14]))]
        assert set(fewer) < set(first)
        more = lay_down(session, recording, cut_at(spoken, [5, 14, 25]))
        assert set(fewer) <= {each.id for each in more}
        assert [each.ordinal for each in more] == [0, 1, 2, 3]


def test_a_theme_stays_on_its_moment_when_passages_are_cut_anew(house: House) -> None:
    with house.db.writing() as session:
        recording, spoken = a_recording(session), words(40)
        laid = lay_down(session, recording, cut_at(spoken, [10, 20, 30]))
        tagging = tag_passage(session, laid[2], "doubt", by=OPERATOR)
        anchor = (tagging.start_ms, tagging.end_ms, tagging.words)
        for places in ([5, 22, 35], [20], [], [24, 25, 26]):
            laid = lay_down(session, recording, cut_at(spoken, places))
            held = session.get_one(Tagging, tagging.id)
            assert (held.start_ms, held.end_ms, held.words) == anchor
            middle = (20 * WORD_MS + 29 * WORD_MS + 400) // 2
            lies_in = next((each for each in laid if each.start_ms <= middle <= each.end_ms), None)
            assert held.passage_id == (lies_in.id if lies_in else None)


def test_two_passages_with_one_theme_can_become_one_passage(house: House) -> None:
    with house.db.writing() as session:
        recording, spoken = a_recording(session), words(20)
        for each in lay_down(session, recording, cut_at(spoken, [10])):
            tag_passage(session, each, "doubt", by=OPERATOR)
        [whole] = lay_down(session, recording, cut_at(spoken, []))
        held = list(session.scalars(select(Tagging.passage_id).order_by(Tagging.id)))
        assert held == [whole.id, None]
        lay_down(session, recording, cut_at(spoken, [10]))
        again = list(session.scalars(select(Tagging.passage_id).order_by(Tagging.id)))
        assert None not in again
        assert len(set(again)) == 2


def test_a_theme_whose_stretch_is_silent_now_stands_on_no_other_passage(house: House) -> None:
    with house.db.writing() as session:
        recording, spoken = a_recording(session), words(30)
        laid = lay_down(session, recording, cut_at(spoken, [10, 20]))
        tag_passage(session, laid[1], "doubt", by=OPERATOR)
        lay_down(session, recording, [*cut_at(spoken[:10], []), *cut_at(spoken[20:], [])])
        story = session.get_one(Story, recording.story_id)
        story.state, story.text_open = "published", True
        session.flush()
        assert [each.themes for each in public_documents(session, story.id)] == [(), ()]


def test_what_a_person_has_corrected_stays_and_the_words_around_it_too(house: House) -> None:
    with house.db.writing() as session:
        recording, spoken = a_recording(session), words(30)
        middle = lay_down(session, recording, cut_at(spoken, [10, 20]))[1]
        middle.text, middle.words, middle.state = "as she meant it", None, PassageState.CORRECTED
        session.flush()
        laid = lay_down(session, recording, cut_at(spoken, [7, 15, 23]))
        assert " ".join(each.text for each in laid).split() == [
            *(f"w{n}" for n in range(10)), *["as", "she", "meant", "it"], *(f"w{n}" for n in range(20, 30)),
        ]  # fmt: skip
        assert session.get_one(Passage, middle.id).state == PassageState.CORRECTED


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    count=st.integers(1, 40),
    cuts=st.lists(st.lists(st.integers(1, 39), max_size=8), min_size=1, max_size=4),
    touched=st.lists(st.integers(0, 8), max_size=3),
)
def test_however_it_is_cut_no_word_stands_twice_and_none_is_missing(
    house: House, count: int, cuts: list[list[int]], touched: list[int]
) -> None:
    with house.db.writing() as session:
        recording, spoken = a_recording(session), words(count)
        laid = lay_down(session, recording, cut_at(spoken, cuts[0]))
        for number in {number for number in touched if number < len(laid)}:
            laid[number].state = PassageState.VERIFIED
        kept = {each.id: each.text for each in laid if each.state == PassageState.VERIFIED}
        session.flush()
        for places in cuts[1:]:
            lay_down(session, recording, cut_at(spoken, places))
        held = read(session, recording)
        assert [word for each in held for word in each.text.split()] == [word.text for word in spoken]
        assert [each.ordinal for each in held] == list(range(len(held)))
        assert {each.id: each.text for each in held if each.state == PassageState.VERIFIED} == kept
        assert all(each.words is None or len(each.words["s"]) == len(each.text.split()) for each in held)
