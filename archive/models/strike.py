"""What nobody outside may hear or read any more."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Base, Json, Key, Moment, Prose, now
from archive.models.recording import Recording


class Strike(Base):
    """A span of a recording's clock in ms; recording_id is None for text without sound, whose clock is the story's.

    sealed is {"passages": [{"id", "speaker", "words": [[word, start_ms, end_ms, probability], …]}, …]}: what was said
    there. It stands here and nowhere else, so that no door can show it; lifting puts it back, and a new run of the
    machine adds to it what it hears within the span. reason is for curators.
    """

    __tablename__ = "strike"
    __table_args__ = (
        CheckConstraint("end_ms > start_ms", name="has_length"),
        Index("ix_strike_story_recording", "story_id", "recording_id"),
    )

    id: Mapped[Key]
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"))
    recording_id: Mapped[int | None] = mapped_column(ForeignKey("recording.id", ondelete="CASCADE"))
    start_ms: Mapped[int]
    end_ms: Mapped[int]
    sealed: Mapped[Json] = mapped_column(default=dict)
    reason: Mapped[Prose | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    made_at: Mapped[Moment] = mapped_column(default=now)
    lifted_at: Mapped[Moment | None]
    recording: Mapped[Recording | None] = relationship()
