"""A story that was told because somebody heard another one."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Base, Key, Moment, now


class Reply(Base):
    """story answers to_story: what was said there from at_ms on, a moment of the recording to_recording_id, or the
    whole of it where these are None. question is the one that was asked at that moment.

    It repeats no word of either story: what somebody strikes or withdraws leaves both pages with it.
    """

    __tablename__ = "reply"
    __table_args__ = (
        UniqueConstraint("story_id", "to_story_id"),
        CheckConstraint("story_id <> to_story_id", name="two_stories"),
    )

    id: Mapped[Key]
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"))
    to_story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"), index=True)
    to_recording_id: Mapped[int | None] = mapped_column(ForeignKey("recording.id", ondelete="SET NULL"))
    at_ms: Mapped[int | None]
    question_id: Mapped[int | None] = mapped_column(ForeignKey("question.id", ondelete="SET NULL"), index=True)
    made_at: Mapped[Moment] = mapped_column(default=now)
