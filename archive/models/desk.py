"""What a person keeps for later: passages on shelves, with notes, and searches."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Base, Key, Moment, Name, Prose, now


class Shelf(Base):
    __tablename__ = "shelf"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    name: Mapped[Name]
    created_at: Mapped[Moment] = mapped_column(default=now)


class Saved(Base):
    """A passage on a shelf: anchored to the recording's clock, and to the passage where the text has no times.

    It repeats no word of the passage: what somebody strikes or withdraws leaves every shelf with it.
    """

    __tablename__ = "saved"
    __table_args__ = (UniqueConstraint("shelf_id", "passage_id"),)

    id: Mapped[Key]
    shelf_id: Mapped[int] = mapped_column(ForeignKey("shelf.id", ondelete="CASCADE"))
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"), index=True)
    recording_id: Mapped[int | None] = mapped_column(ForeignKey("recording.id", ondelete="CASCADE"))
    passage_id: Mapped[int | None] = mapped_column(ForeignKey("passage.id", ondelete="SET NULL"), index=True)
    start_ms: Mapped[int | None]
    end_ms: Mapped[int | None]
    note: Mapped[Prose | None]
    saved_at: Mapped[Moment] = mapped_column(default=now)
    shelf: Mapped[Shelf] = relationship()


class SavedSearch(Base):
    """query is what stands after the question mark in the address of /search."""

    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("account_id", "query"),)

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    name: Mapped[Name]
    query: Mapped[Prose]
    saved_at: Mapped[Moment] = mapped_column(default=now)
