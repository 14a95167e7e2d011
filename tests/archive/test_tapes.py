"""A story on several tapes: one timeline, whatever the order in which they are heard."""

from pathlib import Path

import pytest
from sqlalchemy import select

from archive.formats.cues import cues
from archive.models import Job, JobKind, Method, Recording, Scope, Story, StoryState
from archive.services.access import OPERATOR
from archive.services.agreements import Agreement
from archive.services.errors import Conflict
from archive.services.intake import Arrived, add_recording, keep, take_in
from archive.services.stories import About, publish, story_by_slug
from archive.services.transcripts import lay_down, page_at, passages_of
from archive.wiring import House
from archive.worker import Worker
from tests.archive.sounds import tone
from uploads.speech.segments import Segment, Word

OPEN = {Scope.EXISTENCE: "open", Scope.MACHINE: "no", Scope.TEXT: "open", Scope.SOUND: "open"}


def said(text: str, start_ms: int) -> Segment:
    words = [Word(word, start_ms + 200 * n, start_ms + 200 * n + 150, 0.9) for n, word in enumerate(text.split())]
    return Segment(tuple(words))


def another(house: House, slug: str, path: Path) -> None:
    def write(session: object, checked: object) -> None:
        add_recording(session, story_by_slug(session, slug, OPERATOR), path.name, checked, by=OPERATOR)  # type: ignore[arg-type]

    keep(house.db, house.storage, Arrived(path, path.name), write, by=OPERATOR)


@pytest.fixture
def slug(house: House, tmp_path: Path) -> str:
    """Two tapes of four and six seconds."""
    first, second = tone(tmp_path / "one.wav", 4), tone(tmp_path / "two.wav", 6)
    agreed = Agreement(Method.FORM, OPEN, person="Ana R.")
    about = About("On two tapes", ["Ana R."])
    taken = take_in(house.db, house.storage, Arrived(first, first.name), about, agreed, by=OPERATOR)
    another(house, taken.slug, second)
    Worker(house, [JobKind.DERIVE]).run(drain=True)
    return taken.slug


def hear(house: House, slug: str, ordinal: int, *segments: Segment) -> None:
    with house.db.writing() as session:
        story = story_by_slug(session, slug, OPERATOR)
        query = select(Recording).where(Recording.story_id == story.id, Recording.ordinal == ordinal)
        lay_down(session, session.scalars(query).one(), segments)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_passages_stand_in_the_order_in_which_the_tapes_play(house: House, slug: str, order: tuple[int, ...]) -> None:
    tapes = (
        (said("First of one.", 500), said("Second of one.", 2_000)),
        (said("First of two.", 300), said("Second of two.", 4_000)),
    )
    for ordinal in order:
        hear(house, slug, ordinal, *tapes[ordinal])
    with house.db.reading() as session:
        story = story_by_slug(session, slug, OPERATOR)
        told = passages_of(session, story)
        assert [each.text for each in told] == ["First of one.", "Second of one.", "First of two.", "Second of two."]
        assert [each.ordinal for each in told] == [0, 1, 2, 3]
        assert [cue.start_ms for cue in cues(story, told)] == [500, 2_000, 4_300, 8_000]
        assert [cue.start_ms for cue in cues(story, told, told[2].recording_id)] == [300, 4_000]
        assert story.duration_ms == 10_000
        assert page_at(session, story, 9_000) == 1


def test_a_tape_heard_again_leaves_the_other_alone(house: House, slug: str) -> None:
    hear(house, slug, 1, said("Of two.", 300))
    hear(house, slug, 0, said("Of one.", 500))
    hear(house, slug, 0, said("Of one,", 500), said("heard anew.", 2_000))
    with house.db.reading() as session:
        told = passages_of(session, story_by_slug(session, slug, OPERATOR))
    assert [each.text for each in told] == ["Of one,", "heard anew.", "Of two."]


def test_a_public_story_takes_no_further_tape(house: House, slug: str, tmp_path: Path) -> None:
    with house.db.writing() as session:
        publish(session, story_by_slug(session, slug, OPERATOR), by=OPERATOR)
    third = tone(tmp_path / "three.wav", 3)
    with pytest.raises(Conflict, match="Take it off the public pages"):
        another(house, slug, third)
    with house.db.reading() as session:
        assert len(story_by_slug(session, slug, OPERATOR).recordings) == 2
        assert session.scalars(select(Story)).one().state == StoryState.PUBLISHED
        assert {job.state.value for job in session.scalars(select(Job))} <= {"done", "waiting"}
