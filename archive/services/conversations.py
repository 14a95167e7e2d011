"""Conversations that were not recorded, noted by hand; and the wish not to be asked again."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from archive.days import today
from archive.db import now
from archive.models import Conversation, How
from archive.services.access import Action, Actor, account_of, require
from archive.services.errors import Invalid, NotFound
from archive.services.meetings import Known

MAX_NOTE, MAX_OPEN = 4_000, 2_000


@dataclass(frozen=True, slots=True)
class Spoke:
    """What somebody says of a conversation. with_id: which of the interviewers it was, None for somebody else."""

    on: date | None
    how: str
    with_id: int | None = None
    note: str = ""
    left_open: str = ""


def note_down(session: Session, known: Known, said: Spoke, *, by: Actor) -> Conversation:
    """Charges the battery. Raises Invalid for a day that has not come yet, and where somebody does not say how."""
    require(by, Action.STAY_IN_TOUCH)
    if said.on is None:
        raise Invalid("Please say on which day it was.", "on")
    if said.on > today():
        raise Invalid("That day has not come yet.", "on")
    if said.how not in set(How):
        raise Invalid("Please say how you spoke.", "how")
    partners = {each.id for met in known.meetings for each in met.partners}
    account = account_of(by)
    made = Conversation(
        person_id=known.person.id,
        with_id=said.with_id if said.with_id in partners else None,
        by_id=account.id if account else None,
        spoken_on=said.on,
        how=How(said.how),
        note=_prose(said.note, "note", MAX_NOTE),
        left_open=_prose(said.left_open, "left_open", MAX_OPEN),
    )
    session.add(made)
    session.flush()
    return made


def _prose(given: str, field: str, most: int) -> str | None:
    cleaned = given.replace("\0", "").replace("\r\n", "\n").strip()
    if len(cleaned) > most:
        raise Invalid(f"That is longer than {most:,} characters. Please say it in fewer.", field)
    return cleaned or None


def remove(session: Session, known: Known, conversation_id: int, *, by: Actor) -> None:
    """Raises NotFound for a note that this person may not see: see services.meetings."""
    require(by, Action.STAY_IN_TOUCH)
    held = next((met.noted for met in known.meetings if met.noted and met.noted.id == conversation_id), None)
    if held is None:
        raise NotFound("This note is not here any more.")
    session.delete(held)
    session.flush()


def let_be(session: Session, known: Known, wish: bool, *, by: Actor) -> None:
    """They do not want to be asked again, or may be. It holds for everybody who records here."""
    require(by, Action.STAY_IN_TOUCH)
    known.person.let_be_at = (known.person.let_be_at or now()) if wish else None
    session.flush()
