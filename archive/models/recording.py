"""A media file of a story: the master, never altered, and what is made from it for listening."""

import secrets
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Base, Bytes, Digest, Json, Key, Moment, Name, Prose, now, states
from archive.models.story import Story


class CopyKind(StrEnum):
    OPUS = "opus"
    AAC = "aac"
    VIDEO = "video"  # where the master is a moving picture: MP4 mostly, WebM where it was that already


class Recording(Base):
    """facts is what the media probe found (PREMIS: objectCharacteristics), read by uploads.media.Facts.of. peaks
    holds a byte a bar, 0 to 100, and nothing where something was struck; peaks_uncut is the waveform of all of it.

    storage_key leads to the master; sha256 is over the master's bytes and unique: the same file is not kept twice.
    """

    __tablename__ = "recording"
    __table_args__ = (UniqueConstraint("story_id", "ordinal"),)

    id: Mapped[Key]
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"))
    ordinal: Mapped[int] = mapped_column(default=0)
    original_name: Mapped[Name]
    sha256: Mapped[Digest] = mapped_column(unique=True)
    storage_key: Mapped[str] = mapped_column(String(200))
    size: Mapped[Bytes]
    media_type: Mapped[str] = mapped_column(String(80))
    facts: Mapped[Json]
    duration_ms: Mapped[int]
    loss: Mapped[Prose | None]
    language_heard: Mapped[str | None] = mapped_column(String(12))
    heard_by: Mapped[str | None] = mapped_column(String(64))
    voices_told: Mapped[Prose | None]  # why voices could not be told apart, in a sentence
    peaks: Mapped[bytes | None] = mapped_column(LargeBinary)
    peaks_uncut: Mapped[bytes | None] = mapped_column(LargeBinary)
    received_at: Mapped[Moment] = mapped_column(default=now)

    story: Mapped[Story] = relationship(back_populates="recordings")
    copies: Mapped[list["Copy"]] = relationship(
        order_by=lambda: (Copy.kind == CopyKind.VIDEO, Copy.kind.desc()),
        cascade="all, delete-orphan",
        passive_deletes=True,
    )
    uncut: Mapped[list["Uncut"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class Uncut(Base):
    """A copy of all of the recording, from which those with strikes are made. No door serves it: only the worker reads
    it."""

    __tablename__ = "uncut"
    __table_args__ = (UniqueConstraint("recording_id", "kind"),)

    id: Mapped[Key]
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id", ondelete="CASCADE"))
    kind: Mapped[CopyKind] = mapped_column(states(CopyKind))
    storage_key: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[Bytes]
    sha256: Mapped[Digest]


class Copy(Base):
    """A listening copy. Its id is its address and is never used again: a new copy is a new address."""

    __tablename__ = "copy"
    __table_args__ = (UniqueConstraint("recording_id", "kind"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=lambda: secrets.token_urlsafe(16))
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id", ondelete="CASCADE"))
    kind: Mapped[CopyKind] = mapped_column(states(CopyKind))
    storage_key: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[Bytes]
    sha256: Mapped[Digest]
    recording: Mapped[Recording] = relationship(back_populates="copies")
