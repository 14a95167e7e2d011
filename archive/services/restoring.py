"""A withdrawn story comes back, because somebody who told it says anew what may be done with it."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.db import now
from archive.models import Act, Embargo, Job, JobKind, Story, StoryState, Tombstone, Withdrawal
from archive.services.access import Actor
from archive.services.ledger import note


def standing(session: Session, story: Story) -> Withdrawal | None:
    """The latest withdrawal of this story that was neither taken back nor carried out to its end. A story that was
    removed may have had the same number: what is older than the story is not about it."""
    query = select(Withdrawal).where(
        Withdrawal.story_id == story.id,
        Withdrawal.made_at >= story.created_at,
        Withdrawal.restored_at.is_(None),
        Withdrawal.erased_at.is_(None),
    )
    return session.scalars(query.order_by(Withdrawal.id.desc())).first()


def bring_back(session: Session, story: Story, *, by: Actor) -> None:
    """To review, or behind the embargo that it had; listening copies are made anew. services.consent decides when."""
    embargo = select(Embargo.id).where(Embargo.story_id == story.id, Embargo.ended_at.is_(None))
    story.state = StoryState.SEALED if session.scalar(embargo.limit(1)) else StoryState.REVIEW
    while held := standing(session, story):
        held.restored_at = now()
        session.flush()
    session.execute(delete(Tombstone).where(Tombstone.story_id == story.id))
    for recording in story.recordings:
        if not recording.copies:
            session.add(Job(kind=JobKind.DERIVE, story_id=story.id, recording_id=recording.id))
    note(session, Act.RESTORE, by=by, story=story)
