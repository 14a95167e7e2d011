"""At which moment of a story a question was asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Asking, Question, Recording, Story
from archive.services.access import Action, Actor, require, sees
from archive.services.errors import Conflict, Invalid, NotFound
from archive.services.questions import clean_question


@dataclass(frozen=True, slots=True)
class Words:
    """What is said to have been asked: a question of a set, and the words for it where they were one's own."""

    id: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """What is answered: a question at its moment, on the recording's clock; without these the story as a whole."""

    story_id: int
    recording_id: int | None = None
    at_ms: int | None = None
    question_id: int | None = None


def askings_of(session: Session, story: Story) -> Sequence[Asking]:
    """In the order of the story's timeline."""
    found = session.scalars(select(Asking).where(Asking.story_id == story.id))
    return sorted(found, key=lambda each: (story.at(each.recording_id, each.at_ms) or 0, each.id))


def mark(session: Session, story: Story, at_ms: int, asked: Words, *, by: Actor) -> Asking:
    """at_ms counts on the story's timeline; it is kept on the clock of the recording that plays there. The same words
    at the same moment a second time change nothing.

    Raises Invalid for a moment that the story does not have, and Conflict where there is no recording yet.
    """
    require(by, Action.EDIT, story)
    recording, within = _moment(story, at_ms)
    text, question_id = _words(session, asked)
    held = session.scalars(
        select(Asking).where(Asking.recording_id == recording.id, Asking.at_ms == within, Asking.text == text)
    ).first()
    if held is not None:
        return held
    made = Asking(story_id=story.id, recording_id=recording.id, question_id=question_id, text=text, at_ms=within)
    made.by_id = by.id if by else None
    session.add(made)
    settle(session, recording.id)
    return made


def mark_beginning(session: Session, recording: Recording, question: Question) -> None:
    """A question that a conversation was recorded for, at its beginning, until somebody marks when it was asked: see
    settle."""
    made = Asking(story_id=recording.story_id, recording_id=recording.id, question_id=question.id, text=question.text)
    made.at_ms = 0
    session.add(made)
    session.flush()


def settle(session: Session, recording_id: int) -> None:
    """A mark that came along by itself goes where somebody has marked when the question was asked."""
    session.flush()
    here = Asking.recording_id == recording_id
    by_hand = select(Asking.question_id).where(here, Asking.by_id.is_not(None), Asking.question_id.is_not(None))
    along = select(Asking).where(here, Asking.by_id.is_(None), Asking.at_ms == 0, Asking.question_id.in_(by_hand))
    for each in session.scalars(along):
        session.delete(each)
    session.flush()


def _moment(story: Story, at_ms: int) -> tuple[Recording, int]:
    """The recording that plays at this moment of the story, and where in it."""
    if not story.recordings:
        raise Conflict("There is no recording of this story yet in which a moment could be marked.")
    if not all(each.duration_ms for each in story.recordings):  # as browsers record, a file does not say it
        raise Conflict("The archive is still finding out how long this recording is. Please try again in a minute.")
    start = 0
    for recording in story.recordings:
        if start <= at_ms < start + recording.duration_ms:
            return recording, at_ms - start
        start += recording.duration_ms
    if at_ms == start:
        return story.recordings[-1], story.recordings[-1].duration_ms
    minutes, seconds = divmod(start // 1000, 60)
    raise Invalid(f"This moment is not in the story, which ends at {minutes}:{seconds:02}.", "at")


def _words(session: Session, asked: Words) -> tuple[str, int | None]:
    question = session.get(Question, asked.id) if asked.id is not None else None
    if asked.text.strip():
        return clean_question(asked.text, "asked_as"), question.id if question else None
    if question is None:
        raise Invalid("Please choose a question, or write the one that was asked.", "question")
    return question.text, question.id


def unmark(session: Session, asking_id: int, *, by: Actor) -> Story:
    """Take a mark away; gives the story on which it stood."""
    asking = session.get(Asking, asking_id)
    story = session.get(Story, asking.story_id) if asking else None
    if asking is None or story is None or not sees(by, story):
        raise NotFound("That question is not marked there any more.")
    require(by, Action.EDIT, story)
    session.delete(asking)
    session.flush()
    return story
