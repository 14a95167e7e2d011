"""Themes, and what people say they hear them in."""

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Base, Key, Moment, Name, Prose, Slug, now

WHOLE = text("words is null")  # a tagging of the whole story


class Theme(Base):
    __tablename__ = "theme"

    id: Mapped[Key]
    slug: Mapped[Slug]
    label: Mapped[Name]


class Tagging(Base):
    """A theme on a story, or on a stretch of it.

    Anchored to the recording's clock, with the words that were meant; passage_id only remembers where the
    anchor lies today, and is found anew when passages are cut anew. Text without times is anchored by words alone.
    """

    __tablename__ = "tagging"
    __table_args__ = (
        Index("ix_tagging_theme_story", "theme_id", "story_id"),
        Index("uq_tagging_story", "theme_id", "story_id", unique=True, sqlite_where=WHOLE, postgresql_where=WHOLE),
        Index("uq_tagging_passage", "theme_id", "passage_id", unique=True),
    )

    id: Mapped[Key]
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"))
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"), index=True)
    recording_id: Mapped[int | None] = mapped_column(ForeignKey("recording.id", ondelete="CASCADE"))
    start_ms: Mapped[int | None]
    end_ms: Mapped[int | None]
    words: Mapped[Prose | None]
    passage_id: Mapped[int | None] = mapped_column(ForeignKey("passage.id", ondelete="SET NULL"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    tagged_at: Mapped[Moment] = mapped_column(default=now)
    theme: Mapped[Theme] = relationship()
