"""Shelves that curators put up for everyone: stories and passages in an order, with a reason why these."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Base, Key, Moment, Name, Prose, Slug, now

WHOLE = text("whole")  # a whole story


class PublicShelf(Base):
    """open: everyone sees it. reason: why these stories, and not others."""

    __tablename__ = "public_shelf"

    id: Mapped[Key]
    slug: Mapped[Slug]
    title: Mapped[Name]
    introduction: Mapped[Prose | None]
    reason: Mapped[Prose | None]
    ordinal: Mapped[int] = mapped_column(default=0)
    open: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Moment] = mapped_column(default=now)


class PublicShelfItem(Base):
    """A whole story, or a passage: anchored as a reading is, and without a word of it, so that what somebody strikes or
    withdraws leaves every shelf with it. It goes when its story is erased."""

    __tablename__ = "public_shelf_item"
    __table_args__ = (
        UniqueConstraint("shelf_id", "passage_id"),
        Index("uq_public_shelf_item_story", "shelf_id", "story_id", unique=True, sqlite_where=WHOLE,
              postgresql_where=WHOLE),
        Index("ix_public_shelf_item_shelf_ordinal", "shelf_id", "ordinal"),
    )  # fmt: skip

    id: Mapped[Key]
    shelf_id: Mapped[int] = mapped_column(ForeignKey("public_shelf.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"), index=True)
    whole: Mapped[bool] = mapped_column(default=False)
    recording_id: Mapped[int | None] = mapped_column(ForeignKey("recording.id", ondelete="CASCADE"), index=True)
    passage_id: Mapped[int | None] = mapped_column(ForeignKey("passage.id", ondelete="SET NULL"), index=True)
    start_ms: Mapped[int | None]
    end_ms: Mapped[int | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    put_at: Mapped[Moment] = mapped_column(default=now)

    @property
    def whose(self) -> tuple[int | None, ...]:
        """Of these, one can stand on a passage."""
        return (self.shelf_id,)
