"""The ledger: who did what, when. Lines are added, and chained by their hashes; what can be erased stands beside it."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from archive.db import Base, Digest, Json, Key, Moment, now, states


class Act(StrEnum):
    CONSENT = "consent"
    STRIKE = "strike"
    LIFT = "lift"
    PUBLISH = "publish"
    UNPUBLISH = "unpublish"
    EMBARGO = "embargo"
    OPEN = "open"  # an embargo has ended
    WITHDRAW = "withdraw"
    ERASE = "erase"
    RESTORE = "restore"
    NAME = "name"  # how a person is named in a story
    RIGHTS = "rights"
    CARD = "card"
    REVOKE = "revoke"
    REVIEW = "review"
    REMOVE = "remove"
    SUSPEND = "suspend"
    RESUME = "resume"
    TAKEDOWN = "takedown"
    WARN = "warn"
    KEEPSAKE = "keepsake"  # a copy of all of it went out of this house


class Event(Base):
    """actor is "account:3", "narrator:5", "operator" or "clock"; story_id and subject ("strike:7") are plain numbers,
    which name nobody once the rows they lead to are gone. digest is the SHA-256 of a salt and the details.

    place and hash are given after the commit, by services.ledger.chain: hash covers the line and the hash before it.
    """

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_story", "story_id", "id"),)

    id: Mapped[Key]
    act: Mapped[Act] = mapped_column(states(Act))
    actor: Mapped[str] = mapped_column(String(40))
    story_id: Mapped[int | None]
    subject: Mapped[str | None] = mapped_column(String(80))
    at: Mapped[Moment] = mapped_column(default=now)
    digest: Mapped[Digest]
    place: Mapped[int | None] = mapped_column(unique=True)
    hash: Mapped[Digest | None]
    detail: Mapped["EventDetail | None"] = relationship(back_populates="event", cascade="all, delete-orphan")


class EventDetail(Base):
    """What may have to be erased one day; the chain goes on without it."""

    __tablename__ = "event_detail"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    salt: Mapped[str] = mapped_column(String(32))
    data: Mapped[Json]
    event: Mapped[Event] = relationship(back_populates="detail")


@event.listens_for(Event, "before_update")
def _refuse(mapper: Mapper[Event], connection: Connection, target: Event) -> None:
    raise RuntimeError("a line of the ledger cannot be changed: add another one")
