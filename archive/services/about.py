"""What the archive says of itself."""

from sqlalchemy.orm import Session

from archive.models import About
from archive.services.access import Action, Actor, require
from archive.services.errors import Invalid

DEFAULT_NAME = "Peer Stories"


def about(session: Session) -> About:
    """The one row, or an unsaved one where nobody has said anything yet."""
    return session.get(About, 1) or About(id=1, name=DEFAULT_NAME, why="")


def say(session: Session, name: str, why: str, *, by: Actor) -> About:
    require(by, Action.EDIT_ABOUT)
    name = " ".join(name.split()) or DEFAULT_NAME
    if len(name) > 80:
        raise Invalid("The archive's name is longer than 80 characters.", "name")
    if len(why) > 2000:
        raise Invalid("The reason is longer than 2,000 characters.", "why")
    held = about(session)
    held.name, held.why = name, why.strip()
    session.add(held)
    session.flush()
    return held
