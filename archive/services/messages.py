""" "It reached me": a listener's few words to a narrator, which a curator passes on. They are shown nowhere else and
counted nowhere."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.db import now
from archive.models import Message, Story, StoryState
from archive.services import letters
from archive.services.access import Action, Actor, require, sees
from archive.services.errors import Conflict, Invalid, NotFound

MAX_TEXT = 1500
TWICE = "You wrote about this story already, and your words are kept. One message from each listener is enough here."


def write(session: Session, story: Story, text: str, *, sender: str, by: Actor) -> Message:
    """sender is a salted hash of who writes. Raises Conflict where they wrote to this story before."""
    require(by, Action.WRITE)
    if not sees(by, story) or story.state != StoryState.PUBLISHED:
        raise NotFound("There is no such story here.")
    said = text.replace("\r\n", "\n").strip()
    if not said:
        raise Invalid("Please write a few words first.", "text")
    if len(said) > MAX_TEXT:
        raise Invalid(f"This is longer than {MAX_TEXT} characters. Please say it in fewer.", "text")
    if has_written(session, story, sender):
        raise Conflict(TWICE)
    made = Message(story_id=story.id, text=said, sender_hash=sender)
    session.add(made)
    session.flush()
    return made


def has_written(session: Session, story: Story, sender: str) -> bool:
    query = select(Message.id).where(Message.story_id == story.id, Message.sender_hash == sender)
    return session.scalar(query.limit(1)) is not None


def pass_on(session: Session, message_id: int, *, by: Actor) -> Message:
    """From now on the narrator finds it on their own page; and whoever recorded the story is asked to hand it over."""
    held = _waiting(session, message_id, by)
    held.passed_on_at = now()
    session.flush()
    letters.passed_on(session, held)
    return held


def lay_aside(session: Session, message_id: int, *, by: Actor) -> None:
    """The narrator does not get to read it."""
    _waiting(session, message_id, by).laid_aside_at = now()
    session.flush()


def _waiting(session: Session, message_id: int, by: Actor) -> Message:
    require(by, Action.DECIDE)
    held = session.get(Message, message_id, with_for_update=True)
    if held is None:
        raise NotFound("This message is not here any more.")
    if held.passed_on_at or held.laid_aside_at:
        raise Conflict("Somebody saw to this message already.")
    return held
