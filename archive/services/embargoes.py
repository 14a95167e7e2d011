"""Stories that stay closed until their day, and open by themselves."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Embargo, Story


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
