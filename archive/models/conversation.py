"""Conversations that were not recorded: a call, a visit, a letter. Whoever had one notes it for themselves."""

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Base, Key, Moment, Prose, now, states
from archive.models.person import Person


class How(StrEnum):
    CALL = "call"
    VISIT = "visit"
    LETTER = "letter"
    MESSAGE = "message"


class Conversation(Base):
    """person is the narrator themselves, never a face; with_id an interviewer, None for somebody who is not named here.
    note and left_open, a question a line, are for whoever wrote them and for curators.

    It goes with its narrator, when the last story that names them is erased: see services.erasing.
    """

    __tablename__ = "conversation"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    with_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    spoken_on: Mapped[date]
    how: Mapped[How] = mapped_column(states(How))
    note: Mapped[Prose | None]
    left_open: Mapped[Prose | None]
    made_at: Mapped[Moment] = mapped_column(default=now)
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    partner: Mapped[Person | None] = relationship(foreign_keys=[with_id])
