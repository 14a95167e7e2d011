"""Stories that answer each other, peer to peer: said on both pages, to whoever may read both stories."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Asking, Question, Recording, Reply, Story
from archive.services.access import Action, Actor, require, sees, visible_to
from archive.services.askings import Answered, askings_of, mark_beginning
from archive.services.browse import LATEST_FIRST
from archive.services.errors import NotFound
from archive.services.sealing import spans_of, strikes_on
from archive.services.stories import FOR_CARDS
from archive.services.strikes import strikes_of, told_openly


@dataclass(frozen=True, slots=True)
class Linked:
    """other: the story at the other end. at_ms: which moment is answered, on the timeline of the story that is; asked:
    what was asked there. Both are None where it is the story as a whole, and where that moment was struck."""

    id: int
    other: Story
    at_ms: int | None
    asked: str | None


def asked_at(session: Session, story: Story, at_ms: int | None) -> Asking | None:
    """The question that everyone may know of at exactly this moment of the story's timeline."""
    openly = told_openly(askings_of(session, story), strikes_of(session, story)) if at_ms is not None else []
    return next((each for each in openly if story.at(each.recording_id, each.at_ms) == at_ms), None)


def answered(session: Session, story: Story, at_ms: int | None) -> Answered:
    """A moment at which nothing was asked, or that the story does not have, is no moment: the story is answered."""
    asking = asked_at(session, story, at_ms)
    if asking is None:
        return Answered(story.id)
    return Answered(story.id, asking.recording_id, asking.at_ms, asking.question_id)


def link(session: Session, story: Story, to: Answered, *, by: Actor) -> Reply:
    """Whoever calls this has seen that this person may read the story that is answered."""
    require(by, Action.EDIT, story)
    made = Reply(story_id=story.id, to_story_id=to.story_id, to_recording_id=to.recording_id, at_ms=to.at_ms)
    made.question_id = to.question_id
    session.add(made)
    session.flush()
    return made


def mark_asked(session: Session, recording: Recording) -> None:
    """In the first recording of a story, the question that it answers."""
    if recording.ordinal:
        return
    asked = select(Question).join(Reply, Reply.question_id == Question.id).where(Reply.story_id == recording.story_id)
    for question in session.scalars(asked):
        mark_beginning(session, recording, question)


def unlink(session: Session, reply_id: int, *, by: Actor) -> Story:
    """Take a link away; gives the story that answered."""
    held = session.get(Reply, reply_id)
    story = session.get(Story, held.story_id) if held else None
    if held is None or story is None or not sees(by, story):
        raise NotFound("These two stories are not linked any more.")
    require(by, Action.EDIT, story)
    session.delete(held)
    session.flush()
    return story


def answers_of(session: Session, story: Story, by: Actor) -> list[Linked]:
    """What this story answers, as far as this person may read it."""
    query = select(Reply, Story).join(Story, Story.id == Reply.to_story_id).where(Reply.story_id == story.id)
    rows = session.execute(query.where(visible_to(by)).order_by(Reply.id).options(*FOR_CARDS))
    return [_linked(session, reply, other, other) for reply, other in rows]


def answered_by(session: Session, story: Story, by: Actor) -> list[Linked]:
    """Who has answered this story, as far as this person may read it; the latest conversation first."""
    query = select(Reply, Story).join(Story, Story.id == Reply.story_id).where(Reply.to_story_id == story.id)
    rows = session.execute(query.where(visible_to(by)).order_by(*LATEST_FIRST).options(*FOR_CARDS))
    return [_linked(session, reply, other, story) for reply, other in rows]


def _linked(session: Session, reply: Reply, other: Story, to: Story) -> Linked:
    if reply.to_recording_id is None or reply.at_ms is None:
        return Linked(reply.id, other, None, None)
    spans = spans_of(strikes_on(session, to.id, reply.to_recording_id))
    if any(start <= reply.at_ms < end for start, end in spans):
        return Linked(reply.id, other, None, None)
    at_ms = to.at(reply.to_recording_id, reply.at_ms)
    asking = asked_at(session, to, at_ms)
    question = session.get(Question, reply.question_id) if asking is None and reply.question_id else None
    return Linked(reply.id, other, at_ms, asking.text if asking else question.text if question else None)
