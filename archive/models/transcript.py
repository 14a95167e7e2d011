"""Passages: timed text, one speaker where known, at most a minute."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Base, Json, Key, Name, Prose, states


class PassageState(StrEnum):
    """Who stands behind the words."""

    MACHINE = "machine"
    CORRECTED = "corrected"
    VERIFIED = "verified"
    APPROVED = "approved"


class Passage(Base):
    """Times are ms from the start of the recording, None where the source had none (and may be negative:
    a space mission counts from lift-off). words is {"s": [ms…], "e": [ms…], "p": [0..1…]}, one entry for each
    word of text split at spaces, or None where word times are unknown."""

    __tablename__ = "passage"
    __table_args__ = (
        UniqueConstraint("story_id", "ordinal"),
        CheckConstraint("end_ms is null or start_ms is not null", name="end_needs_start"),
        Index("ix_passage_recording_start", "recording_id", "start_ms"),
    )

    id: Mapped[Key]
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"))
    recording_id: Mapped[int | None] = mapped_column(ForeignKey("recording.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    start_ms: Mapped[int | None]
    end_ms: Mapped[int | None]
    speaker: Mapped[Name | None]
    text: Mapped[Prose]
    words: Mapped[Json | None]
    confidence: Mapped[float | None]
    state: Mapped[PassageState] = mapped_column(states(PassageState), default=PassageState.MACHINE)
    version: Mapped[int] = mapped_column(
        default=1, server_default="1"
    )  # counts changes: of two at once, one is refused
