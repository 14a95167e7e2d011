"""Voices stand beside the words, and a failure there costs no word."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from archive.models import JobKind, Method, Passage, Recording, Scope, StoryState
from archive.services.access import OPERATOR
from archive.services.agreements import Agreement
from archive.services.intake import Arrived, take_in
from archive.services.stories import About, hear_again, story_by_slug
from archive.services.transcripts import passages_of
from archive.services.voices import voices_in
from archive.wiring import House
from archive.work import voices as telling
from archive.worker import Worker
from uploads.speech.voice_weights import CannotTell

MAY = Agreement(Method.FORM, {Scope.MACHINE: "yes"}, person="Ana R.")


@pytest.fixture
def heard(hearing_house: House, shared: Path) -> str:
    """A real recording, whose voices each test tells apart in its own way."""
    about = About("Two voices", ["Ana R."], interviewers=["M."], language="en", voices=2)
    path = shared / "audio/speech/jfk.flac"
    return take_in(hearing_house.db, hearing_house.storage, Arrived(path, path.name), about, MAY, by=OPERATOR).slug


def hear(house: House, tell_apart: object) -> None:
    house.__dict__["voices"] = SimpleNamespace(tell_apart=tell_apart)
    Worker(house, [JobKind.PROCESS]).run(drain=True)


def told(house: House, slug: str) -> list[Passage]:
    with house.db.reading() as session:
        return passages_of(session, story_by_slug(session, slug, OPERATOR))


def halves(track: object, words: list[object], people: int, **_: object) -> list[str]:
    middle = len(words) // 2
    return ["Voice 1"] * middle + ["Voice 2"] * (len(words) - middle)


@pytest.mark.speech
@pytest.mark.parametrize("fault", [CannotTell("The weights are not there."), ZeroDivisionError("ours")])
def test_where_voices_cannot_be_told_apart_the_words_are_all_here(
    hearing_house: House, heard: str, fault: Exception
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise fault

    hear(hearing_house, fails)
    assert "country" in " ".join(each.text for each in told(hearing_house, heard))
    with hearing_house.db.reading() as session:
        story = story_by_slug(session, heard, OPERATOR)
        assert story.state == StoryState.REVIEW
        why = story.recordings[0].voices_told or ""
    assert why == (str(fault) if isinstance(fault, CannotTell) else telling.FAILED)


@pytest.mark.speech
def test_a_name_that_a_person_gave_outlives_another_run_and_no_passage_has_two_voices(
    hearing_house: House, heard: str
) -> None:
    hear(hearing_house, halves)
    assert [each.speaker for each in told(hearing_house, heard)] == ["Voice 1", "Voice 2"]
    with hearing_house.db.writing() as session:
        story = story_by_slug(session, heard, OPERATOR)
        for passage in passages_of(session, story):
            passage.speaker = "Ana R." if passage.speaker == "Voice 2" else passage.speaker
        hear_again(session, story, by=OPERATOR)
    hear(hearing_house, halves)
    assert [each.speaker for each in told(hearing_house, heard)] == ["Voice 1", "Ana R."]
    with hearing_house.db.reading() as session:
        heard_now = voices_in(session, story_by_slug(session, heard, OPERATOR))
    assert [voice.name for voice in heard_now] == ["Voice 1", "Ana R."]


@pytest.mark.speech
def test_one_voice_alone_is_not_numbered(hearing_house: House, heard: str) -> None:
    hear(hearing_house, lambda track, words, people, **_: ["Voice 1"] * len(words))
    assert {each.speaker for each in told(hearing_house, heard)} == {None}
    with hearing_house.db.reading() as session:
        assert session.get_one(Recording, 1).voices_told is None
