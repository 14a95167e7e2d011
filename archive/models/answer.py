"""What people outside say back: that something should go, that something reached them; and what to be told before."""

import secrets
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Base, Digest, Key, Moment, Name, Prose, now, states
from archive.models.story import Story


class TakedownState(StrEnum):
    OPEN = "open"
    KEPT = "kept"  # looked at, and the story stays as it is
    CHANGED = "changed"  # looked at, and something was changed or taken out


class Takedown(Base):
    """Somebody asks that something be taken down. code is their reference. Whether the story is suspended meanwhile
    stands on the story. reasons are those of the outcome, and are told to whoever asked."""

    __tablename__ = "takedown"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(32), unique=True, default=lambda: secrets.token_hex(8))
    story_id: Mapped[int | None] = mapped_column(ForeignKey("story.id", ondelete="SET NULL"), index=True)
    address: Mapped[str] = mapped_column(String(600))
    name: Mapped[Name | None]
    contact: Mapped[Name | None]
    why: Mapped[Prose]
    state: Mapped[TakedownState] = mapped_column(states(TakedownState), default=TakedownState.OPEN)
    reasons: Mapped[Prose | None]
    made_at: Mapped[Moment] = mapped_column(default=now)
    closed_at: Mapped[Moment | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    story: Mapped[Story | None] = relationship()


class Message(Base):
    """ "It reached me": one private message of a listener to a narrator, which a curator passes on or lays aside.
    sender_hash is salted, and only keeps one visitor from writing twice to one story."""

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_story_sender", "story_id", "sender_hash"),)

    id: Mapped[Key]
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"))
    text: Mapped[Prose]
    sender_hash: Mapped[Digest]
    made_at: Mapped[Moment] = mapped_column(default=now)
    passed_on_at: Mapped[Moment | None]
    laid_aside_at: Mapped[Moment | None]
    story: Mapped[Story] = relationship()


class ContentWarning(Base):
    """What a listener should know before this stretch, on the recording's clock in ms; recording_id is None for text
    without sound, whose clock is the story's."""

    __tablename__ = "content_warning"
    __table_args__ = (CheckConstraint("end_ms > start_ms", name="has_length"),)

    id: Mapped[Key]
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"), index=True)
    recording_id: Mapped[int | None] = mapped_column(ForeignKey("recording.id", ondelete="CASCADE"))
    start_ms: Mapped[int]
    end_ms: Mapped[int]
    text: Mapped[Name]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_at: Mapped[Moment] = mapped_column(default=now)


class Guess(Base):
    """A wrong key or password, so that whoever tries many is slowed down. source is a salted hash of the address it
    came from, or of the account it was for; rows are thrown away after an hour."""

    __tablename__ = "guess"
    __table_args__ = (Index("ix_guess_source", "source", "at"),)

    id: Mapped[Key]
    source: Mapped[Digest]
    at: Mapped[Moment] = mapped_column(default=now)
