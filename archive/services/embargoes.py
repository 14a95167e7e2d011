"""Stories that stay closed until their day, and open by themselves."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.days import today
from archive.db import now
from archive.models import Act, Embargo, Story, StoryState, indexing
from archive.services.access import Action, Actor, require
from archive.services.consent import lock
from archive.services.errors import Conflict, Invalid
from archive.services.ledger import note
from archive.services.stories import open_up, publish_needs

MAX_EVENT = 300
MAX_WHY = 2000
MAY_WAIT = frozenset({StoryState.PUBLISHED, StoryState.REVIEW, StoryState.SEALED})


def standing(session: Session, story: Story) -> Embargo | None:
    """The embargo that holds, if one does."""
    query = select(Embargo).where(Embargo.story_id == story.id, Embargo.ended_at.is_(None)).order_by(Embargo.id.desc())
    return session.scalars(query).first()


def why_closed(session: Session, story: Story) -> str:
    """A sentence for a page that may say that a story is here, and no more."""
    if held := standing(session, story):
        until = f"until {_day(held)}" if held.until else f"until {held.event}"
        return f"It is closed {until}." + (f" {held.why}" if held.why else "")
    if story.text_link:
        return "It is open to those who were given its link."
    return "Those who told it have not opened it."


def _day(held: Embargo) -> str:
    assert held.until is not None  # noqa: S101  asked before
    return f"{held.until.day} {held.until:%B %Y}"


def embargo(
    session: Session, story: Story, until: date | None, event: str | None, why: str | None, *, by: Actor
) -> Embargo:
    """Close it from now on: until is the first day on which it is open again, event what has to happen first. One that
    holds already gives way to this one. Raises Invalid for a day that has come, Conflict for a story that is not ready
    to be opened anyway."""
    require(by, Action.EMBARGO, story)
    lock(session, story)
    session.refresh(story, ["state"])
    happens, because = _said(event, MAX_EVENT, "event"), _said(why, MAX_WHY, "why")
    if until is None and happens is None:
        raise Invalid("Please say until which day it stays closed, or what has to happen first.", "until")
    if until is not None and until <= today():
        raise Invalid("That day has come already. Please choose one that lies ahead.", "until")
    if story.state not in MAY_WAIT:
        raise Conflict("This story is not ready to be opened, so there is nothing to wait with yet.")
    if (before := standing(session, story)) is not None:
        before.ended_at = before.seen_at = now()
    made = Embargo(story_id=story.id, until=until, event=happens, why=because, by_id=by.id if by else None)
    session.add(made)
    story.state = StoryState.SEALED
    story.listed_at = story.listed_at or (now() if story.listed else None)
    session.flush()
    told = {"until": until.isoformat() if until else None, "event": happens}
    note(session, Act.EMBARGO, by=by, story=story, subject=f"embargo:{made.id}", details=told)
    indexing.mark(session, [], [story.id])
    return made


def _said(text: str | None, most: int, field: str) -> str | None:
    said = (text or "").replace("\x00", "").strip()
    if len(said) > most:
        raise Invalid(f"This is longer than {most} characters.", field)
    return said or None


def end(session: Session, story: Story, *, by: Actor) -> None:
    """What it waited for has come, or somebody who may say so does not want to wait."""
    require(by, Action.EMBARGO, story)
    lock(session, story)
    held = standing(session, story)
    if held is None:
        raise Conflict("This story waits for nothing.")
    held.seen_at = now()
    _open(session, story, held, by=by)


def open_due(session: Session) -> list[Story]:
    """Open what has waited for today; gives these stories. The worker asks now and then, so that a story opens at
    midnight where the archive is, whether or not anybody is awake. Its owner is told until they have taken note."""
    due = select(Embargo).where(Embargo.until <= today(), Embargo.ended_at.is_(None)).order_by(Embargo.id)
    opened: list[Story] = []
    for held in session.scalars(due).all():
        story = session.get_one(Story, held.story_id)
        lock(session, story)
        session.refresh(story, ["state"])
        if story.state == StoryState.SEALED:
            _open(session, story, held, by=None)
            opened.append(story)
        else:  # withdrawn meanwhile, say: whoever brings it back need not wait any more
            held.ended_at = held.seen_at = now()
    session.flush()
    return opened


def _open(session: Session, story: Story, held: Embargo, *, by: Actor) -> None:
    """To the public, where everything is there that this needs; else to those who work on it."""
    held.ended_at = now()
    if story.state == StoryState.SEALED:
        story.state = StoryState.REVIEW
        session.flush()
        if publish_needs(session, story) is None:
            open_up(story)
    note(session, Act.OPEN, by=by, story=story, subject=f"embargo:{held.id}")
    session.flush()


def opened_unseen(session: Session, stories: Sequence[Story]) -> dict[int, Embargo]:
    """Of these stories, those that opened by themselves and whose owner has not taken note; by story."""
    query = select(Embargo).where(
        Embargo.story_id.in_([story.id for story in stories]), Embargo.ended_at.is_not(None), Embargo.seen_at.is_(None)
    )
    return {held.story_id: held for held in session.scalars(query.order_by(Embargo.id))}


def take_note(session: Session, story: Story, *, by: Actor) -> None:
    """Their owner knows that it opened."""
    require(by, Action.EDIT, story)
    for held in opened_unseen(session, [story]).values():
        held.seen_at = now()
    session.flush()
