"""Taking a story back: one act, from whose commit on nobody outside sees, reads or hears anything of it."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.days import today
from archive.models import Act, Story, StoryState, Tombstone, Withdrawal, WithdrawalKind, indexing
from archive.services.access import Action, Actor, Narrator, may, require
from archive.services.artefacts import artefacts_of
from archive.services.closing import listening_files, purge, refuse_arriving, stop_work
from archive.services.consent import lock
from archive.services.errors import Conflict, Invalid
from archive.services.ledger import note
from archive.services.restoring import standing
from archive.services.stories import address_hash

DAYS = 14  # until an erasure, unless told otherwise: time to think again
MOST_DAYS = 365
MAX_REASON = 2000
LISTED = frozenset({StoryState.PUBLISHED, StoryState.SEALED})


def withdraw(
    session: Session, story: Story, kind: WithdrawalKind, *, reason: str | None = None, by: Actor, days: int = DAYS
) -> Withdrawal:
    """Close it everywhere, and write down what the archive held of it; the receipt is the row that is given back.

    SEALED keeps the master, so that a new consent can bring it back. ERASED does so for as many days, and then
    everything goes: see services.erasing. A sealed story may be withdrawn once more to be erased; anything else that
    is withdrawn already raises Conflict.
    """
    require(by, Action.WITHDRAW, story)
    lock(session, story)
    session.refresh(story, ["state"])
    _refuse_twice(session, story, kind)
    why = (reason or "").strip()
    if len(why) > MAX_REASON:
        raise Invalid(f"A reason is {MAX_REASON} characters long at most.", "reason")
    if not 0 <= days <= MOST_DAYS:
        raise Invalid(f"How many days until it is erased is a number from 0 to {MOST_DAYS}.", "days")
    made = Withdrawal(
        story_id=story.id,
        kind=kind,
        reason=why or None,
        person_id=by.person_id if isinstance(by, Narrator) else None,
        by_id=by.id if by else None,
        artefacts={"artefacts": artefacts_of(session, story)},
        erase_on=today() + timedelta(days=days) if kind == WithdrawalKind.ERASED else None,
    )
    session.add(made)
    if story.state != StoryState.WITHDRAWN:
        _close(session, story)
    session.flush()
    told = {"kind": kind.value, "erase_on": made.erase_on.isoformat() if made.erase_on else None}
    made.event_id = note(session, Act.WITHDRAW, by=by, story=story, subject=f"withdrawal:{made.id}", details=told).id
    session.flush()
    indexing.mark(session, [], [story.id])
    return made


def _refuse_twice(session: Session, story: Story, kind: WithdrawalKind) -> None:
    if story.state == StoryState.ERASED:
        raise Conflict("This story was erased already. There is nothing left to withdraw.")
    held = standing(session, story)
    if story.state != StoryState.WITHDRAWN or held is None:
        return
    if held.kind == WithdrawalKind.ERASED:
        raise Conflict(f"This story is withdrawn already, and will be erased on {held.erase_on}.")
    if kind == WithdrawalKind.SEALED:
        raise Conflict("This story is withdrawn already. Nobody sees it.")


def _close(session: Session, story: Story) -> None:
    """The state closes every door; what else is done here is that nothing is left behind any of them."""
    if story.listed_at or (story.listed and story.state in LISTED):
        _leave_a_stone(session, story)
    stop_work(session, story)
    purge(session, story, listening_files(story.recordings), refuse_arriving(session, story))
    for recording in story.recordings:
        recording.copies.clear()
        recording.uncut.clear()
    story.state = StoryState.WITHDRAWN


def _leave_a_stone(session: Session, story: Story) -> None:
    """Lists have named this address: it says that something was here, and is no more."""
    address = address_hash(story.slug)
    stone = session.scalars(select(Tombstone).where(Tombstone.address_hash == address)).one_or_none()
    if stone is None:
        session.add(Tombstone(address_hash=address, story_id=story.id))
    else:
        stone.story_id = story.id


def withdrawn_by_slug(session: Session, slug: str, by: Actor) -> Story | None:
    """A withdrawn story, for those who keep it; None for everybody else, and for a story that is not withdrawn."""
    held = session.scalars(select(Story).where(Story.slug == slug, Story.state == StoryState.WITHDRAWN)).one_or_none()
    return held if held is not None and may(by, Action.WITHDRAW, held) else None
