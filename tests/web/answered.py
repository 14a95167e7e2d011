"""Stories with recordings in which questions were asked, for tests of questions and of what answers what.

The recordings are rows without files: these tests are about words, and about who may read them.
"""

import secrets
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.days import today
from archive.models import Asking, Copy, CopyKind, Passage, PassageState, Question, Recording, Story, StoryState
from archive.services import conversations, meetings
from archive.services.access import OPERATOR, Actor
from archive.services.agreements import waiver
from archive.services.consent import record_consent
from archive.services.stories import About, begin_story
from archive.wiring import House

SLUG = "what-were-you-sure-of"  # of the questions that every archive begins with
OTHER = "when-hope-is-low"
Said = tuple[str | None, str]  # speaker, words


def conversation(
    house: House,
    title: str,
    said: tuple[Said, ...],
    asked: dict[int, str],
    *,
    about: About | None = None,
    by: Actor = OPERATOR,
) -> str:
    """Ten seconds a passage; asked: the slug of a question by the second at which it was asked. Open to everyone."""
    with house.db.writing() as session:
        described = about or About(title, [f"{title} N."], ["M."], date(2020, 5, 4))
        story = begin_story(session, described, by=by)
        sha256 = secrets.token_hex(32)
        recording = Recording(
            original_name="a.wav", sha256=sha256, storage_key=sha256, size=1, media_type="audio/wav", facts={},
            duration_ms=10_000 * len(said),
        )  # fmt: skip
        story.recordings.append(recording)
        session.flush()
        copied = {"storage_key": f"copy-{sha256}", "media_type": "audio/ogg", "size": 1, "sha256": sha256}
        session.add(Copy(recording_id=recording.id, kind=CopyKind.OPUS, **copied))
        for n, (speaker, text) in enumerate(said):
            session.add(
                Passage(
                    story_id=story.id, recording_id=recording.id, ordinal=n, start_ms=n * 10_000,
                    end_ms=n * 10_000 + 9_000, speaker=speaker, text=text, state=PassageState.MACHINE,
                )
            )  # fmt: skip
        for second, slug in asked.items():
            question = session.scalars(select(Question).where(Question.slug == slug)).one()
            made = Asking(story_id=story.id, recording_id=recording.id, question_id=question.id, text=question.text)
            made.at_ms = second * 1000
            session.add(made)
        record_consent(session, story, waiver("a test"), by=OPERATOR)
        story.state = StoryState.PUBLISHED
        return story.slug


def put(house: House, slug: str, state: StoryState) -> None:
    with house.db.writing() as session:
        session.scalars(select(Story).where(Story.slug == slug)).one().state = state


def spoke_again(session: Session, story: Story, note: str, *, by: Actor) -> str:
    """A call with the story's narrator that somebody notes; gives the slug of the person."""
    known = meetings.acquaintance(session, story.tellers[0].slug, by=by)
    conversations.note_down(session, known, conversations.Spoke(today(), "call", note=note), by=by)
    return known.person.slug
