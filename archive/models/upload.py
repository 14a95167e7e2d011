"""A file on its way in, piece by piece (tus 1.0.0). What arrived of it lies in the data folder, under its id."""

import secrets
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Base, Bytes, Json, Moment, Name, Prose, now, states
from archive.models.story import Story


class UploadState(StrEnum):
    ARRIVING = "arriving"
    ARRIVED = "arrived"  # whole, and waiting to be told which story it belongs to
    KEPT = "kept"  # a recording of its story
    REFUSED = "refused"  # whole, and of no use; `error` says why, and the sender still has it


class Upload(Base):
    """length is in bytes, None while the sender does not know it yet. How much has arrived is the size of the file,
    and stands nowhere else. told is the sender's Upload-Metadata, given back as it came; concat is tus' Upload-Concat;
    askings is {"asked": [[at_ms, question id or None, text], …]}, kept for the recording that this becomes.
    """

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint("length is null or length >= 0", name="length_not_negative"),
        Index("ix_upload_owner_state", "owner_id", "state"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=lambda: secrets.token_hex(16))
    owner_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    story_id: Mapped[int | None] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"), index=True)
    name: Mapped[Name]
    told: Mapped[str] = mapped_column(Text)
    askings: Mapped[Json] = mapped_column(default=dict)
    concat: Mapped[str | None] = mapped_column(Text)
    length: Mapped[Bytes | None]
    state: Mapped[UploadState] = mapped_column(states(UploadState), default=UploadState.ARRIVING)
    error: Mapped[Prose | None]
    created_at: Mapped[Moment] = mapped_column(default=now)
    expires_at: Mapped[Moment]
    story: Mapped[Story | None] = relationship()
